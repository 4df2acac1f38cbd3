/**
 * Prints the way of one text message through the source, in plain and in safe mode: `make walk`.
 * With `--json` it prints the same for a test.
 *
 * @module
 */
import { follow } from "./follow.ts";
import type { Way } from "./way.ts";

const ways = { plain: await follow("plain"), safe: await follow("safe") };

if (process.argv.includes("--json")) {
  console.log(JSON.stringify(ways));
} else {
  for (const [mode, way] of Object.entries(ways)) print(mode, way);
}

function print(mode: string, { steps, files, functions, changes }: Way): void {
  const [first] = steps;
  let before = "";
  for (const { name, file, depth } of steps) {
    const shown = `${"  ".repeat(depth - (first?.depth ?? 0))}${name === "" ? "=>" : name}`;
    console.log(file === before ? shown : `${shown.padEnd(50)} ${file}`);
    before = file;
  }
  console.log(`\n${mode}: ${files} files, ${functions} functions, ${changes} changes of file\n`);
}
