/** One answer as the replies that it takes, and the key of the message that it answers. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { deliveryKey, followerOf } from "../../src/bot/keys.ts";
import { firstPiece, keptReplies, putBefore, REPLIES_BYTES, toPieces } from "../../src/delivery/pieces.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { fetchedPieces } from "./fetched-pieces.ts";
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
  const limits = { limitBytes: 10, more: "+" };
  const pieces: readonly (readonly [content: string, pieces: readonly string[]])[] = [
    ["", [""]],
    ["0123456789", ["0123456789"]],
    ["0123456789a", ["01234567\n+", "89a"]],
    ["你好啊", ["你好啊"]],
    ["你好啊!!", ["你好\n+", "啊!!"]],
    ["0123456789".repeat(2), ["01234567\n+", "89012345\n+", "6789"]],
    ["01234567\u0000\u000189", ["0123456789"]],
    ["\u0000".repeat(20), [""]],
  ];
  for (const [content, expected] of pieces) {
    test(`of ten bytes: ${JSON.stringify(content)}`, () => {
      const made = contents(fetchedPieces([text(content)], limits));
      assert.deepEqual(made.map((piece) => piece.replace(/[\u0000\u0001]/g, "")), expected);
    });
  }

  test("that ask for nothing when there is no sentence for it", () => {
    const made = fetchedPieces([text("0123456789a")], { limitBytes: 10, more: "" });
    assert.deepEqual(contents(made), ["0123456789", "a"]);
    assert.deepEqual(toPieces([text("0123456789a")], 10), made);
  });

  test("but for those that are no texts", () => {
    assert.deepEqual(fetchedPieces([IMAGE], limits), [IMAGE]);
    assert.deepEqual(toPieces([IMAGE], 10), [IMAGE]);
    const untyped = { MsgType: "text", Content: 12_345_678_901 } as unknown as Reply;
    assert.deepEqual(fetchedPieces([untyped], limits), [untyped]);
    assert.deepEqual(toPieces([untyped], 10), [untyped]);
  });

  test("without what XML has no place for", () => {
    const long = text(`0\u00011${"x".repeat(20)}`);
    assert.deepEqual(fetchedPieces([long], limits)[0], text("01xxxxxx\n+"));
    assert.deepEqual(toPieces([long], 10)[0], text("01xxxxxxxx"));
  });
});

describe("An answer of several replies", () => {
  const limits = { limitBytes: 10, more: "+" };

  test("asks at the end of each text for what follows", () => {
    const made = fetchedPieces([text("0123456789a"), IMAGE, text("b"), text("c")], limits);
    assert.deepEqual(contents(made), ["01234567\n+", "89a\n+", "[image]", "b\n+", "c"]);
  });

  test("has texts as they are, where they have no room to ask", () => {
    assert.deepEqual(contents(fetchedPieces([text("012345678"), IMAGE], limits)), ["012345678", "[image]"]);
  });

  test("asks for nothing when there is no sentence for it", () => {
    const answer = [text("0123456789a"), text("b")];
    const made = fetchedPieces(answer, { ...limits, more: "" });
    assert.deepEqual(contents(made), ["0123456789", "a", "b"]);
    assert.deepEqual(toPieces(answer, 10), made);
  });

  test("may be none", () => {
    assert.deepEqual([fetchedPieces([], limits), toPieces([], 10)], [[], []]);
  });
});

describe("Of a long answer", () => {
  const bytesOf = (replies: readonly Reply[]): number =>
    contents(replies).reduce((sum, content) => sum + Buffer.byteLength(content), 0);

  test("64 KiB are kept, less a piece", () => {
    const whole = text("长".repeat(1_000_000));
    const { kept, isCut } = keptReplies([text("短"), whole, IMAGE], 1800);
    assert.equal(isCut, true);
    assert.equal(kept.length, 2);
    const bytes = bytesOf(kept);
    assert.ok(bytes <= REPLIES_BYTES && bytes > REPLIES_BYTES - 1803, `${bytes} bytes`);
  });

  test("the end is where a person would cut it, and only what has room", () => {
    const { kept } = keptReplies([text("words ".repeat(20_000))], 1800);
    assert.ok(contents(kept).join("").endsWith("words "));
    const full = text("x".repeat(REPLIES_BYTES - 10));
    const { kept: both } = keptReplies([full, text("长".repeat(10))], 1800);
    assert.deepEqual(both, [full, text("长".repeat(3))]);
    const whole = text("x".repeat(REPLIES_BYTES));
    assert.deepEqual(keptReplies([whole, text("长")], 1800), { kept: [whole], isCut: true });
    assert.deepEqual(keptReplies([text("x".repeat(100_000))], 99_000).kept, [whole], "one piece where it may be so long");
    assert.deepEqual(keptReplies([full, IMAGE], 1800), { kept: [full], isCut: true });
  });

  test("as many pictures are kept as have room", () => {
    const { kept, isCut } = keptReplies(Array<Reply>(100_000).fill(IMAGE), 1800);
    assert.equal(isCut, true);
    assert.equal(kept.length, Math.floor(REPLIES_BYTES / JSON.stringify(IMAGE).length));
  });

  test("all is kept when it has room, as it is", () => {
    for (const content of ["短", "x".repeat(REPLIES_BYTES)]) {
      const replies = [text(content), IMAGE].slice(0, content === "短" ? 2 : 1);
      const { kept, isCut } = keptReplies(replies, 1800);
      assert.equal(isCut, false);
      assert.deepEqual(kept, replies);
    }
  });
});

describe("A late answer stands before the own one", () => {
  const limits = { limitBytes: 20, more: "+" };
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

  test("as a piece that asks for its own rest, which asks once", () => {
    assert.deepEqual(put(text("0123456789\n+"), [text("0123456789")]), ["0123456789\n+", "0123456789"]);
    assert.deepEqual(put(text("+a"), [IMAGE]), ["+a\n+", "[image]"]);
  });
});

describe("The key of a message", () => {
  const HEAD = "wx1\ngh_97417a04a28d\no9AgO5Kd5ggOC-bXrbNODIiE3bGY\n1714112445\n";
  const keyOf = (fields: WireRecord): string =>
    deliveryKey("wx1", parseMessage(wireXml(wireEnvelope(fields)))).text;

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

describe("The first piece of an answer", () => {
  const limits = { limitBytes: 10, more: "+" };
  const answers: readonly (readonly [replies: readonly Reply[], first: string, rest: readonly string[]])[] = [
    [[text("短")], "短", []],
    [[IMAGE], "[image]", []],
    [[text("0123456789a")], "01234567\n+", ["89a"]],
    [[text("一"), IMAGE, text("二")], "一\n+", ["[image]", "二"]],
    [[text("0123456789a"), IMAGE], "01234567\n+", ["89a", "[image]"]],
    [[text("0123456789"), text("二")], "0123456789", ["二"]],
  ];
  for (const [replies, first, others] of answers) {
    test(`${contents(replies).join(", ")} is ${first}, and its rest can be cut again`, () => {
      const [piece, rest] = firstPiece(replies, limits);
      assert.deepEqual(piece && contents([piece]), [first]);
      assert.deepEqual(contents(rest), others);
    });
  }

  test("of nothing is nothing", () => {
    assert.deepEqual(firstPiece([], limits), [undefined, []]);
  });
});
