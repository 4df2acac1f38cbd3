import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import { SqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { storeContract } from "./contract.ts";
import { newFile, SKIP, sqlite, startChild } from "./sqlite-files.ts";
import { turnedClock } from "./turned-clock.ts";
import { openStore } from "./watched-store.ts";

function open(test: TestContext, file: string, clock: () => number = Date.now): SqliteStore {
  const store = new SqliteStore(file, { clock });
  test.after(() => store.close());
  return store;
}

const WRITER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(workerData);
  database.exec("BEGIN IMMEDIATE");
  parentPort.postMessage("began");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  database.exec("COMMIT");
  database.close();
`;

storeContract("The sqlite store", SKIP, async (test) => {
  const { clock, turn } = turnedClock();
  const file = newFile(test);
  const pass = async (ms: number): Promise<void> => turn(ms);
  return { store: open(test, file, clock), other: open(test, file, clock), pass };
});

storeContract("The sqlite store with memory to fall back on", SKIP, async (test) => {
  const { clock, turn } = turnedClock();
  const file = newFile(test);
  const opened = (): Store => {
    const store = openStore(`sqlite:${file}`, { clock });
    test.after(() => store.close());
    return store;
  };
  return { store: opened(), other: opened(), pass: async (ms) => turn(ms) };
});

describe("The sqlite store keeps a file", { skip: SKIP }, () => {
  it("that outlives it: values and claims are there when it is opened again", async (test) => {
    const file = newFile(test);
    const first = open(test, file);
    await first.set("key", "value", 60_000);
    await first.claim("work", "anna", 60_000);
    await first.close();
    const second = open(test, file);
    assert.equal(await second.get("key"), "value");
    assert.equal(await second.claim("work", "bert", 60_000), false);
    assert.equal(await second.claim("work", "anna", 60_000), true);
  });

  it("that only its owner can read", async (test) => {
    const file = newFile(test);
    await open(test, file).set("key", "value", 60_000);
    for (const name of [file, `${file}-wal`]) assert.equal(statSync(name).mode & 0o077, 0, name);
  });

  it("whatever the name says to SQLite", async (test) => {
    const before = process.cwd();
    process.chdir(dirname(newFile(test)));
    test.after(() => process.chdir(before));
    for (const name of [":memory:", "file:store.db?mode=memory"]) {
      const first = new SqliteStore(name);
      await first.set("key", "value", 60_000);
      await first.close();
      const second = new SqliteStore(name);
      assert.equal(await second.get("key"), "value", name);
      await second.close();
    }
  });

  it("that stays small: rows that are over are deleted by later writes", async (test) => {
    const { clock, turn } = turnedClock();
    const file = newFile(test);
    const store = open(test, file, clock);
    for (let index = 0; index < 1000; index += 1) {
      await store.set(`old ${index}`, "value", 10);
      await store.claim(`old ${index}`, "anna", 10);
    }
    turn(20);
    for (let index = 0; index < 1000; index += 1) await store.set("new", "value", 10);
    const module = sqlite();
    assert.ok(module);
    const database = new module.DatabaseSync(file);
    const count = (table: string): unknown =>
      database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"];
    const rows = { values: count("echostr_values"), claims: count("echostr_claims") };
    database.close();
    assert.deepEqual(rows, { values: 1, claims: 0 });
  });

  it("or says why it cannot", (test) => {
    const file = newFile(test);
    writeFileSync(file, "This is not a database, whatever its name says. ".repeat(100));
    assert.throws(() => new SqliteStore(file), {
      code: "STORE_UNAVAILABLE",
      message: `Cannot open the sqlite store "${file}": file is not a database`,
    });
    const nowhere = join(file, "..", "no folder", "store.db");
    assert.throws(() => new SqliteStore(nowhere), {
      code: "STORE_UNAVAILABLE",
      message: /^Cannot open the sqlite store ".*no folder.*": ENOENT/,
    });
  });

  it("that another process may be making at the same moment", async (test) => {
    const file = newFile(test);
    // SQLite does not wait by itself for a writer to end when a new file is turned to WAL.
    const maker = new Worker(WRITER, { eval: true, workerData: file });
    // Listened for from the beginning: it may end while the store waits for it.
    const ended = once(maker, "exit");
    await once(maker, "message");
    const store = open(test, file);
    await store.set("key", "value", 60_000);
    assert.equal(await store.get("key"), "value");
    await ended;
  });

  it("and waits while another process writes", async (test) => {
    const file = newFile(test);
    const store = open(test, file);
    const writer = new Worker(WRITER, { eval: true, workerData: file });
    // Listened for from the beginning: it may end while the store waits for it.
    const ended = once(writer, "exit");
    await once(writer, "message");
    await store.set("key", "value", 60_000);
    assert.equal(await store.claim("work", "anna", 60_000), true);
    await ended;
  });

});

describe("Several processes share a sqlite store", { skip: SKIP }, () => {
  it("Killed with kill -9 while it writes, nothing that was done is lost", async (test) => {
    const file = newFile(test);
    let last = -1;
    for (const lines of [5, 60, 300]) {
      const [child, output] = startChild(test, "write", file);
      for (let line = 0; line < lines; line += 1) {
        const { value, done } = await output.next();
        assert.notEqual(done, true, "the child writes until it is killed");
        last = Number(value);
      }
      child.kill("SIGKILL");
      await once(child, "exit");
      const store = open(test, file);
      const kept = await store.get(`key ${last % 50}`);
      const index = Number(kept?.split(" ", 1)[0]);
      assert.ok(index >= last, `write ${last} was done, the file has ${index}`);
      for (let key = 0; key < Math.min(50, lines); key += 1) {
        const value = await store.get(`key ${key}`);
        assert.match(value ?? "", /^(\d+ )\1{1999}$/, "every value is whole");
      }
      assert.equal(await store.claim(`work ${last}`, "other", 1000), false);
      assert.equal(await store.release(`work ${last}`, "killed"), true);
      assert.equal(integrity(file), "ok");
      await store.close();
    }
  });

  it("Of processes that claim the same work, each piece is had by exactly one", async (test) => {
    const file = newFile(test);
    const KEYS = 1000;
    const children = ["anna", "bert", "carl"].map((owner) =>
      startChild(test, "claim", file, owner, String(KEYS)),
    );
    for (const [, output] of children) assert.equal((await output.next()).value, "ready");
    for (const [child] of children) child.stdin?.write("go\n");
    const won = await Promise.all(children.map(([, output]) => collect(output)));
    const all = won.flat().sort((one, two) => one - two);
    assert.deepEqual(
      all,
      Array.from({ length: KEYS }, (_, index) => index),
    );
    test.diagnostic(`won: ${won.map((keys) => keys.length).join(", ")}`);
  });
});

describe(
  "Without SQLite in Node",
  { skip: sqlite() === undefined ? false : "this Node has it" },
  () => {
    it("The sqlite store says what is needed", () => {
      assert.throws(() => new SqliteStore("store.db"), {
        code: "STORE_UNAVAILABLE",
        message:
          `Sqlite store needs Node 22.13 or later, this is Node ${process.versions.node}: ` +
          'use a later Node, or the store "memory" or "redis://host"',
      });
    });
  },
);

it("Only one file of the store asks for node:sqlite, and not by an import", () => {
  const source = readFileSync(new URL("../../src/store/sqlite.ts", import.meta.url), "utf8");
  assert.match(source, /import type \{[^}]*\} from "node:sqlite"/);
  assert.doesNotMatch(source, /import \{[^}]*\} from "node:sqlite"/);
});

function integrity(file: string): unknown {
  const module = sqlite();
  if (module === undefined) return undefined;
  const database = new module.DatabaseSync(file);
  const result = database.prepare("PRAGMA integrity_check").get()?.["integrity_check"];
  database.close();
  return result;
}

async function collect(output: AsyncIterator<string>): Promise<number[]> {
  const keys: number[] = [];
  for (;;) {
    const { value, done } = await output.next();
    if (done === true) return keys;
    keys.push(Number(value));
  }
}
