/**
 * What always holds of a text that is cut, for many texts made of what must not be cut: words,
 * links, addresses, characters of several code points, blocks of code. Where these begin and end is
 * known from how the text was made, and not from the code that cuts.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cutText } from "../../src/protocol/text-cut.ts";
import type { TextPiece } from "../../src/protocol/text-cut.ts";
import { seeded } from "../support/random.ts";
import type { Random } from "../support/random.ts";

const SEEDS = Number(process.env["CUT_SEEDS"] ?? 1_000);

/** What must stay whole; each fits into the smallest piece. */
const WHOLE: readonly string[] = [
  ...["word", "don't", "www.example.com/a-b", "someone@example.com", "3.14159", "x=y+1", "naïve", "слово"],
  ...['<a href="https://example.com/a b">这里 是。链接</a>', '<A  HREF="x">one two. three</A>'],
  '<a href="weixin://bizmsgmenu?msgmenucontent=继续&msgmenuid=1">继续</a>',
  '<a data-miniprogram-appid="wx1" href="#">打开 小程序</a>',
  ...["https://example.com/path?a=1&b=2#c", "http://例子.测试/路径", "weixin://dl/business/?t=abc"],
  ...["👨‍👩‍👧", "👍🏽", "🇨🇳", "🇯🇵", "e\u0301", "❤️", "\r\n", "𝄞"],
];
/** What may be cut anywhere, or stands between. */
const LOOSE: readonly string[] = [
  ...["今天", "天气", "很好", "，", "。", "！”", "（", "）", "“", "、"],
  ...[" ", "  ", "\n", "\n\n", "\n \n", ". ", "? ", "\t", "- ", "1. ", "\u3000"],
];

interface Made {
  readonly text: string;
  /** From where to where something must stay whole. */
  readonly whole: readonly (readonly [start: number, end: number])[];
}

function make(random: Random): Made {
  const whole: [number, number][] = [];
  const parts = 20 + random.below(200);
  let text = "";
  for (let part = 0; part < parts; part += 1) {
    const isWhole = random.below(3) === 0;
    const added = random.pick(isWhole ? WHOLE : LOOSE);
    if (isWhole) whole.push([text.length, text.length + added.length]);
    // What stands beside each other without a space is one word.
    text += added + (isWhole ? random.pick([" ", "\n", "。", "，"]) : "");
  }
  return { text, whole };
}

/** What holds of all pieces; nothing but white space lies between two of them. */
function checkPieces(text: string, pieces: readonly TextPiece[], limitBytes: number, roomBytes: number): void {
  let end = 0;
  for (const [index, { content, before, rest }] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    const bytes = Buffer.byteLength(content);
    assert.ok(bytes <= (isLast ? limitBytes : roomBytes), `${bytes} bytes`);
    assert.notEqual(content.trim(), "");
    assert.ok(text.startsWith(before) && rest.endsWith(text.slice(before.length)));
    assert.equal(text.slice(end, before.length).trim(), "", "only white space may be left out");
    const shown = text.slice(before.length, pieces[index + 1]?.before.length);
    // The lines that close and open a block of code are the test's below.
    const isText = !text.includes("```");
    if (isText) assert.ok(shown.startsWith(content), "a piece is text as it stands");
    end = before.length + (isText ? content.length : shown.length);
  }
  assert.equal(text.slice(end).trim(), "");
}

function cutsOf(pieces: readonly TextPiece[]): number[] {
  return pieces.slice(1).map(({ before }) => before.length);
}

describe(`Of ${SEEDS} texts`, () => {
  test("no piece is longer than it may be, nothing is lost, and nothing is cut that must stay whole", () => {
    const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const random = seeded(seed * 2_654_435_761);
      const { text, whole } = make(random);
      const limitBytes = 110 + random.below(400);
      const roomBytes = limitBytes - random.below(20);
      const pieces = cutText(text, limitBytes, roomBytes);
      try {
        checkPieces(text, pieces, limitBytes, roomBytes);
        const starts = new Set([...segmenter.segment(text)].map(({ index }) => index));
        for (const cut of cutsOf(pieces)) {
          assert.ok(starts.has(cut), `cut within a character at ${cut}`);
          const torn = whole.find(([start, end]) => start < cut && cut < end);
          assert.ok(torn === undefined, `cut within ${text.slice(...(torn ?? [0, 0]))}`);
        }
      } catch (error) {
        throw new Error(`Seed ${seed}, ${limitBytes} B, room ${roomBytes} B: ${String(error)}\n${JSON.stringify(text)}`);
      }
    }
  });

  test("every piece has at least two thirds of its room, where there are places to cut", () => {
    for (let seed = 1; seed <= SEEDS / 4; seed += 1) {
      const random = seeded(seed * 40_503);
      const text = Array.from({ length: 300 }, () => random.pick(["字", "字字。", "字，", "字\n"])).join("");
      for (const { content } of cutText(text, 300).slice(0, -1)) {
        assert.ok(Buffer.byteLength(content) >= 190, `Seed ${seed}: ${JSON.stringify(content)}`);
      }
    }
  });

  test("blocks of code are closed in each piece, and are the text without the lines that close and open", () => {
    for (let seed = 1; seed <= SEEDS / 4; seed += 1) {
      const random = seeded(seed * 69_069);
      const text = Array.from({ length: 5 + random.below(30) }, () => {
        if (random.below(3) > 0) return `${"说明。".repeat(1 + random.below(20))}\n`;
        const lines = Array.from({ length: 1 + random.below(20) }, (_, nth) => `  line(${nth});\n`);
        return `\`\`\`${random.pick(["", "js", "c++"])}\n${lines.join("")}\`\`\`\n`;
      }).join("");
      const limitBytes = 150 + random.below(300);
      const pieces = cutText(text, limitBytes);
      try {
        checkPieces(text, pieces, limitBytes, limitBytes);
        assert.equal(withoutMarks(text, pieces), text);
        for (const { content } of pieces) {
          const lines = content.split("\n");
          const fences = [...lines.entries()].filter(([, line]) => line.startsWith("```"));
          assert.equal(fences.length % 2, 0, content);
          for (let opened = 0; opened < fences.length; opened += 2) {
            const [[from = 0] = [], [to = 0] = []] = fences.slice(opened, opened + 2);
            assert.ok(to > from + 1, "no block is empty");
          }
        }
      } catch (error) {
        throw new Error(`Seed ${seed}, ${limitBytes} B: ${String(error)}\n${JSON.stringify(text)}`);
      }
    }
  });
});

/** Whether an offset is in a block of code: an odd number of lines with backticks is before it. */
function isInCode(text: string, offset: number): boolean {
  return (text.slice(0, offset).match(/^```/gm)?.length ?? 0) % 2 === 1;
}

function withoutMarks(text: string, pieces: readonly TextPiece[]): string {
  return pieces
    .map(({ content, before }, index) => {
      const next = pieces[index + 1]?.before.length;
      const opened = isInCode(text, before.length) ? content.replace(/^```[\w+]*\n/, "") : content;
      if (next === undefined || !isInCode(text, next)) return opened;
      return text[next - 1] === "\n" ? opened.replace(/```$/, "") : opened.replace(/\n```$/, "");
    })
    .join("");
}
