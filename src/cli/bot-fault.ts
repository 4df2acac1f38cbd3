/**
 * Why a bot file cannot be loaded, with the place in it: file, line, and the line itself where Node
 * shows it.
 *
 * Of an error of syntax in a module, Node keeps the place to itself until the error ends the process.
 * So such a file is read once more, by `node --check`.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { builtin } from "../builtin.ts";
import { codeOf, messageOf, stackOf } from "../errors.ts";
import { filesOfBot } from "./bot-files.ts";

/** Each takes Node some 40 ms. */
const MOST_CHECKED = 25;
const CHECK_MS = 5000;

/** A longer line was written by a program. */
const LONGEST_LINE = 200;

/** Where a fault stands. */
interface Place {
  readonly file: string;
  readonly line: number;
  /** The line, and under it what is meant. */
  readonly shown: readonly string[];
}

/**
 * @param file the path of the bot file
 * @param cause what was thrown when it was imported
 * @returns a sentence with the place, and below it the line of the bot
 *
 * @example
 * explainFault("/srv/bot.mjs", error);
 * // "missing ) after argument list (bot.mjs:3)\n      bot.on("text" () => "a");\n                    ^"
 */
export function explainFault(file: string, cause: unknown): string {
  if (codeOf(cause) === "ERR_UNKNOWN_FILE_EXTENSION" && /\.[cm]?tsx?$/.test(file)) {
    return `Node ${process.versions.node} reads no TypeScript (22.18 and later does)`;
  }
  const place = placeOf(file, cause);
  if (place === undefined) return messageOf(cause);
  const [first = "", ...more] = messageOf(cause).split("\n");
  const lines = [...more, ...place.shown.map((line) => `    ${line}`)];
  return [`${first} (${relative(process.cwd(), place.file)}:${place.line})`, ...lines].join("\n");
}

function placeOf(file: string, cause: unknown): Place | undefined {
  const stack = stackOf(cause) ?? "";
  const files = filesOfBot(file);
  const place = placeAtHead(stack) ?? placeInTrace(stack, files);
  if (place !== undefined || !(cause instanceof SyntaxError)) return place;
  return placeOfSyntax(files);
}

/**
 * Node puts `file:3`, some lines and carets before the stack of some errors, and of those it prints
 * itself.
 */
function placeAtHead(text: string): Place | undefined {
  const [head = "", ...lines] = text.split("\n");
  const [, where = "", line] = HEAD.exec(head) ?? [];
  if (line === undefined) return undefined;
  const shown = lines.slice(0, lines.findIndex((each) => /^\w*Error\b/.test(each))).filter((each) => each !== "");
  const isWritten = shown.every((each) => each.length <= LONGEST_LINE);
  const file = where.startsWith("file:") ? fileURLToPath(where) : where;
  return { file, line: Number(line), shown: isWritten ? shown : [] };
}

const HEAD = /^(file:.+|\/.+|[A-Za-z]:\\.+|\[stdin\]):(\d+)$/;

/** The first line of the stack that is in the bot, and not in what it uses. */
function placeInTrace(stack: string, files: readonly string[]): Place | undefined {
  const names = files.map((file) => [file, `${file}:`, `${pathToFileURL(file).href}:`] as const);
  for (const frame of stack.split("\n").filter((line) => /^ +at /.test(line))) {
    for (const [file, ...starts] of names) {
      const start = starts.find((name) => frame.includes(name));
      const line = start === undefined ? Number.NaN : Number.parseInt(frame.split(start)[1] ?? "", 10);
      if (line > 0) return { file, line, shown: [] };
    }
  }
  return undefined;
}

function placeOfSyntax(files: readonly string[]): Place | undefined {
  for (const file of files.filter((name) => /\.m?js$/.test(name) && existsSync(name)).slice(0, MOST_CHECKED)) {
    const { stderr } = builtin("node:child_process").spawnSync(
      process.execPath,
      ["--check", "--input-type=module", "-"],
      { input: readFileSync(file), encoding: "utf8", timeout: CHECK_MS },
    );
    const place = placeAtHead(stderr ?? "");
    if (place !== undefined) return { ...place, file };
  }
  return undefined;
}
