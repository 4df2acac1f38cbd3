import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { echostr } from "../support/subject.ts";

const { parseMessage } = echostr;

// The events of human agents, as wechatpy and the page 客服管理 have them.
describe("A field that an event of a human agent always has", () => {
  for (const [event, names] of [
    ["kf_create_session", ["KfAccount"]],
    ["kf_close_session", ["KfAccount"]],
    ["kf_switch_session", ["FromKfAccount", "ToKfAccount"]],
  ] as const) {
    it(`is empty where ${event} came without it`, () => {
      const xml =
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1</CreateTime>" +
        `<MsgType>event</MsgType><Event>${event}</Event></xml>`;
      const fields: Readonly<Record<string, unknown>> = { ...parseMessage(xml) };
      for (const name of names) assert.equal(fields[name], "");
    });
  }
});
