/** What a reader sees as one character is found with the runtime's segmenter and without it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { graphemeStart, wordStart } from "../../src/protocol/graphemes.ts";
import { formatReply } from "../../src/protocol/reply.ts";
import { cutText } from "../../src/protocol/text-cut.ts";

const GRAPHEMES = [
  "a", "你", "\r\n", "\n", "e\u0301", "a\u0301\u0302", "𝄞", "👍", "👍🏽", "👨‍👩‍👧", "🏳️‍🌈", "🇨🇳", "🇯🇵",
  "❤️", "1️⃣", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "は\u3099",
];

/** Runs it where `Intl.Segmenter` is missing, as in Node without the data of all languages. */
function withoutSegmenter(run: () => void): void {
  const known = Object.getOwnPropertyDescriptor(Intl, "Segmenter") ?? {};
  Object.defineProperty(Intl, "Segmenter", { ...known, value: undefined });
  try {
    run();
  } finally {
    Object.defineProperty(Intl, "Segmenter", known);
  }
}

/** Each grapheme between each two others: every offset in it belongs to its start. */
function checkStarts(): void {
  for (const before of GRAPHEMES) {
    for (const grapheme of GRAPHEMES) {
      const text = `${before}${grapheme}x`;
      for (let inside = 0; inside < grapheme.length; inside += 1) {
        const offset = before.length + inside;
        assert.equal(graphemeStart(text, 0, offset), before.length, JSON.stringify([text, offset]));
      }
    }
  }
}

describe("The start of a grapheme", () => {
  it("is found from every offset in it", checkStarts);
  it("is found where the runtime has no segmenter", () => withoutSegmenter(checkStarts));

  for (const [what, run] of [["with", (each: () => void) => each()], ["without", withoutSegmenter]] as const) {
    it(`is found in a row of flags ${what} a segmenter, from where it begins`, () => {
      run(() => {
        const flags = "🇨🇳".repeat(40);
        for (let offset = 1; offset < flags.length; offset += 1) {
          assert.equal(graphemeStart(flags, 0, offset), offset - (offset % 4));
        }
        assert.equal(graphemeStart(`x${flags}`, 5, 7), 5, "what stands before is not looked at");
      });
    });
  }
});

describe("Where the runtime has no segmenter", () => {
  it("words of Chinese are not known", () => {
    assert.equal(wordStart("今天天气", 0, 3), 2);
    withoutSegmenter(() => assert.equal(wordStart("今天天气", 0, 3), 3));
  });

  it("texts are cut all the same", () => {
    withoutSegmenter(() => {
      const contents = cutText("👨‍👩‍👧".repeat(3), 40).map(({ content }) => content);
      assert.deepEqual(contents, ["👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"]);
      const envelope = { ToUserName: "o", FromUserName: "gh_1", CreateTime: 1 };
      const { rest } = formatReply({ MsgType: "text", Content: "🇨🇳🇯🇵" }, envelope, { textLimitBytes: 12 });
      assert.deepEqual(rest, { MsgType: "text", Content: "🇯🇵" });
    });
  });
});
