/** The server that play starts speaks the reader's language: its first lines are known in each. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isStartLine, portIn } from "../../../lab/play/start-lines.ts";
import { unknownSettings } from "../../../src/cli/notices.ts";
import { readSettings } from "../../../src/cli/settings.ts";
import { startLines } from "../../../src/cli/start-lines.ts";

const SAFE = {
  WECHAT_AES_KEY: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  WECHAT_APPID: "wxb11529c136998cb6",
};

describe("What the server says at its start", () => {
  for (const language of ["en", "zh"] as const) {
    test(`is known in ${language}, and the port is read from it`, () => {
      for (const isKept of [true, false]) {
        const settings = readSettings({ WECHAT_TOKEN: "tok3n", ...SAFE }, true);
        const server = { port: 40_123, url: "http://127.0.0.1:40123" };
        const [unknown = ""] = unknownSettings({ WECHAT_OF_TOMORROW: "x" }, language);
        const said = startLines(settings, server, "bot.mjs", 1_714_036_504_000, isKept, language);
        const lines = [...said.split("\n"), unknown];
        assert.deepEqual(lines.filter((line) => !isStartLine(line)), []);
        assert.deepEqual(lines.flatMap((line) => portIn(line) ?? []), [40_123]);
      }
    });
  }

  test("is not taken for what a bot says", () => {
    for (const line of ["Error: x", "  at f (bot.mjs:1:1)", "echostr: Bot file", "echostr：x", "停止。"]) {
      assert.ok(!isStartLine(line), line);
      assert.equal(portIn(line), undefined);
    }
  });
});
