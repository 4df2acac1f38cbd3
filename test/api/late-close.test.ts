/** A process that stops while a late answer is on its way to WeChat. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SEND, setLate } from "./late-stage.ts";

describe("A bot that is closed while a late answer is pushed", { timeout: 120_000 }, () => {
  test("waits until it is sent", async (context) => {
    const { wechat, clock, standIn, pushed, pass, contents } = await setLate(context);
    await wechat.bot.api.accessToken();
    const gate = standIn.faults.hold({ path: SEND });
    wechat.say("慢");
    await clock.turn(20_000);
    await pushed();
    let isClosed = false;
    const closing = wechat.bot.close().then(() => (isClosed = true));
    await pushed(500);
    assert.equal(isClosed, false);
    gate.open();
    await pass(closing);
    assert.deepEqual(contents(), ["慢答"]);
  });

  test("has parked what is refused when it is closed", async (context) => {
    const { wechat, clock, standIn, pushed, pass } = await setLate(context);
    await wechat.bot.api.accessToken();
    standIn.faults.failNext({ path: SEND, errcode: 45015 });
    const gate = standIn.faults.hold({ path: SEND });
    wechat.say("慢");
    await clock.turn(20_000);
    await pushed();
    const closing = wechat.bot.close().then(() => wechat.sentences.at(-1) ?? "");
    await pushed(500);
    gate.open();
    assert.match(await pass(closing), /^warn: .*is parked/);
  });
});
