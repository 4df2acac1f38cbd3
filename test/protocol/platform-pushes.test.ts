/**
 * What is pushed to a third-party platform and to a provider of suites comes to this address by a mistake
 * in the console: the log says so.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { wireRequest } from "../support/wire.ts";

// developers.weixin.qq.com/doc/oplatform: 验证票据推送, 授权变更通知推送.
const PLATFORM: Readonly<Record<string, string>> = {
  component_verify_ticket: "<ComponentVerifyTicket>t</ComponentVerifyTicket>",
  authorized: "<AuthorizerAppid>wx1</AuthorizerAppid><AuthorizationCode>c</AuthorizationCode>",
  unauthorized: "<AuthorizerAppid>wx1</AuthorizerAppid>",
  updateauthorized: "<AuthorizerAppid>wx1</AuthorizerAppid>",
  notify_third_fasteregister: "<appid>wx1</appid><status>0</status>",
};

function body(infoType: string, fields: string): string {
  return (
    `<xml><AppId>wxPlatform</AppId><CreateTime>1413192605</CreateTime>` +
    `<InfoType><![CDATA[${infoType}]]></InfoType>${fields}</xml>`
  );
}

describe("A push for a third-party platform", () => {
  for (const [infoType, fields] of Object.entries(PLATFORM)) {
    it(`is named: ${infoType}`, () => {
      const error = fails(() => echostr.parseMessage(body(infoType, fields)), "MESSAGE_INVALID");
      assert.equal(
        error.message,
        `Field MsgType expected, got InfoType ${infoType}: WeChat pushes it to a third-party platform ` +
          "(第三方平台), and this is an account's address",
      );
    });
  }

  // developer.work.weixin.qq.com: 推送suite_ticket.
  it("is told apart from one for a provider of suites of 企业微信", () => {
    const { message } = fails(
      () => echostr.parseMessage(body("suite_ticket", "<SuiteId>ww1</SuiteId><SuiteTicket>t</SuiteTicket>")),
      "MESSAGE_INVALID",
    );
    assert.equal(
      message,
      "Field MsgType expected, got InfoType suite_ticket: 企业微信 pushes it to a provider of suites " +
        "(服务商), and this is an account's address",
    );
  });

  it("may have a name of any length, of which little is shown", () => {
    const { message } = fails(() => echostr.parseMessage(body("x".repeat(100_000), "")), "MESSAGE_INVALID");
    assert.ok(message.length < 400, String(message.length));
  });

  it("is none when it has a MsgType: then InfoType is a field like others", () => {
    const text =
      "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1</CreateTime>" +
      "<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId><InfoType>authorized</InfoType></xml>";
    assert.equal(echostr.parseMessage(text).kind, "text");
  });

  it("is refused with this sentence in safe mode, in which it comes", async () => {
    const account = {
      token: "tok3n",
      encodingAesKey: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
      appId: "wxPlatform",
    };
    const now = 1_413_192_605_000;
    const bot = echostr.createBot({ ...account, clock: () => now, log: () => {} });
    const timestamp = String(now / 1000);
    const request = wireRequest({
      ...account,
      mode: "safe",
      timestamp,
      body: body("component_verify_ticket", PLATFORM["component_verify_ticket"] ?? ""),
    });
    const { outcome, error } = await bot.callback({ method: "POST", receivedAt: now, ...request });
    assert.equal(outcome, "refused");
    assert.match((error as Error).message, /component_verify_ticket.*third-party platform \(第三方平台\)/);
  });
});
