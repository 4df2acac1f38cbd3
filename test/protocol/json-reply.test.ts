/** A reply in JSON has the fields of the same reply in XML: what may be missing there is left out here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Reply } from "../../src/index.ts";
import { formatJsonReply } from "../../src/protocol/json-reply.ts";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const { image, music, news, text, transferToCustomerService, video } = echostr;

const ENVELOPE = { ToUserName: "oF", FromUserName: "gh_1", CreateTime: 1_714_112_445 };

function odd(reply: object): Reply {
  return reply as Reply;
}

const REPLIES: readonly (readonly [reply: Reply, fields: object])[] = [
  [text("a\u0000b"), { MsgType: "text", Content: "ab" }],
  [image("m"), { MsgType: "image", Image: { MediaId: "m" } }],
  [video("m", { title: "", description: "d" }), { MsgType: "video", Video: { MediaId: "m", Description: "d" } }],
  // As in XML: https://github.com/node-webot/wechat/issues/206
  [music({ musicUrl: "u", thumbMediaId: "" }), { MsgType: "music", Music: { MusicUrl: "u" } }],
  [odd({ MsgType: "music", Music: { MusicUrl: "u", Title: null } }), { MsgType: "music", Music: { MusicUrl: "u" } }],
  [
    news([{ title: "t", description: "", picUrl: "\u0000", url: "u" }, { title: "" }]),
    { ArticleCount: 2, MsgType: "news", Articles: [{ Title: "t", Url: "u" }, { Title: "" }] },
  ],
  [transferToCustomerService(""), { MsgType: "transfer_customer_service" }],
  [
    odd({ MsgType: "transfer_customer_service", TransInfo: { KfAccount: "" } }),
    { MsgType: "transfer_customer_service" },
  ],
  [
    transferToCustomerService("a@b"),
    { MsgType: "transfer_customer_service", TransInfo: { KfAccount: "a@b" } },
  ],
];

describe("a reply in JSON", () => {
  for (const [reply, fields] of REPLIES) {
    it(`is ${JSON.stringify(fields)}`, () => {
      assert.deepEqual(JSON.parse(formatJsonReply(reply, ENVELOPE).body), { ...ENVELOPE, ...fields });
    });
  }

  it("goes to whoever wrote, whatever stands in a reply that was made by hand", () => {
    const made = odd({
      ToUserName: "oSomebodyElse",
      FromUserName: "gh_2",
      CreateTime: 0,
      ArticleCount: 9,
      MsgType: "news",
      Articles: [{ Title: "t" }],
    });
    assert.deepEqual(JSON.parse(formatJsonReply(made, ENVELOPE).body), {
      ...ENVELOPE,
      ArticleCount: 1,
      MsgType: "news",
      Articles: [{ Title: "t" }],
    });
  });

  it("has no field that the one in XML leaves out", () => {
    const made = odd({ MsgType: "image", Image: { MediaId: "m", Title: "t" }, FuncFlag: 0 });
    assert.deepEqual(JSON.parse(formatJsonReply(made, ENVELOPE).body), {
      ...ENVELOPE,
      MsgType: "image",
      Image: { MediaId: "m" },
    });
  });

  it("of a text that is too long holds what fits, and hands back the rest", () => {
    const { body, rest } = formatJsonReply(text(`一\u0000${"二".repeat(700)}`), ENVELOPE);
    const { Content } = JSON.parse(body) as { Content: string };
    assert.deepEqual([Content, rest], [`一${"二".repeat(599)}`, text("二".repeat(101))]);
  });

  it("that lacks a part is refused as in XML", () => {
    const { message } = fails(
      () => formatJsonReply(odd({ MsgType: "image", MediaId: "m" }), ENVELOPE),
      "REPLY_INVALID",
    );
    assert.equal(message, "Image of a reply must be an object with MediaId, got undefined");
  });
});
