/** What is pushed to one follower goes out answer by answer, each with all its pieces. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setLate } from "./late-stage.ts";

describe("Answers that are pushed to one follower", { timeout: 60_000 }, () => {
  test("go out one after the other when both come late together, without a session", async (context) => {
    const { wechat, clock, pushed, contents } = await setLate(context);
    wechat.bot.hears(/^[甲乙]$/, async ({ Content }) => {
      await clock.sleep(Content === "甲" ? 20_000 : 19_990);
      return Content.repeat(1000);
    });
    wechat.say("甲");
    await clock.turn(10);
    wechat.say("乙");
    await clock.turn(20_000);
    await pushed(5000);
    const signs = contents().map((content) => content[0]);
    assert.deepEqual(signs, ["甲", "甲", "乙", "乙"]);
  });

  test("follow the reply that a delivery took half a second later, each in its turn", async (context) => {
    const { wechat, clock, pushed, contents } = await setLate(context);
    wechat.bot.hears("多", () => ["一", "二", "三"]);
    const sent = wechat.say("多");
    await clock.turn(0);
    assert.deepEqual(sent.told, ["一"], "and names no word, since the others come by themselves");
    await clock.turn(400);
    assert.deepEqual(contents(), []);
    await pushed(3000);
    assert.deepEqual(contents(), ["二", "三"]);
  });
});
