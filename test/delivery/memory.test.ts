/** What a process remembers of messages does not grow with their number. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { stripsTypes } from "../cli/process.ts";
import { watchProcess } from "../support/watched-process.ts";

const run = promisify(execFile);

test("100,000 distinct messages leave the heap as it was after 50,000", async () => {
  const script = fileURLToPath(new URL("memory.ts", import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const loader = stripsTypes() ? [] : ["--import", tsx];
  const args = ["--expose-gc", ...loader, script, "100000", "4"];
  const running = run(process.execPath, args, { timeout: 60_000 });
  watchProcess(running.child);
  const { stdout } = await running;
  const heaps = [...stdout.matchAll(/heap ([\d.]+) MiB/g)];
  const [, halfway = 0, , end = Infinity] = heaps.map(([, mebibytes]) => Number(mebibytes));
  // 50,000 messages at 100 bytes each would be 5 MiB.
  assert.ok(end - halfway < 3, stdout);
});
