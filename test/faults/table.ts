/**
 * A reporter for Node's tests: the numbers of each fault as a table, and what failed.
 *
 * @module
 */
import type { TestEvent } from "node:test/reporters";
import { FAULT } from "./tell.ts";
import type { FaultCounts } from "./tell.ts";

export default async function* table(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const failures: string[] = [];
  let width = 0;
  for await (const { type, data } of events) {
    if (type === "test:fail" && data.todo === undefined) failures.push(data.name);
    if (type === "test:pass" && data.skip !== undefined) {
      yield `${data.name}: skipped, ${String(data.skip)}\n`;
    }
    if (type === "test:stderr") yield data.message;
    if (type !== "test:diagnostic" || !data.message.startsWith(FAULT)) continue;
    const { fault, counts } = JSON.parse(data.message.slice(FAULT.length)) as {
      fault: string;
      counts: FaultCounts;
    };
    width = Math.max(width, fault.length, 52);
    const numbers = Object.entries(counts).map(([what, number]) => `${number} ${what}`);
    yield `${fault.padEnd(width)}  ${numbers.join(", ")}\n`;
  }
  for (const name of failures) yield `FAILED: ${name}\n`;
  yield failures.length === 0 ? "Nothing that was acknowledged is lost.\n" : "";
}
