/**
 * A process of its own that works on a sqlite store, for the tests of several processes:
 * `sqlite-child.ts write FILE` writes until it is killed and says after each write that it is done;
 * `sqlite-child.ts claim FILE OWNER KEYS` waits for a line on standard input, claims every key, and
 * prints those that it got; `sqlite-child.ts hold FILE` locks the file exclusively, says so, and
 * lets go of it when a line comes on standard input.
 *
 * @module
 */
import { once } from "node:events";
import { writeSync } from "node:fs";
import { SqliteStore } from "../../src/store/sqlite.ts";

const LONG = 600_000;
const [task = "", file = "", owner = "", keys = "0"] = process.argv.slice(2);

async function write(store: SqliteStore): Promise<void> {
  for (let index = 0; ; index += 1) {
    await store.set(`key ${index % 50}`, `${index} `.repeat(2000), LONG);
    await store.claim(`work ${index}`, "killed", LONG);
    writeSync(1, `${index}\n`);
  }
}

async function claim(store: SqliteStore): Promise<void> {
  writeSync(1, "ready\n");
  await once(process.stdin, "data");
  for (let index = 0; index < Number(keys); index += 1) {
    if (await store.claim(`work ${index}`, owner, LONG)) writeSync(1, `${index}\n`);
  }
  await store.close();
  process.stdin.destroy();
}

async function hold(): Promise<void> {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const database = new DatabaseSync(file);
  database.exec("BEGIN EXCLUSIVE");
  writeSync(1, "held\n");
  await once(process.stdin, "data");
  database.exec("COMMIT");
  database.close();
  writeSync(1, "free\n");
  process.stdin.destroy();
}

const open = (): SqliteStore => new SqliteStore(file, { busyTimeoutMs: 20_000 });
if (task === "write") await write(open());
else if (task === "claim") await claim(open());
else await hold();
