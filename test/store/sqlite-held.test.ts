/** A SQLite file that another process holds: nobody stands still for it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { SqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { ACCOUNT, field, plainDelivery, textMessage } from "../server/platform.ts";
import { PLAIN, serve } from "../server/serving.ts";
import { exchange } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { until, wait } from "./fake-redis.ts";
import { newFile, SKIP, sqlite, startChild } from "./sqlite-files.ts";
import { openStore } from "./watched-store.ts";

const LONG = 600_000;
const HEALTH = { target: "/healthz" };

/** Lets another process hold the file until it is told to let go. */
async function hold(test: TestContext, file: string): Promise<() => Promise<void>> {
  const [child, output] = startChild(test, "hold", file);
  assert.equal((await output.next()).value, "held");
  return async () => {
    child.stdin?.write("\n");
    assert.equal((await output.next()).value, "free");
  };
}

function open(test: TestContext, file: string, busyTimeoutMs: number): SqliteStore {
  const store = new SqliteStore(file, { busyTimeoutMs });
  test.after(() => store.close());
  return store;
}

/** The store as a bot has it, and what it said. */
function openAt(test: TestContext, file: string, busyTimeoutMs: number): [Store, string[]] {
  const notices: string[] = [];
  const onNotice = (message: string): void => void notices.push(message);
  const store = openStore(`sqlite:${file}`, { onNotice, sqlite: { busyTimeoutMs } });
  test.after(() => store.close());
  return [store, notices];
}

/** The longest that the process stood still while `work` went on. */
async function longestStop(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await work();
  clearInterval(timer);
  return longest;
}

describe("A call on a SQLite file that another process holds", { skip: SKIP }, () => {
  it("waits for its turn, and the process goes on meanwhile", async (test) => {
    const file = newFile(test);
    const store = open(test, file, 20_000);
    const letGo = await hold(test, file);
    let isSet = false;
    const set = store.set("key", "value", LONG).then(() => (isSet = true));
    const stop = await longestStop(() => wait(500));
    assert.equal(isSet, false);
    await letGo();
    await set;
    assert.equal(await store.get("key"), "value");
    assert.ok(stop < 450, `it stood still for ${stop} ms`);
  });

  it("keeps its place in the order of the calls", async (test) => {
    const file = newFile(test);
    const store = open(test, file, 20_000);
    await store.set("key", "0", LONG);
    const letGo = await hold(test, file);
    const calls = Promise.all([
      store.swap("key", "0", "1", LONG),
      store.get("key"),
      store.set("key", "2", LONG),
      store.claim("work", "anna", LONG),
      store.claim("work", "bert", LONG),
      store.swap("key", "1", "3", LONG),
      store.delete("key"),
      store.get("key"),
    ]);
    await wait(20);
    await letGo();
    const one = { done: true, value: "1" };
    const refused = { done: false, value: "2" };
    const results = [one, "1", undefined, true, false, refused, undefined, undefined];
    assert.deepEqual(await calls, results);
  });

  it("fails when it is not let go of in time, and then at once, until it is", async (test) => {
    const file = newFile(test);
    const store = open(test, file, 50);
    await store.set("key", "value", LONG);
    const letGo = await hold(test, file);
    const away = {
      code: "STORE_UNAVAILABLE",
      message: `Sqlite store "${file}" is locked: another process has held it for 50 ms`,
    };
    const calls = [store.set("key", "1", LONG), store.swap("key", "value", "2", LONG)];
    for (const call of calls) await assert.rejects(call, away);
    const start = performance.now();
    for (let nth = 0; nth < 100; nth += 1) {
      await assert.rejects(store.claim("work", "anna", LONG), away);
      await assert.rejects(store.get("key"), away);
    }
    assert.ok(performance.now() - start < 2000, "refused at once, not after 50 ms each");
    await letGo();
    let isBack = false;
    await until(() => {
      void store.claim("work", "bert", LONG).then(() => (isBack = true), () => {});
      return isBack;
    });
    assert.equal(await store.get("key"), "value", "what failed was not done");
  });

  it("is waited for by the end of the store", async (test) => {
    const file = newFile(test);
    const store = open(test, file, 20_000);
    const letGo = await hold(test, file);
    const set = store.set("key", "value", LONG);
    const closed = store.close();
    await assert.rejects(store.get("key"), { message: "Sqlite store is closed" });
    await letGo();
    await Promise.all([set, closed]);
    assert.equal(await open(test, file, 50).get("key"), "value");
  });

  it("does not keep the store from ending when it has failed", async (test) => {
    const file = newFile(test);
    const store = open(test, file, 20);
    await hold(test, file);
    const set = assert.rejects(store.set("key", "value", LONG), { code: "STORE_UNAVAILABLE" });
    await store.close();
    await set;
    const away = open(test, file, 20);
    await assert.rejects(away.set("key", "value", LONG), { code: "STORE_UNAVAILABLE" });
    await away.close();
  });

  it("and that is free again at the next moment fails nothing", async (test) => {
    const file = newFile(test);
    const [store, notices] = openAt(test, file, 1000);
    const module = sqlite();
    assert.ok(module);
    const other = new module.DatabaseSync(file);
    for (let round = 0; round < 20; round += 1) {
      other.exec("BEGIN IMMEDIATE");
      const set = store.set("key", String(round), LONG);
      other.exec("COMMIT");
      await set;
      assert.equal(await store.get("key"), String(round));
    }
    other.close();
    assert.deepEqual(notices, []);
  });
});

describe("A store on a SQLite file that another process holds", { skip: SKIP }, () => {
  it("goes on in memory, and the file is given what it missed", async (test) => {
    const file = newFile(test);
    const [store, notices] = openAt(test, file, 50);
    const [other] = openAt(test, file, 20_000);
    await store.set("key", "before", LONG);
    const letGo = await hold(test, file);
    assert.equal((await store.swap("key", "before", "since", LONG)).done, true);
    assert.equal(await store.claim("work", "anna", LONG), true);
    assert.equal(await store.claim("work", "bert", LONG), false);
    assert.equal(await store.get("key"), "since");
    const name = `Sqlite store "${file}"`;
    const gone = `${name} is locked: another process has held it for 50 ms`;
    assert.deepEqual(notices, [`${gone}; continuing in the memory of this process`]);
    await letGo();
    await until(() => notices.length === 2);
    assert.match(notices[1] ?? "", /is back after \d s; missed writes to send: 1$/);
    assert.equal(await other.claim("work", "carl", LONG), false);
    assert.equal(await other.get("key"), "since");
  });

  it("answers its messages and /healthz in time", async (test) => {
    const file = newFile(test);
    const [store, notices] = openAt(test, file, 1000);
    const bot = echostr.createBot({ ...PLAIN, store, log: () => {} });
    bot.use(echostr.session()).on("text", (_message, { session }) => {
      session["count"] = Number(session["count"] ?? 0) + 1;
      return `Nr. ${String(session["count"])}`;
    });
    const port = await serve(test, bot);
    const ask = async (): Promise<string> => {
      const answer = await exchange(port, plainDelivery(ACCOUNT, textMessage("hello")));
      return field(answer.body, "Content");
    };
    assert.equal(await ask(), "Nr. 1");
    const letGo = await hold(test, file);
    const start = performance.now();
    const stop = await longestStop(async () => {
      const answer = ask();
      const asked = performance.now();
      assert.equal((await exchange(port, HEALTH)).status, 200);
      assert.ok(performance.now() - asked < 800, "/healthz waits for nobody");
      assert.equal(await answer, "Nr. 2");
    });
    assert.ok(performance.now() - start < 4500, "in time for its delivery");
    assert.ok(stop < 800, `it stood still for ${stop} ms`);
    assert.equal(await ask(), "Nr. 3");
    await letGo();
    await until(() => notices.length === 2);
    assert.equal(await ask(), "Nr. 4");
    assert.deepEqual(notices.length, 2, notices.join("\n"));
  });
});
