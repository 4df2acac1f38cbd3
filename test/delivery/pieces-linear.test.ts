/** The time that cutting a text takes, and that what is cut is all of it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { REPLIES_BYTES, toPieces } from "../../src/delivery/pieces.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { fetchedPieces } from "./fetched-pieces.ts";

const LIMITS = { limitBytes: 1800, more: "（回复任意内容继续）" };
const ROUNDS = 5;

/** Texts without an end, each hard in its own way. */
const UNITS: Record<string, string> = {
  "one letter": "a",
  "one Chinese character": "长",
  "words and spaces": "word ",
  "astral characters": "😀",
  "combining marks": "a\u0301\u0302",
  "one grapheme without an end": "\u0301",
  "a family without an end": "👩\u200d",
  "lone surrogates": "\ud83d",
  "line ends": "\r\n",
  "links without an end": "<a href='",
  "links that are not closed": "<a href='x'>",
  "addresses": "weixin://dl/",
  "one address": "weixin://",
  "blocks of code": "```js\nx\n```\n",
  "one block of code": "``` x",
  "what is nearly a fence": "`",
  "spaces and a line end": " \n",
  "numbers of a list": "1. ",
  "marks": "。”",
  "flags": "🇨🇳",
  "letters that are joined": "\u1100",
};

function textOf(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** Of the processor, and the least of some rounds: other programs and the collector add to both. */
function leastTime(text: string): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    toPieces([{ MsgType: "text", Content: text }], LIMITS.limitBytes);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...times);
}

describe("A text that is cut into pieces costs time that grows with its length and not with its square", () => {
  for (const [what, unit] of Object.entries(UNITS)) {
    test(`though it is ${what}`, () => {
      const [short, long] = [textOf(unit, 125_000), textOf(unit, 1_000_000)];
      leastTime(short);
      const growth = leastTime(long) / leastTime(short);
      // Eight times the length: 8 when it is linear, 64 when it is not, and the machine has others.
      assert.ok(growth < 24, `eight times the length takes ${growth.toFixed(1)} times the time`);
    });
  }
});

function contentsOf(pieces: readonly Reply[]): readonly string[] {
  const contents = pieces.map((piece) => (piece.MsgType === "text" ? piece.Content : ""));
  for (const content of contents) assert.ok(Buffer.byteLength(content) <= LIMITS.limitBytes);
  return contents;
}

describe("The pieces of a long text are the text and no more", () => {
  // White space alone is left out where it fills a piece.
  const shown = { ...UNITS, "line ends": "\r\n\r\n行", "spaces and a line end": " \n行" };
  for (const [what, unit] of Object.entries(shown).filter(([, each]) => each.isWellFormed())) {
    test(`when a million characters are pushed, though they are ${what}`, () => {
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      const pieces = contentsOf(toPieces([{ MsgType: "text", Content: text }], LIMITS.limitBytes));
      assert.ok(pieces.join("") === text);
    });

    test(`when as much as is kept is fetched, though it is ${what}`, () => {
      const text = unit.repeat(Math.floor(REPLIES_BYTES / Buffer.byteLength(unit)));
      const pieces = contentsOf(fetchedPieces([{ MsgType: "text", Content: text }], LIMITS));
      // The sentence has a line of its own, which begins where the piece has ended one.
      const heads = pieces.slice(0, -1).map((content) => {
        assert.ok(content.endsWith(`\n${LIMITS.more}`));
        return content.slice(0, -LIMITS.more.length - (text.includes("\n") ? 0 : 1));
      });
      assert.ok([...heads, pieces.at(-1)].join("") === text);
    });
  }
});
