/**
 * The API's JSON: what `JSON.parse` reads is read the same, but that whole numbers which a double
 * cannot hold come as the text that stands there; what it refuses is refused, but for control
 * characters, which count as spaces. What is written is JSON with no escape in it that WeChat does
 * not take, and is read back as it was.
 *
 * An input is JSON, in UTF-8.
 *
 * @module
 */
import assert from "node:assert/strict";
import { formatJson, parseJson } from "../../src/api/json.ts";
import type { Random } from "../support/random.ts";
import { anyText, mutate } from "./mutate.ts";
import type { Target } from "./target.ts";

/** What is put to the test; another one in the test of the fuzzer itself. */
export interface JsonSubject {
  readonly parseJson: (text: string) => unknown;
  readonly formatJson: (value: unknown) => string;
}

const LONG = "7287429385930260481";

const FRAGMENTS: readonly string[] = [
  ...'"\\/{}[],:-+.eE0 \n\t\r\0',
  ...["\\\\", '\\"', "\\n", "\\u0000", "\\ud800", "\\udc00", "\\u", "\\x", '""', "null", "true"],
  ...[LONG, `-${LONG}`, `${LONG}.5`, `${LONG}e1`, `0${LONG}`, "9007199254740991", "1e999", "-0"],
  ...["9007199254740992", "1234567890123456", `"${LONG}"`, `"a":${LONG}`, "\u2028", "\u2029"],
  ...['{"__proto__":1}', '"__proto__":', '{"errcode":0,"errmsg":"ok"}', "\uFEFF", "😀", "\u007f"],
  ...["\\\n", "\\\u2028", "NaN", "//", "/*", "'", "[".repeat(50)],
];

const WORLD: JsonSubject = { parseJson, formatJson };

export function jsonTarget(subject: JsonSubject = WORLD): Target {
  return {
    name: "json",
    due: { "as it is": 4, "long numbers": 20, "control characters": 40, refused: 4 },
    dictionary: FRAGMENTS,
    make(random) {
      const text = Buffer.from(aValue(random, 0));
      return random.below(2) === 0 ? text : mutate(text, random, FRAGMENTS);
    },
    check(input) {
      const text = Buffer.from(input).toString("utf8");
      const wanted = readAsDocumented(text);
      let value: unknown;
      try {
        value = subject.parseJson(text);
      } catch (error) {
        assert.ok(error instanceof SyntaxError, `a SyntaxError was due, got ${String(error)}`);
        assert.equal(wanted, undefined, "it was to be read");
        return "refused";
      }
      assert.ok(wanted !== undefined, "it was to be refused");
      assert.deepEqual(value, wanted.value);
      checkWritten(subject, value);
      return wanted.how;
    },
  };
}

export const json: Target = jsonTarget();

interface Wanted {
  readonly value: unknown;
  readonly how: "as it is" | "long numbers" | "control characters";
}

/** What the comment of `parseJson` says, in other words than its code. */
function readAsDocumented(text: string): Wanted | undefined {
  const exact = quoteLong(text);
  const read = tryParse(exact);
  const how = exact === text ? "as it is" : "long numbers";
  if (read !== undefined) return { ...read, how };
  const spaced = tryParse([...exact].map((each) => (each < " " ? " " : each)).join(""));
  return spaced && { ...spaced, how: "control characters" };
}

function tryParse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Character by character: what is in a string is passed over. */
function quoteLong(text: string): string {
  let quoted = "";
  for (let at = 0; at < text.length; ) {
    const piece = text[at] === '"' ? stringAt(text, at) : (wordAt(text, at) ?? text[at] ?? "");
    const isLong = /^-?[0-9]{16,}$/.test(piece) && !Number.isSafeInteger(Number(piece));
    quoted += isLong ? `"${piece}"` : piece;
    at += piece.length;
  }
  return quoted;
}

function stringAt(text: string, at: number): string {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  return text.slice(at, end + 1);
}

/** A number or a name is one piece, whatever stands in it. */
function wordAt(text: string, at: number): string | undefined {
  let end = at;
  while (end < text.length && /[\w.+-]/.test(text[end] ?? "")) end += 1;
  return end > at ? text.slice(at, end) : undefined;
}

/** What was read can be written, and is then read as the same, apart from what WeChat refuses. */
function checkWritten(subject: JsonSubject, value: unknown): void {
  const written = subject.formatJson(value);
  const escapes = written.replaceAll("\\\\", "");
  if (!hasOddName(value)) assert.doesNotMatch(escapes, /\\u/, "an escape that WeChat does not take");
  assert.ok(written.isWellFormed(), "half a pair");
  const again = tryParse(written);
  assert.ok(again !== undefined, "what is written is JSON");
  assert.deepEqual(again.value, withoutForbidden(value));
}

function withoutForbidden(value: unknown): unknown {
  if (typeof value === "string") return onlyAllowed(value);
  if (typeof value === "number") return JSON.parse(JSON.stringify(value)) as unknown;
  if (Array.isArray(value)) return value.map(withoutForbidden);
  if (typeof value !== "object" || value === null) return value;
  return fromPairs(Object.entries(value).map(([name, each]) => [name, withoutForbidden(each)]));
}

/** The names of fields are the program's own, and are left as they are. */
function hasOddName(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, each]) => onlyAllowed(name) !== name || hasOddName(each));
}

/** `__proto__` is a name like any other there. */
function fromPairs(pairs: readonly (readonly [string, unknown])[]): unknown {
  return JSON.parse(
    `{${pairs.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`).join()}}`,
  ) as unknown;
}

const ALLOWED = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]$/u;

/** What XML 1.0 allows, which is what the platform takes. */
function onlyAllowed(text: string): string {
  return [...text].filter((each) => ALLOWED.test(each)).join("");
}

function aValue(random: Random, depth: number): string {
  switch (random.below(depth > 3 ? 5 : 8)) {
    case 0:
      return JSON.stringify(anyText(random, 12));
    case 1:
      return random.pick(["null", "true", "false", "0", "-1.5e3", "{}", "[]"]);
    case 2:
      return random.pick([LONG, `-${LONG}`, "9007199254740993", "1234567890123456", `[${LONG}]`]);
    case 3:
      return String(random.below(2 ** 31));
    case 4:
      return `"${random.pick(["\n", "\u0001", "a\tb", "\\\\", `\\"${LONG}`, "\\u4f60"])}"`;
    case 5:
      return `[${several(random, () => aValue(random, depth + 1))}]`;
    default: {
      const member = (): string =>
        `${random.pick(['"msg_id"', '"errcode"', '"a"', '"b"', '""'])}:${aValue(random, depth + 1)}`;
      return `{${several(random, member)}}`;
    }
  }
}

function several(random: Random, one: () => string): string {
  return Array.from({ length: random.below(4) }, one).join(random.pick([",", ", ", "\n,"]));
}
