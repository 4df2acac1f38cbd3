/** What the account's author may decide about late answers: `hold`, and `onLate`. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Message, Reply } from "../../src/index.ts";
import { echoing } from "./slow-bots.ts";
import type { TurnedPlatform } from "./turned-platform.ts";

describe("late.hold: false", () => {
  test("answers the first deadline at once, with notice or success", async () => {
    for (const notice of [undefined, "稍等"]) {
      const wechat = echoing({ hold: false, notice });
      const sent = wechat.say("慢");
      await wechat.clock.turn(4499);
      assert.deepEqual(sent.told, ["open"]);
      await wechat.clock.turn(1);
      assert.deepEqual(sent.told, [notice ?? "success"]);
      await wechat.clock.turn(30_000);
      assert.equal(sent.told.length, 1);
      assert.equal(await wechat.ask("1"), "慢答");
      assert.equal(await wechat.ask("1"), "1!", "and then it is a message like any other");
    }
  });
});

describe("onLate", () => {
  interface Pushed {
    readonly message: Message;
    readonly replies: readonly Reply[];
  }

  function pushing(fails: boolean): { wechat: TurnedPlatform; pushed: Pushed[] } {
    const pushed: Pushed[] = [];
    const wechat = echoing({
      push: "customer-service",
      notice: "稍等",
      onLate: async (message, replies) => {
        pushed.push({ message, replies });
        if (fails) throw new Error("45015: out of time");
      },
    });
    return { wechat, pushed };
  }

  test("is handed the message and the answer; nothing is parked then", async () => {
    const { wechat, pushed } = pushing(false);
    const sent = wechat.say("慢");
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "稍等"]);
    assert.equal(pushed.length, 1);
    assert.deepEqual(pushed[0]?.replies, [{ MsgType: "text", Content: "慢答" }]);
    assert.equal(pushed[0]?.message.kind, "text");
    assert.deepEqual(wechat.sentences, ["info: Answer came late and was handed to onLate"]);
    assert.equal(await wechat.ask("好"), "好!");
  });

  test("gets a long answer in pieces that fit", async () => {
    const { wechat, pushed } = pushing(false);
    wechat.say(`慢${"长".repeat(1500)}`);
    await wechat.clock.turn(60_000);
    const replies = pushed[0]?.replies ?? [];
    assert.equal(replies.length, 3);
    for (const reply of replies) {
      assert.ok("Content" in reply && Buffer.byteLength(String(reply.Content)) <= 1800);
    }
  });

  test("that fails leaves the answer to the next message, and the log says why", async () => {
    const { wechat, pushed } = pushing(true);
    const sent = wechat.say("慢");
    await wechat.clock.turn(60_000);
    sent.again();
    await wechat.clock.turn(0);
    assert.equal(sent.told[3], "success", "the last delivery was answered without it");
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
    const again = wechat.say("慢二");
    await wechat.clock.turn(60_000);
    assert.equal(again.told.length, 3);
    assert.equal(await wechat.ask("好"), "慢二答\n\n好!", "the notice had not asked for a message");
    assert.equal(pushed.length, 2);
    assert.match(wechat.sentences.join("\n"), /warn: onLate failed.*45015: out of time/);
  });

  test("is not asked when a delivery takes the answer", async () => {
    const { wechat, pushed } = pushing(false);
    await wechat.ask("好");
    await wechat.clock.turn(60_000);
    assert.equal(pushed.length, 0);
  });

  test("is asked once, though deliveries go on", async () => {
    const { wechat, pushed } = pushing(false);
    const sent = wechat.say("慢");
    await wechat.clock.turn(30_000);
    sent.again();
    await wechat.clock.turn(30_000);
    assert.equal(sent.told[3], "success");
    assert.equal(pushed.length, 1);
  });
});
