/**
 * Runs test files in one process, one after the other: each is a suite that bears its name. With
 * `TEST_TIMES=1` it says what each took of the processor, with the processes that it started
 * (on Linux).
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, describe } from "node:test";
import { pathToFileURL } from "node:url";
import { watch } from "../../test/support/watch.ts";

/** @param files from the root of the repository */
export async function together(files: readonly string[]): Promise<void> {
  const isTimed = process.env["TEST_TIMES"] === "1";
  for (const file of files) {
    const before = isTimed ? seconds() : 0;
    await ran(file);
    watch.secrets.forget();
    if (isTimed) process.stdout.write(`${(seconds() - before).toFixed(2)} s  ${file}\n`);
  }
}

/** Node 20 says of a suite only to its hooks that it has come to its end. */
function ran(file: string): Promise<void> {
  return new Promise((over) => {
    void describe(file, async () => {
      after(() => over());
      try {
        await import(pathToFileURL(resolve(file)).href);
      } catch (error) {
        over();
        throw error;
      }
    });
  });
}

/** What this process and those that have ended have taken, in Linux's hundredths of a second. */
function seconds(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").replace(/^.*\) /, "").split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
