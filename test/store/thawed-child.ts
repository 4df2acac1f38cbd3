/**
 * A process of its own that works on a Redis without a pause, to be stopped and continued:
 * `thawed-child.ts URL` says a line after each hundred answers, and what its store says.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { openStore } from "./watched-store.ts";

const [url = ""] = process.argv.slice(2);
const say = (text: string): void => void writeSync(1, `${text}\n`);
const redis = { commandTimeoutMs: 500, connectTimeoutMs: 150 };
const store = openStore(url, { onNotice: say, redis });

for (let round = 0; ; round += 1) {
  const keys = Array.from({ length: 100 }, (_, nth) => `key ${nth}`);
  await Promise.all(keys.map((key) => store.set(key, `${key} ${round}`, 600_000)));
  const values = await Promise.all(keys.map((key) => store.get(key)));
  say(values.every((value, nth) => value === `key ${nth} ${round}`) ? "right" : "wrong");
}
