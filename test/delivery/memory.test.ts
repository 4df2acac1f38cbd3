/** What a process remembers of messages does not grow with their number. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { builtProgram } from "../support/programs.ts";
import { watchProcess } from "../support/watched-process.ts";

const run = promisify(execFile);

/** What a script of this folder prints. */
async function printed(script: string, ...args: readonly string[]): Promise<string> {
  const file = builtProgram(`test/delivery/${script}`);
  const running = run(process.execPath, ["--expose-gc", file, ...args], { timeout: 60_000 });
  watchProcess(running.child);
  return (await running).stdout;
}

test("100,000 distinct messages leave the heap as it was after 50,000", async () => {
  const stdout = await printed("memory.ts", "100000", "4");
  const heaps = [...stdout.matchAll(/heap ([\d.]+) MiB/g)];
  const [, halfway = 0, , end = Infinity] = heaps.map(([, mebibytes]) => Number(mebibytes));
  // 50,000 messages at 100 bytes each would be 5 MiB.
  assert.ok(end - halfway < 3, stdout);
});

for (const [what, limit] of [["in pieces", "1800"], ["whole", "1100000"]] as const) {
  test(`400 echoes of 1 MB, given ${what}, leave the process as it was after 200`, async () => {
    const stdout = await printed("echo-memory.ts", "400", limit);
    const held = [...stdout.matchAll(/held ([\d.]+) MiB/g)].map(([, mebibytes]) => Number(mebibytes));
    assert.equal(held.length, 4, stdout);
    // A table that has just become the old one is full, the young one is not: it goes up and down.
    const [halfway, end] = [Math.max(...held.slice(0, 2)), Math.max(...held.slice(2))];
    assert.ok(end - halfway < 5, stdout);
    // Two tables of answers, and seven lines in the store's memory; not 400 MiB.
    assert.ok(end < 64, stdout);
  });
}
