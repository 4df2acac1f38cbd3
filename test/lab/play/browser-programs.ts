/** Where the browser of the tests is. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** What must be there, and how it is had. */
export const MISSING_BROWSER =
  "needs chromium and chromedriver on PATH: apt-get install chromium chromium-driver";

export interface BrowserPrograms {
  readonly chromium: string;
  readonly chromedriver: string;
}

/** @returns `undefined` when one of them is missing */
export function findBrowser(): BrowserPrograms | undefined {
  const chromium = onPath("chromium");
  const chromedriver = onPath("chromedriver");
  return chromium === undefined || chromedriver === undefined
    ? undefined
    : { chromium, chromedriver };
}

/** For `skip` of a test: where all tests must run, a missing browser is a failure. */
export function skipWithoutBrowser(): string | false {
  return findBrowser() === undefined && process.env["CI"] !== "true" ? MISSING_BROWSER : false;
}

function onPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
