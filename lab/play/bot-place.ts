/**
 * The line of a bot that an error came from: the first frame of its stack that lies in one of the
 * bot's own files. What our server and packages did in between is not what its author can change.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import type { PlaceView } from "./view.ts";

/** Characters of the line that are shown. */
const LONGEST_LINE = 200;

/**
 * @param stack as V8 writes it: `at f (file:///home/me/bot.mjs:2:9)`, `at /home/me/bot.ts:2:9`
 * @param files absolute paths; the first one, the bot file, is preferred to those it imports
 */
export function placeIn(stack: string, files: readonly string[]): PlaceView | undefined {
  const frames = stack.split("\n").filter((line) => line.trimStart().startsWith("at "));
  const [botFile = "", ...imported] = files;
  for (const group of [[botFile], imported]) {
    for (const frame of frames) {
      for (const path of group) {
        const at = positionIn(frame, path);
        if (at !== undefined) return { file: basename(path), ...at, text: lineOf(path, at.line) };
      }
    }
  }
  return undefined;
}

/** Looked for by its name, for that may hold anything, blanks and brackets too. */
function positionIn(frame: string, path: string): Pick<PlaceView, "line" | "column"> | undefined {
  for (const name of [pathToFileURL(path).href, path]) {
    const start = frame.indexOf(`${name}:`);
    // What goes before ends a word: otherwise it is a longer path that ends in the same way.
    if (start < 1 || !" (".includes(frame.charAt(start - 1))) continue;
    const [line, column] = frame.slice(start + name.length + 1).split(":");
    if (Number.parseInt(line ?? "", 10) > 0) {
      return { line: Number.parseInt(line ?? "", 10), column: Number.parseInt(column ?? "", 10) || 1 };
    }
  }
  return undefined;
}

/** The text of a line; empty when the file has been changed so much that it is not there. */
function lineOf(path: string, line: number): string {
  try {
    const text = readFileSync(path, "utf8").split("\n")[line - 1] ?? "";
    return text.trim().slice(0, LONGEST_LINE);
  } catch {
    return "";
  }
}
