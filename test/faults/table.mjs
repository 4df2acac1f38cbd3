/**
 * A reporter for Node's tests: the numbers of each fault as a table, and what failed. It is no
 * TypeScript, since Node 20 loads a reporter before tsx.
 *
 * @module
 */

/** As in `tell.ts`. */
const FAULT = "fault: ";
const WIDTH = 52;

export default async function* table(events) {
  const failures = [];
  for await (const { type, data } of events) {
    if (type === "test:fail" && data.todo === undefined) failures.push(data.name);
    if (type === "test:pass" && data.skip !== undefined) yield `${data.name}: skipped, ${data.skip}\n`;
    if (type !== "test:diagnostic" || !data.message.startsWith(FAULT)) continue;
    const { fault, counts } = JSON.parse(data.message.slice(FAULT.length));
    const numbers = Object.entries(counts).map(([what, number]) => `${number} ${what}`);
    yield `${fault.padEnd(WIDTH)}  ${numbers.join(", ")}\n`;
  }
  for (const name of failures) yield `FAILED: ${name}\n`;
  if (failures.length > 0) process.exitCode = 1;
  else yield "Nothing that was acknowledged is lost.\n";
}
