/**
 * Two of the examples on the simulator, as users would test their own bots: followers do
 * something, and what their phones show is compared.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot } from "../../src/index.ts";
import { createTestPlatform, samples } from "../../lab/index.ts";
import type { TestPlatform } from "../../lab/index.ts";
import { echostr } from "../support/subject.ts";
import "../../scripts/own-name.ts";

const { default: echoImage } = await import("../../examples/03-echo-image.ts");
const { default: menuAndEvents } = await import("../../examples/04-menu-and-events.ts");

function platformWith(setup: (bot: Bot) => void): TestPlatform {
  return createTestPlatform(({ account }) => {
    const bot = echostr.createBot({ token: account.token });
    setup(bot);
    return bot;
  });
}

describe("examples/03-echo-image.ts", () => {
  test("answers a picture with the same picture, and anything else with a text", async () => {
    const alice = platformWith(echoImage).follower();
    const picture = { MsgType: "image", MediaId: "media-1", PicUrl: "http://a.example/1.jpg" };
    const { replies } = await alice.sends(picture);
    assert.deepEqual(replies, [{ MsgType: "image", mediaId: "media-1" }]);
    assert.equal((await alice.says("你好")).text, "你说：你好");
    assert.equal((await alice.follows()).text, "请发一张图片");
  });
});

describe("examples/04-menu-and-events.ts", () => {
  test("greets who follows, by the code that they came by", async () => {
    const alice = platformWith(menuAndEvents).follower();
    assert.equal((await alice.follows()).text, "欢迎");
    assert.equal((await alice.scans("7")).text, "你扫了 7");
    assert.deepEqual((await alice.unfollows()).shown, { what: "nothing" });
    assert.equal((await alice.scans("8")).text, "欢迎，来自 8");
  });

  test("answers the menu and the words that it knows", async () => {
    const alice = platformWith(menuAndEvents).follower();
    const { shown } = await alice.clicks("today");
    assert.equal(shown.what === "reply" && shown.reply.MsgType, "news");
    assert.equal((await alice.says("天气 北京")).text, "北京：晴");
    assert.equal((await alice.says("？")).text, "没听懂（text）");
  });

  test("answers every kind that the platform sends in a way that it accepts", async () => {
    const platform = platformWith(menuAndEvents);
    for (const { name, description } of samples()) {
      const { verdicts } = await platform.follower().sends(description);
      assert.deepEqual(
        verdicts.flatMap(({ findings }) => findings),
        [],
        name,
      );
    }
  });
});
