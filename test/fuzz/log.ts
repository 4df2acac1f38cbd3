/**
 * The log's line: whatever an entry holds, as JSON it is one line that can be parsed and says what
 * the entry says; for people it holds no control character but the line feeds of a stack, and no
 * line of it but the first looks like one of ours.
 *
 * An input is the texts of an entry in UTF-8, with `|` between them, in the order of `FIELDS`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { jsonLine, prettyLine } from "../../src/cli/log-line.ts";
import type { LogEntry } from "../../src/log.ts";
import type { Random } from "../support/random.ts";
import { anyText } from "./mutate.ts";
import type { Target } from "./target.ts";

/** What is put to the test; another one in the test of the fuzzer itself. */
export interface LogSubject {
  readonly jsonLine: typeof jsonLine;
  readonly prettyLine: typeof prettyLine;
}

const FIELDS = ["message", "kind", "openId", "msgId", "answer", "path", "code", "stack"] as const;

const NOW = 1_714_112_445_678;

/** No line is longer, whatever somebody sends to fill a log. */
const MOST_CHARACTERS = 65_536;

const FRAGMENTS: readonly string[] = [
  ..."|\n\r\0\t\u0007\b\u001b\u007f\u009b\u0085\u2028\u2029\u202e\ufeff\\\"",
  ...["||", "\u001b[31m", "\u001b]0;x\u0007", "\u001b[2J", "\r\n", "\\u001b", "    at f (x.js:1:1)"],
  ...["\n12:00:01 text", "\n{}", "Error: x\n", "12:00:01  ", "event:", "…", "😀", "中", "\n\n"],
];

export function logTarget(subject: LogSubject = { jsonLine, prettyLine }): Target {
  return {
    name: "log",
    due: { "one line": 4, "with a stack": 20 },
    dictionary: FRAGMENTS,
    make: (random) => Buffer.from(someTexts(random).join("|")),
    check(input) {
      const entry = entryOf(Buffer.from(input).toString("utf8"));
      checkJson(subject.jsonLine(entry, NOW), entry);
      const plain = subject.prettyLine(entry, NOW, false);
      checkPretty(plain, entry);
      // Colours are ours: without them it is the same.
      const colored = subject.prettyLine(entry, NOW, true);
      assert.equal(colored.replace(/\u001b\[\d+m/g, ""), plain);
      return entry.stack === undefined ? "one line" : "with a stack";
    },
  };
}

export const log: Target = logTarget();

function entryOf(text: string): LogEntry {
  const texts = text.split("|");
  const fields = FIELDS.map((name, index) => [name, texts[index] || undefined]);
  const { length } = text;
  const numbers = length % 2 === 0 ? { ms: length, bytes: length, attempt: 2 } : {};
  const level = (["info", "warn", "error"] as const)[length % 3] ?? "info";
  return { level, event: "notice", ...numbers, ...Object.fromEntries(fields) } as LogEntry;
}

function checkJson(line: string, entry: LogEntry): void {
  assert.ok(line.endsWith("\n"), "a line has an end");
  assert.doesNotMatch(line.slice(0, -1), /[\u0000-\u001f]/, "and it is one line");
  const read = JSON.parse(line) as Record<string, unknown>;
  const given = Object.entries(entry).filter(([, value]) => value !== undefined);
  assert.deepEqual(Object.keys(read).sort(), ["time", ...given.map(([name]) => name)].sort());
  assert.equal(read["time"], "2024-04-26T06:20:45.678Z");
  for (const [name, value] of given) assert.equal(typeof read[name], typeof value, name);
}

function checkPretty(line: string, entry: LogEntry): void {
  assert.doesNotMatch(line, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, "no control character");
  assert.ok(line.length <= MOST_CHARACTERS, `${line.length} characters`);
  const [, ...more] = line.slice(0, -1).split("\n");
  assert.ok(line.endsWith("\n"), "a line has an end");
  if (entry.stack === undefined) assert.equal(more.length, 0, "it is one line");
  for (const each of more) assert.doesNotMatch(each, /^\d\d:\d\d:\d\d /, "it looks like ours");
}

function someTexts(random: Random): string[] {
  return FIELDS.map((name) => {
    const isThere = random.below(name === "stack" ? 4 : 2) === 0;
    if (!isThere) return "";
    const text = anyText(random, 16).replaceAll("|", "");
    return random.below(40) === 0 ? text.repeat(3000) : text;
  });
}
