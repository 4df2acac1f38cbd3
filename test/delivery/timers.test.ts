/** What waits for nothing any more is not waited for: no timer stays. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wireText } from "../support/wire.ts";
import { lateBot } from "./slow-bots.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const HOUR_MS = 3_600_000;

describe("No timer is left", () => {
  // What takes longer than 4.5 s waits for the next delivery, which comes at 5 s, or at 10.
  const given = [[0.1, 0.1], [4.7, 5], [6, 6], [9.6, 10], [12, 12]] as const;
  for (const [seconds, at] of given) {
    test(`when an answer after ${seconds} s has been given`, async () => {
      const { wechat } = lateBot(seconds);
      const sent = wechat.say("慢");
      await wechat.clock.turn(at * 1000 + 1);
      assert.equal(sent.told.at(-1), "慢答");
      assert.equal(wechat.clock.waiting, 0);
    });
  }

  test("when an answer was parked since its process stopped", async () => {
    const { wechat } = lateBot(6);
    wechat.say("慢", {}, { deliveries: 1 });
    await wechat.clock.turn(7000);
    await wechat.bot.close();
    assert.equal(wechat.clock.waiting, 0);
  });

  test("when a handler has had its time", async () => {
    const { wechat } = lateBot(Infinity);
    wechat.say("慢");
    await wechat.clock.turn(300_001);
    assert.equal(wechat.clock.waiting, 1, "the handler's own");
  });

  test("when a word has waited for what was promised, and came to nothing", async () => {
    const { wechat } = lateBot(20, { notice: "稍等" }, () => undefined);
    wechat.say("慢");
    await wechat.clock.turn(16_000);
    const word = wechat.say("1");
    await wechat.clock.turn(6000);
    assert.deepEqual([word.told, wechat.clock.waiting], [["success"], 0]);
  });

  // One of these turns of the microtasks is that between the leaving and what follows from it.
  for (const turns of [0, 1, 2, 3, 4]) {
    test(`when the handler ends ${turns} turns before its delivery is left`, async () => {
      const wechat = new TurnedPlatform();
      let answer = (_content: string): void => {};
      let leave = (): void => {};
      wechat.bot.on("text", () => new Promise<string>((resolve) => void (answer = resolve)));
      const onClose = (left: () => void): void => void (leave = left);
      void wechat.deliver(wireText("慢"), { onClose });
      await wechat.clock.turn(1000);
      answer("慢答");
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      leave();
      await wechat.clock.turn(2 * HOUR_MS);
      assert.deepEqual(wechat.sentences.filter((each) => each.startsWith("error")), []);
      assert.equal(wechat.clock.waiting, 0);
    });
  }
});
