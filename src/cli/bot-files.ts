/**
 * Which files a bot is made of: the bot file and what it imports by a path, and what that imports
 * in turn. Packages are left out; they do not change under one's hands.
 *
 * The imports are found by their form and not by a parser. A false find is a file that is watched
 * for nothing; what is missed, such as a path that is put together, is the reader's to start again.
 *
 * @module
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** `from "./x"`, `import "./x"`, `import("./x")`, `require("./x")`. */
const IMPORT = /(?:\bfrom|\bimport|\brequire)\s*(?:\(\s*)?["'](\.{1,2}\/[^"'\n]+)["']/g;

/** What may stand for a path without an ending, in the order of Node and of tsx. */
const ENDINGS = ["", ".ts", ".js", ".mts", ".mjs", ".cts", ".cjs", ".json", "/index.ts", "/index.js"];

/** A bot of more files is watched in part. */
const MOST_FILES = 2000;

/**
 * @param entry the path of the bot file; it need not exist
 * @returns absolute paths, the entry first
 */
export function filesOfBot(entry: string): string[] {
  const files = new Set<string>([resolve(entry)]);
  // A set gives what is added to it while it is walked through.
  for (const file of files) {
    for (const imported of importsOf(file)) {
      if (files.size < MOST_FILES) files.add(imported);
    }
  }
  return [...files];
}

function importsOf(file: string): string[] {
  if (!/\.[cm]?[jt]sx?$/.test(file) || file.includes("/node_modules/")) return [];
  const text = isFile(file) ? readFileSync(file, "utf8") : "";
  return [...text.matchAll(IMPORT)].flatMap(([, specifier = ""]) =>
    found(resolve(dirname(file), specifier)),
  );
}

/** TypeScript may write `./x.js` for `x.ts`. */
function found(path: string): string[] {
  const candidates = [...ENDINGS.map((ending) => path + ending), path.replace(/js$/, "ts")];
  return candidates.filter(isFile).slice(0, 1);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
