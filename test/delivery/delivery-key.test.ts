/** Which deliveries are the same message, and which only look alike. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deliveryKey, followerKey, followerOf } from "../../src/bot/keys.ts";
import type { Message } from "../../src/index.ts";
import { raw, wireEnvelope, wireText, wireXml } from "../support/wire.ts";
import type { WireRecord } from "../support/wire.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const ID: WireRecord = { MsgId: raw("7348281234567890123") };

/** Sends the bodies one after the other, and counts how often the handler ran. */
async function countRuns(bodies: readonly string[]): Promise<number> {
  let runs = 0;
  const { bot, clock, send } = platform();
  bot.on("*", () => {
    runs += 1;
    return `answer ${runs}`;
  });
  for (const body of bodies) {
    send(body);
    await clock.turn(1);
  }
  return runs;
}

function platform(): Pick<TurnedPlatform, "bot" | "clock" | "send"> {
  const wechat = new TurnedPlatform();
  return { bot: wechat.bot, clock: wechat.clock, send: wechat.send.bind(wechat) };
}

function event(fields: WireRecord): string {
  return wireXml(wireEnvelope({ MsgType: "event", ...fields }));
}

describe("A message", () => {
  test("that is sent again runs no handler, whatever nonce the repeat has", async () => {
    const body = wireText("你好");
    assert.equal(await countRuns([body, body, body]), 1);
  });

  test("that is sent again is known whatever order its fields are in", async () => {
    const fields = Object.entries(wireEnvelope({ Content: "a", ...ID }));
    assert.equal(await countRuns([wireXml(fields), wireXml(fields.toReversed())]), 1);
  });

  test("of another follower is another one, even with the same MsgId", async () => {
    const bodies = ["oA", "oB"].map((FromUserName) => wireText("a", { ...ID, FromUserName }));
    assert.equal(await countRuns(bodies), 2);
  });

  test("of another follower has another key in every store, whatever the names of both", () => {
    const names = ["o", "o\0", "o\0x", "o*", "o:", "O", "o\n", "\ud800", "\ud801", "\ufffd"];
    const long = [64, 65, 66].flatMap((length) => ["x".repeat(length), `${"x".repeat(length)}\ud800`]);
    const all = [...names, ...long, ...long.map((name) => `${name}\ud801`)];
    const keys = all.flatMap((name) => [followerKey("wx1", "gh_1", name), followerKey("wx1", name, "gh_1")]);
    assert.equal(new Set(keys.map((key) => Buffer.from(key).toString())).size, 2 * all.length);
  });

  test("has a key of seven lines, of 65 characters at most each, whatever its fields hold", () => {
    for (const field of ["x", "x\nx", "\ud800", "x".repeat(65), "x".repeat(100_000)]) {
      const fields = { ToUserName: field, FromUserName: field, CreateTime: field, MsgId: field };
      const message = { kind: "text", MsgType: "text", Content: field, ...fields } as unknown as Message;
      const lines = deliveryKey("wx1", message).text.split("\n");
      assert.deepEqual([lines.length, lines[0], lines[5]], [7, "wx1", "text"]);
      assert.ok(lines.every((line) => line.length <= 65 && line.isWellFormed()), lines.join("\n").slice(0, 300));
      // Sessions and lines of its follower are found by the same name.
      assert.equal(followerOf(lines.join("\n")), followerKey("wx1", field, field));
    }
  });

  test("to another account is another one, even with the same MsgId", async () => {
    const bodies = ["gh_1", "gh_2"].map((ToUserName) => wireText("a", { ...ID, ToUserName }));
    assert.equal(await countRuns(bodies), 2);
  });

  test("of another second is another one, even with the same MsgId", async () => {
    const bodies = [1714112445, 1714112446].map((CreateTime) =>
      wireText("a", { ...ID, CreateTime }),
    );
    assert.equal(await countRuns(bodies), 2);
  });

  test("with another MsgId is another one, even with the same text and second", async () => {
    assert.equal(await countRuns([wireText("a"), wireText("a")]), 2);
  });

  test("whose MsgId differs in the last digit only is another one", async () => {
    // Read as numbers, the two are equal.
    const ids = ["9007199254740992", "9007199254740993"];
    assert.equal(await countRuns(ids.map((id) => wireText("a", { MsgId: raw(id) }))), 2);
  });

  test("without MsgId is known by all of its fields", async () => {
    const first = wireXml(wireEnvelope({ MsgType: "hologram", Depth: "1" }));
    const second = wireXml(wireEnvelope({ MsgType: "hologram", Depth: "2" }));
    assert.equal(await countRuns([first, first, second, second]), 2);
  });

  test("with an empty MsgId is known by all of its fields", async () => {
    const bodies = ["a", "b", "a"].map((content) => wireText(content, { MsgId: "" }));
    assert.equal(await countRuns(bodies), 2);
  });
});

describe("An event", () => {
  test("that is sent again runs no handler", async () => {
    const body = event({ Event: "CLICK", EventKey: "menu-1" });
    assert.equal(await countRuns([body, body, body]), 1);
  });

  // Each of these was reported from the field as swallowed by follower + CreateTime.
  const twins: Record<string, readonly [WireRecord, WireRecord]> = {
    "in its name": [{ Event: "subscribe" }, { Event: "LOCATION" }],
    "in EventKey": [
      { Event: "CLICK", EventKey: "a" },
      { Event: "CLICK", EventKey: "b" },
    ],
    "in the card it speaks of": [
      { Event: "user_get_card", CardId: "p1", UserCardCode: "1" },
      { Event: "user_get_card", CardId: "p1", UserCardCode: "2" },
    ],
    "in trace_id alone": [
      { Event: "wxa_media_check", trace_id: "1" },
      { Event: "wxa_media_check", trace_id: "2" },
    ],
    "deep inside": [
      { Event: "pic_sysphoto", EventKey: "k", SendPicsInfo: { Count: 1, PicList: "x" } },
      { Event: "pic_sysphoto", EventKey: "k", SendPicsInfo: { Count: 2, PicList: "x" } },
    ],
    "in EventKey, and has a MsgId": [
      { Event: "CLICK", EventKey: "a", ...ID },
      { Event: "CLICK", EventKey: "b", ...ID },
    ],
    "in MsgID": [
      { Event: "TEMPLATESENDJOBFINISH", MsgID: 1, Status: "success" },
      { Event: "TEMPLATESENDJOBFINISH", MsgID: 2, Status: "success" },
    ],
  };
  for (const [where, fields] of Object.entries(twins)) {
    test(`of the same second that differs ${where} is another one`, async () => {
      assert.equal(await countRuns(fields.map(event)), 2);
    });
  }

  test("that nobody knows is told apart in the same way", async () => {
    const first = event({ Event: "brand_new", Thing: "1" });
    const second = event({ Event: "brand_new", Thing: "2" });
    assert.equal(await countRuns([first, second, first, second]), 2);
  });
});
