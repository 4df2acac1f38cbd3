/** What foreign text becomes on its way to a log or a terminal. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jsonLine, prettyLine } from "../src/cli/log-line.ts";
import { logToStderr, visible, visibleEntry, visibleLines } from "../src/log.ts";
import type { LogEntry } from "../src/log.ts";

/** Every code unit that a reader would not see as itself. */
const HIDDEN: readonly number[] = [
  ...range(0x00, 0x1f), // C0, with ESC, BEL and the line feed
  ...range(0x7f, 0x9f), // DEL and C1
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029], // marks of direction, separators
  ...range(0x202a, 0x202e), // bidi embeddings and overrides
  ...range(0x2066, 0x2069), // bidi isolates
  ...[0xd800, 0xdbff, 0xdc00, 0xdfff], // halves of surrogate pairs, alone
];

const TEXTS = ["path", "kind", "openId", "msgId", "answer", "message", "stack"] as const;
const ENTRY: LogEntry = { level: "error", event: "failed" };

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function nameOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

describe("Foreign text", () => {
  test("shows each control character, bidi control and half of a pair by its number", () => {
    for (const unit of HIDDEN) {
      assert.equal(visible(`a${String.fromCharCode(unit)}b`), `a${nameOf(unit)}b`);
    }
  });

  test("is left as it is otherwise: Chinese, emoji, a backslash, a number that is shown already", () => {
    for (const text of ["", "你好，世界", "😀👨‍👩‍👧", "a\\b", "\\u001b", "ÄÖÜ é ñ", "a b"]) {
      assert.equal(visible(text), text);
      assert.equal(visible(visible(text)), text);
    }
  });

  test("is not longer than it may be, and no pair of surrogates is cut in two", () => {
    for (let most = 1; most < 12; most += 1) {
      const seen = visible("😀\u001b😀\u001b😀", most);
      assert.ok(seen.length <= most);
      assert.equal(seen, seen.toWellFormed());
      assert.ok(seen.endsWith("…"));
    }
    assert.equal(visible("x".repeat(1_000_000)).length, 1000);
    assert.equal(visibleLines("\u001b\n".repeat(500_000)).length, 16_000);
  });

  test("keeps its lines where it is a stack, and none of them begins like a line of ours", () => {
    const stack = "Error: a\u001b\nforged\n12:00:00 text\n\n    at f (file:1:2)";
    const seen = "Error: a\\u001b\n  forged\n  12:00:00 text\n\n    at f (file:1:2)";
    assert.equal(visibleLines(stack), seen);
    assert.equal(visibleLines(seen), seen);
  });
});

describe("A line of the log", () => {
  for (const name of TEXTS) {
    test(`shows a control character in ${name}, in both formats`, () => {
      for (const unit of HIDDEN) {
        const entry = { ...ENTRY, [name]: `a${String.fromCharCode(unit)}b` };
        for (const line of [prettyLine(entry, 0, false), jsonLine(entry, 0)]) {
          const allowed = name === "stack" && unit === 0x0a ? 2 : 1;
          const lines = line.split("\n").length - 1;
          // A stack stands below its line, and a line feed in it is followed by two blanks.
          assert.ok(lines <= allowed + (name === "stack" ? 1 : 0), JSON.stringify(line));
          assert.ok(!hasHidden(line.replaceAll("\n", "")), `${nameOf(unit)} ${JSON.stringify(line)}`);
          assert.doesNotMatch(line, /^b/m);
        }
      }
    });

    test(`bounds ${name}`, () => {
      const entry = { ...ENTRY, [name]: "\u001b".repeat(1_000_000) };
      assert.ok(prettyLine(entry, 0, false).length < 17_000);
      assert.ok(jsonLine(entry, 0).length < 35_000);
    });
  }

  test("has each field of an entry as it is, with nothing in it that JSON escapes and with something", () => {
    const plain: LogEntry = {
      level: "info",
      event: "delivery",
      path: "/wx",
      kind: "event:CLICK",
      openId: "oABC…wxyz",
      msgId: "7000000000000000001",
      ms: 12,
      answer: "text",
      bytes: 310,
      attempt: 2,
      joined: true,
    };
    const more: readonly Partial<LogEntry>[] = [
      {},
      { ms: 0.5 },
      { kind: 'a"b' },
      { path: "/a\\b" },
      { msgId: "7".repeat(64) },
      { code: "XML_INVALID", message: "no", stack: "at f" },
    ];
    for (const each of more) {
      const entry = { ...plain, ...each };
      const line = JSON.parse(jsonLine(entry, 0)) as unknown;
      assert.deepEqual(line, { time: "1970-01-01T00:00:00.000Z", ...entry });
    }
    const unknown = JSON.parse(jsonLine({ ...plain, ms: NaN }, 0)) as { readonly ms: unknown };
    assert.equal(unknown.ms, null);
  });

  test("has no colours but ours", () => {
    const line = prettyLine({ ...ENTRY, message: "\u001b[31mred" }, 0, true);
    assert.ok(line.includes("\\u001b[31mred"));
  });

  test("keeps the excerpt and the caret of XML that cannot be read", () => {
    const message = "End tag expected (line 1, column 4)\n\n  <a>\n     ^";
    const entry: LogEntry = { ...ENTRY, code: "XML_INVALID", message };
    assert.equal(visibleEntry(entry), entry);
  });

  test("of a library without a log of its host is as safe on the standard error", (context) => {
    const { mock } = context.mock.method(console, "error", () => {});
    logToStderr({ ...ENTRY, message: "a\u001b\u0007\nb" });
    logToStderr({ ...ENTRY, stack: `Error: \u001b\nb${"c".repeat(100_000)}\n    at f` });
    const [first = "", second = ""] = mock.calls.map((call) => String(call.arguments[0]));
    assert.equal(first, "echostr error: failed  a\\u001b\\u0007\\u000ab");
    assert.ok(second.startsWith("echostr error: failed  Error: \\u001b\n  b"));
    assert.ok(second.length < 17_000);
  });
});

function hasHidden(text: string): boolean {
  return [...text].some((character) => HIDDEN.includes(character.charCodeAt(0)) && character.length === 1);
}
