/**
 * Runs test files in one process, which is what makes thousands of runs affordable. It is started
 * with `verdict.ts` for a reporter, and with the files as its words.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

for (const file of process.argv.slice(2)) await import(pathToFileURL(resolve(file)).href);
