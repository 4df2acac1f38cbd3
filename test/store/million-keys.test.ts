/** The memory store under as many keys as it will ever get. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryTable } from "../../src/store/memory-table.ts";

test("A million different keys leave it at its bound, fast enough for any delivery", (context) => {
  // Without the promises: the test runner follows each of them, which takes longer than the
  // store.
  const table = new MemoryTable();
  const heaps: string[] = [];
  const start = performance.now();
  for (let index = 0; index < 1_000_000; index += 1) {
    const key = `gh_account oABCDEFGHIJKLMNOPQRSTUVW ${index}`;
    table.claim(key, "owner", 60_000);
    table.set(key, `<Content>answer number ${index}</Content>`, 60_000);
    table.release(key, "owner");
    if ((index + 1) % 250_000 === 0) {
      heaps.push((process.memoryUsage().heapUsed / 2 ** 20).toFixed(0));
      assert.ok(table.usage.values <= 100_000 && table.usage.bytes <= 64 * 2 ** 20);
      assert.equal(table.usage.claims, 0);
    }
  }
  const perOperation = ((performance.now() - start) / 3_000_000) * 1000;
  context.diagnostic(
    `heap at 250k steps, what is not yet collected included: ${heaps.join(", ")} MiB`,
  );
  context.diagnostic(`${perOperation.toFixed(3)} µs an operation`);
  // Far above what is measured, far below a step through all entries with each write.
  assert.ok(perOperation < 20, `${perOperation} µs an operation`);
});
