import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isFailure } from "../support/expect.ts";
import { seeded } from "../support/random.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply } from "../support/wire.ts";

const { formatReply, image, news, text, video } = echostr;

type Reply = Parameters<typeof formatReply>[0];

const ENVELOPE = { ToUserName: "toUser", FromUserName: "fromUser", CreateTime: 12345678 };

/** All parts of a text, each formatted from the rest of the one before. */
function partsOf(reply: Reply, options?: { textLimitBytes?: number }): string[] {
  const parts: string[] = [];
  let current: Reply | undefined = reply;
  while (current !== undefined) {
    assert.ok(parts.length < 10_000, "the rest gets shorter");
    const { xml, rest }: ReturnType<typeof formatReply> = formatReply(current, ENVELOPE, options);
    parts.push(String(wireReadReply(xml)["Content"]));
    current = rest;
  }
  return parts;
}

describe("a text above the limit is split, and the rest is handed back", () => {
  it("but not one of exactly 1,800 bytes", () => {
    for (const content of [
      "a".repeat(1_800),
      "中".repeat(600),
      "😀".repeat(450),
      "é".repeat(900),
    ]) {
      const { xml, rest } = formatReply(text(content), ENVELOPE);
      assert.equal(wireReadReply(xml)["Content"], content);
      assert.equal(rest, undefined);
    }
  });

  it("so that the first part takes as many whole characters as fit", () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ["a".repeat(1_801), "a".repeat(1_800), "a"],
      ["中".repeat(601), "中".repeat(600), "中"],
      [`a${"中".repeat(600)}`, `a${"中".repeat(599)}`, "中"],
      [`a${"😀".repeat(450)}`, `a${"😀".repeat(449)}`, "😀"],
      [`ab${"😀".repeat(450)}`, `ab${"😀".repeat(449)}`, "😀"],
      [`abc${"😀".repeat(450)}`, `abc${"😀".repeat(449)}`, "😀"],
      [`abcd${"😀".repeat(450)}`, `abcd${"😀".repeat(449)}`, "😀"],
      [`a${"é".repeat(900)}`, `a${"é".repeat(899)}`, "é"],
    ];
    for (const [content, head, tail] of cases) {
      const { xml, rest } = formatReply(text(content), ENVELOPE);
      assert.equal(wireReadReply(xml)["Content"], head);
      assert.deepEqual(rest && { ...rest }, { MsgType: "text", Content: tail });
    }
  });

  it("and head and rest together are the whole, however often it is split", () => {
    const { below, pick } = seeded(11);
    for (let round = 0; round < 200; round += 1) {
      const alphabet = ["a", "é", "中", "😀", "\n", "]]>", "👨‍👩‍👧"];
      const content = Array.from({ length: 1 + below(3_000) }, () => pick(alphabet)).join("");
      const parts = partsOf(text(content));
      assert.equal(parts.join(""), content);
      parts.forEach((part, index) => {
        const bytes = Buffer.byteLength(part);
        assert.ok(bytes <= 1_800 && bytes > 0, `${bytes} bytes`);
        assert.equal(Buffer.from(part).toString(), part, "no half of a surrogate pair");
        // Nothing more would have fitted, except at the end.
        if (index < parts.length - 1) assert.ok(bytes > 1_800 - 30, `only ${bytes} bytes`);
      });
    }
  });

  it("counting the bytes that UTF-8 needs for each character", () => {
    for (const character of "\x7f\x80\u07ff\u0800\ufffd\u{10000}\u{10ffff}") {
      const bytes = Buffer.byteLength(character);
      const [head = ""] = partsOf(text(character.repeat(2_000)));
      assert.equal(Buffer.byteLength(head), 1_800, `${bytes} bytes each`);
    }
  });

  it("never between the parts of what is seen as one character", () => {
    for (const character of ["👨‍👩‍👧", "🇨🇳", "👍🏽", "e\u0301", "\r\n"]) {
      for (let before = 1_800 - Buffer.byteLength(character); before <= 1_800; before += 1) {
        const content = `${"a".repeat(before)}${character}b`;
        const parts = partsOf(text(content));
        assert.equal(parts.join(""), content);
        assert.equal(parts.filter((part) => part.includes(character)).length, 1, `${before}`);
      }
    }
  });

  it("but between them where one alone is above the limit", () => {
    const content = `e${"\u0301".repeat(2_000)}`;
    const parts = partsOf(text(content));
    assert.equal(parts.join(""), content);
    assert.ok(parts.every((part) => part !== "" && Buffer.byteLength(part) <= 1_800));
  });

  it("after ]] as well as before >", () => {
    for (const before of [1_797, 1_798, 1_799, 1_800]) {
      const content = `${"a".repeat(before)}]]>b`;
      assert.equal(partsOf(text(content)).join(""), content);
    }
  });

  it("at another limit when there is a setting", () => {
    assert.deepEqual(partsOf(text("abcdefghij"), { textLimitBytes: 10 }), ["abcdefghij"]);
    assert.deepEqual(partsOf(text("abcdefghijk"), { textLimitBytes: 10 }), ["abcdefghij", "k"]);
    assert.deepEqual(partsOf(text("中文字"), { textLimitBytes: 8 }), ["中文", "字"]);
    assert.deepEqual(partsOf(text("a😀b"), { textLimitBytes: 4 }), ["a", "😀", "b"]);
    assert.deepEqual(partsOf(text("a".repeat(2_048)), { textLimitBytes: 2_048 }), [
      "a".repeat(2_048),
    ]);
    assert.deepEqual(partsOf(text("a".repeat(1_801)), {}).length, 2);
  });

  it("and a limit below one character never makes an empty text or a text without end", () => {
    for (const textLimitBytes of [1, 2, 3, 0, -1, NaN]) {
      try {
        const { xml, rest } = formatReply(text("😀中"), ENVELOPE, { textLimitBytes });
        assert.notEqual(wireReadReply(xml)["Content"], "");
        assert.notDeepEqual(rest, text("😀中"));
      } catch (error) {
        assert.ok(isFailure(error), `${textLimitBytes}: ${String(error)}`);
      }
    }
  });

  it("and what is handed back can always be sent", () => {
    for (const tail of ["\u0000", "\u0000\u0001\uFFFF", "\uD800", "\u0000b"]) {
      const parts = partsOf(text("a".repeat(1_800) + tail));
      assert.equal(parts.join(""), "a".repeat(1_800) + (tail === "\u0000b" ? "b" : ""));
    }
  });

  it("and no other kind of reply has a rest", () => {
    const long = "x".repeat(5_000);
    const article = { title: long, description: long, picUrl: long, url: long };
    for (const reply of [image(long), video("m", { title: long }), news([article])] as Reply[]) {
      assert.equal(formatReply(reply, ENVELOPE).rest, undefined);
    }
  });

  it("in a time that grows with its length", () => {
    const content = "]]>".repeat(300_000);
    const { xml, rest } = formatReply(text(content), ENVELOPE);
    assert.equal(wireReadReply(xml)["Content"], content.slice(0, 1_800));
    assert.deepEqual(rest && { ...rest }, { MsgType: "text", Content: content.slice(1_800) });
  });
});
