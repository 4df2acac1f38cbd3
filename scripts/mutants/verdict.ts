/**
 * A reporter for Node's tests: one line, `PASSED` or `FAILED` with the title of the first test that
 * failed, at which it ends the process.
 *
 * @module
 */
import { writeSync } from "node:fs";
import type { TestEvent } from "node:test/reporters";

export default async function* verdict(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== "test:fail" || data.todo !== undefined) continue;
    writeSync(1, `FAILED ${data.name}\n`);
    process.exit(1);
  }
  yield "PASSED\n";
}
