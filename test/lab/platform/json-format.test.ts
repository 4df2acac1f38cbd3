/**
 * The platform set to 数据格式 JSON: what it sends, and what it makes of answers.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareLabAccount } from "../../../lab/platform/accounts.ts";
import { composeMessage } from "../../../lab/platform/compose.ts";
import { judge } from "../../../lab/platform/judge.ts";
import { samples } from "../../../lab/platform/samples.ts";
import { seal } from "../../../lab/platform/sealing.ts";
import type { LabAccountInput } from "../../../lab/platform/accounts.ts";
import type { Verdict } from "../../../lab/platform/types.ts";
import { wireEncrypt, wireSign } from "../../support/wire.ts";
import { ACCOUNT, FOLLOWER, NOW, TEXT_MESSAGE } from "./judge-bench.ts";

const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

const account = (more: LabAccountInput = {}): ReturnType<typeof prepareLabAccount> =>
  prepareLabAccount({ ...ACCOUNT, encodingAesKey: KEY, format: "json", ...more });

const ENVELOPE = {
  ToUserName: ACCOUNT.originalId,
  FromUserName: FOLLOWER,
  CreateTime: NOW,
  MsgId: "7348281234567890123",
};

const composed = composeMessage(TEXT_MESSAGE, ENVELOPE, { format: "json" });

describe("A message in JSON", () => {
  test("has ids of 64 bits as bare numbers, and its fields in the usual order", () => {
    assert.equal(
      composed.xml,
      `{"ToUserName":"${ACCOUNT.originalId}","FromUserName":"${FOLLOWER}","CreateTime":${NOW},` +
        `"MsgType":"text","Content":"你好","MsgId":7348281234567890123}`,
    );
  });

  test("of each sample is JSON with the fields of its description", () => {
    assert.ok(samples().length > 50);
    for (const { description } of samples()) {
      const { xml } = composeMessage(description, ENVELOPE, { format: "json" });
      assert.equal(JSON.parse(xml).MsgType, description.MsgType);
    }
  });

  test("in safe mode is Encrypt and the account's id, in compat mode the fields and Encrypt", () => {
    const safe = seal(account({ mode: "safe" }), composed, { timestamp: NOW });
    assert.deepEqual(Object.keys(JSON.parse(safe.body)), ["ToUserName", "Encrypt"]);
    assert.equal(safe.contentType, "application/json");
    const compat = seal(account({ mode: "compat" }), composed, { timestamp: NOW });
    const { Content, Encrypt } = JSON.parse(compat.body);
    assert.equal(Content, "你好");
    assert.match(Encrypt, /^[\w+/]+=*$/);
  });

  test("is asked for by name", () => {
    assert.throws(() => prepareLabAccount({ format: "yaml" as "json" }), {
      code: "LAB_INPUT_INVALID",
      message: 'Format must be xml or json, got "yaml"',
    });
  });
});

const REPLY = {
  ToUserName: FOLLOWER,
  FromUserName: ACCOUNT.originalId,
  CreateTime: NOW,
  MsgType: "text",
  Content: "测试",
};

function judged(body: string, more: LabAccountInput = {}): Verdict {
  return judge(
    { status: 200, headers: {}, body: Buffer.from(body), ms: 10 },
    { account: account(more), openId: FOLLOWER, fields: composed.fields, at: NOW * 1000 },
  );
}

function sealed(reply: string): string {
  const Encrypt = wireEncrypt(reply, { encodingAesKey: KEY, appId: ACCOUNT.appId });
  const MsgSignature = wireSign(ACCOUNT.token, String(NOW), "n", Encrypt);
  return JSON.stringify({ Encrypt, MsgSignature, TimeStamp: NOW, Nonce: "n" });
}

describe("An answer to a message in JSON", () => {
  test("is right when it is JSON with the fields of a reply", () => {
    const { findings, shows } = judged(JSON.stringify(REPLY));
    assert.deepEqual(findings, []);
    assert.deepEqual(shows, { what: "reply", reply: { MsgType: "text", content: "测试" } });
  });

  test("may have articles as an array", () => {
    const article = { Title: "t", Description: "d", PicUrl: "http://a/b.png", Url: "http://a" };
    const { Content: _, ...head } = REPLY;
    const news = { ...head, MsgType: "news", ArticleCount: 1, Articles: [article] };
    const { shows } = judged(JSON.stringify(news));
    assert.ok(shows.what === "reply" && shows.reply.MsgType === "news");
    assert.equal(shows.reply.articles[0]?.title, "t");
  });

  test("may be success", () => assert.deepEqual(judged("success").shows, { what: "nothing" }));

  test("in safe mode is opened, and is JSON inside", () => {
    const { findings, shows } = judged(sealed(JSON.stringify(REPLY)), { mode: "safe" });
    assert.deepEqual(findings, []);
    assert.equal(shows.what, "reply");
  });

  for (const [what, body, code] of [
    ["XML", "<xml></xml>", "ANSWER-NOT-JSON"],
    ["half of JSON", '{"MsgType":"text"', "ANSWER-NOT-JSON"],
    ["the word success in quotation marks", '"success"', "SUCCESS-QUOTED"],
    ["a reply to another follower", JSON.stringify({ ...REPLY, ToUserName: "oOther" }), "RECIPIENT-WRONG"],
    ["an empty text", JSON.stringify({ ...REPLY, Content: "" }), "CONTENT-EMPTY"],
  ] as const) {
    test(`is wrong when it is ${what}`, () => {
      const { findings, ok } = judged(body);
      assert.ok(!ok);
      assert.ok(findings.some((finding) => finding.code === code), JSON.stringify(findings));
    });
  }

  test("in safe mode is wrong when it is XML inside", () => {
    const { ok, findings } = judged(sealed("<xml><MsgType>text</MsgType></xml>"), { mode: "safe" });
    assert.ok(!ok);
    assert.deepEqual(findings.map(({ code }) => code), ["ANSWER-NOT-JSON"]);
  });
});
