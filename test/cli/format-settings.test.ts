import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AccountOptions } from "../../src/account.ts";
import { readSettings } from "../../src/cli/settings.ts";

describe("The format, and the pushes of 微信云托管", () => {
  const read = (settings: Record<string, string>): AccountOptions =>
    readSettings(settings, false).account;

  test("are XML with a signature where nothing is said", () => {
    const { format, cloudRun } = read({ WECHAT_TOKEN: "t" });
    assert.deepEqual([format, cloudRun], [undefined, false]);
  });

  test("are set by two variables, and with the second no token is needed", () => {
    const { format, cloudRun, token } = read({ WECHAT_FORMAT: "auto", WECHAT_CLOUD_RUN: "on" });
    assert.deepEqual([format, cloudRun, token], ["auto", true, ""]);
  });

  for (const [settings, message] of [
    [{ WECHAT_TOKEN: "t", WECHAT_FORMAT: "yaml" }, /^WECHAT_FORMAT: format must be xml or json or auto, got "yaml"/],
    [{ WECHAT_TOKEN: "t", WECHAT_CLOUD_RUN: "yes" }, /^WECHAT_CLOUD_RUN must be on or off, got "yes"/],
    [{ WECHAT_CLOUD_RUN: "off" }, /^WECHAT_TOKEN must be set/],
  ] as const) {
    test(`are refused when they are ${JSON.stringify(settings)}`, () => {
      assert.throws(() => read(settings), { message });
    });
  }
});
