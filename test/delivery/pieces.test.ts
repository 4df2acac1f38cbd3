/** One answer as the replies that it takes, and the key of the message that it answers. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { deliveryKey, followerOf } from "../../src/bot/keys.ts";
import { asksForMore, beginningOf, putBefore, toPieces, withoutMore } from "../../src/delivery/pieces.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { raw, wireEnvelope, wireXml } from "../support/wire.ts";
import type { WireRecord } from "../support/wire.ts";

const IMAGE: Reply = { MsgType: "image", Image: { MediaId: "m" } };

function text(Content: string): Reply {
  return { MsgType: "text", Content };
}

function contents(replies: readonly Reply[]): string[] {
  return replies.map((reply) => (reply.MsgType === "text" ? reply.Content : `[${reply.MsgType}]`));
}

describe("An answer is cut into pieces", () => {
  const limits = { textLimitBytes: 10, more: "+" };
  const pieces: readonly (readonly [content: string, pieces: readonly string[]])[] = [
    ["", [""]],
    ["0123456789", ["0123456789"]],
    ["0123456789a", ["01234567\n+", "89a"]],
    ["你好啊", ["你好啊"]],
    ["你好啊!!", ["你好\n+", "啊!!"]],
    ["0123456789".repeat(2), ["01234567\n+", "89012345\n+", "6789"]],
    ["01234567\u0000\u000189", ["0123456789"]],
  ];
  for (const [content, expected] of pieces) {
    test(`of ten bytes: ${JSON.stringify(content)}`, () => {
      const made = contents(toPieces(text(content), limits));
      assert.deepEqual(made.map((piece) => piece.replace(/[\u0000\u0001]/g, "")), expected);
    });
  }

  test("that ask for nothing when there is no sentence for it", () => {
    const made = toPieces(text("0123456789a"), { textLimitBytes: 10, more: "" });
    assert.deepEqual(contents(made), ["0123456789", "a"]);
  });

  test("but for those that are no texts", () => {
    assert.deepEqual(toPieces(IMAGE, limits), [IMAGE]);
    const untyped = { MsgType: "text", Content: 12_345_678_901 } as unknown as Reply;
    assert.deepEqual(toPieces(untyped, limits), [untyped]);
  });

  test("without what XML has no place for", () => {
    const [first] = toPieces(text(`0\u00011${"x".repeat(20)}`), limits);
    assert.deepEqual(first, text("01xxxxxx\n+"));
  });
});

describe("Of a long text", () => {
  test("no more is cut into pieces than can be kept", () => {
    assert.deepEqual(beginningOf(text("x".repeat(1000)), 100), text("x".repeat(101)));
  });

  test("the beginning stays the same, and a short one and what is no text stay as they are", () => {
    for (const reply of [text("x".repeat(101)), IMAGE]) assert.equal(beginningOf(reply, 100), reply);
  });
});

describe("A late answer stands before the own one", () => {
  const limits = { textLimitBytes: 20, more: "+" };
  const put = (late: Reply, own: readonly Reply[], more: string = "+"): string[] =>
    contents(putBefore(late, own, { ...limits, more }));

  test("alone, when there is no own one", () => {
    assert.deepEqual(put(text("late"), []), ["late"]);
    assert.deepEqual(put(IMAGE, []), ["[image]"]);
  });

  test("in one text, when both fit", () => {
    assert.deepEqual(put(text("late"), [text("own")]), ["late\n\nown"]);
    assert.deepEqual(put(text("0123456789"), [text("01234567")]), ["0123456789\n\n01234567"]);
  });

  test("as a text that asks for the other, when they do not", () => {
    assert.deepEqual(put(text("0123456789"), [text("012345678")]), ["0123456789\n+", "012345678"]);
    assert.deepEqual(put(text("late"), [text("a"), text("b")]), ["late\n+", "a", "b"]);
    assert.deepEqual(put(text("late"), [IMAGE]), ["late\n+", "[image]"]);
    assert.deepEqual(put(text("0".repeat(18)), [IMAGE]), [`${"0".repeat(18)}\n+`, "[image]"]);
  });

  test("as it is, when it is no text, or has no room to ask", () => {
    assert.deepEqual(put(IMAGE, [text("own")]), ["[image]", "own"]);
    assert.deepEqual(put(text("0".repeat(19)), [IMAGE]), ["0".repeat(19), "[image]"]);
    assert.deepEqual(put(text("late"), [IMAGE], ""), ["late", "[image]"]);
  });
});

describe("The sentence that asks for more", () => {
  test("is known at the end of a text, and nowhere else", () => {
    assert.equal(asksForMore(text("a\n+"), "+"), true);
    assert.equal(asksForMore(text("+a"), "+"), false);
    assert.equal(asksForMore(text("a"), ""), false);
    assert.equal(asksForMore(IMAGE, "+"), false);
    assert.equal(asksForMore(undefined, "+"), false);
  });

  test("is taken off a text that is sent with the others", () => {
    assert.deepEqual(withoutMore(text(" a \n+"), "+"), text(" a"));
    assert.deepEqual(withoutMore(text("a"), "+"), text("a"));
    assert.deepEqual(withoutMore(text("a+"), ""), text("a+"));
    assert.equal(withoutMore(IMAGE, "+"), IMAGE);
  });
});

describe("The key of a message", () => {
  const HEAD = "wx1\ngh_97417a04a28d\no9AgO5Kd5ggOC-bXrbNODIiE3bGY\n1714112445\n";
  const keyOf = (fields: WireRecord): string =>
    deliveryKey("wx1", parseMessage(wireXml(wireEnvelope(fields))));

  /** FNV-1a over 64 code units, with the length put in first. */
  function checksum(content: string): number {
    let sum = BigInt.asUintN(32, 0x811c9dc5n ^ BigInt(content.length));
    for (const character of content.slice(0, 64).split("")) {
      sum = BigInt.asUintN(32, (sum ^ BigInt(character.charCodeAt(0))) * 0x01000193n);
    }
    return Number(sum);
  }

  test("has account, follower, time, id, type and a checksum of the text", () => {
    const long = "b".repeat(64);
    for (const Content of ["问", "", "a", long, `${long}b`, `${long}c`, "😀"]) {
      assert.equal(keyOf({ Content, MsgId: "7" }), `${HEAD}7\ntext\n${checksum(Content)}`);
    }
    const picture = { MsgType: "image", PicUrl: "u", MediaId: "m", MsgId: "7" };
    assert.equal(keyOf(picture), `${HEAD}7\nimage\n0`);
  });

  test("has name, key and a digest of everything where it has no id", () => {
    const digestOf = (fields: WireRecord): string => {
      const message = parseMessage(wireXml(wireEnvelope(fields)));
      return createHash("sha1").update(JSON.stringify(message)).digest("hex");
    };
    const click = { MsgType: "event", Event: "CLICK", EventKey: "HELP" };
    assert.equal(keyOf(click), `${HEAD}click\nHELP\n${digestOf(click)}`);
    const job = { MsgType: "event", Event: "MASSSENDJOBFINISH", MsgID: "7" };
    assert.equal(keyOf(job), `${HEAD}masssendjobfinish\n\n${digestOf(job)}`);
    const nameless = { Content: "问" };
    assert.equal(keyOf(nameless), `${HEAD}text\n\n${digestOf(nameless)}`);
    const empty = { Content: "问", MsgId: raw("") };
    assert.equal(keyOf(empty), `${HEAD}text\n\n${digestOf(empty)}`);
  });

  test("has the account and the follower at its beginning", () => {
    assert.equal(followerOf("wx1\ngh_1\noF\n17\n7\ntext\n0"), "wx1\ngh_1\noF");
  });
});
