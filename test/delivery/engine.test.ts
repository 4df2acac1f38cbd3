/** One run for a message, and an answer in time for whichever delivery waits for it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SEED_BYTES } from "../../src/bot/keys.ts";
import { DeliveryEngine } from "../../src/delivery/delivery-engine.ts";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { wireText } from "../support/wire.ts";
import { imageMessage, lateBot, slowly } from "./slow-bots.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

describe("An answer in time", () => {
  const told: readonly [seconds: number, told: readonly string[]][] = [
    [0.1, ["答"]],
    [4, ["答"]],
    [4.6, ["lapsed", "答"]],
    [6, ["lapsed", "答"]],
    [9.4, ["lapsed", "答"]],
    [9.6, ["lapsed", "lapsed", "答"]],
    [14, ["lapsed", "lapsed", "答"]],
  ];
  for (const [seconds, expected] of told) {
    test(`that takes ${seconds} s is given to delivery ${expected.length}`, async () => {
      const { wechat, runs } = slowly(seconds * 1000);
      const sent = wechat.say("问");
      await wechat.clock.turn(60_000);
      assert.deepEqual(sent.told, expected);
      assert.equal(runs(), 1);
    });
  }

  test("that comes between two deliveries is given to the next one", async () => {
    const { wechat, runs } = slowly(4700);
    const sent = wechat.say("问");
    await wechat.clock.turn(4800);
    assert.deepEqual(sent.told, ["lapsed"]);
    await wechat.clock.turn(200);
    assert.deepEqual(sent.told, ["lapsed", "答"]);
    assert.equal(runs(), 1);
    await wechat.clock.turn(60_000);
    assert.equal(runs(), 1);
  });

  test("that is nothing ends the repeats with success, once it is known", async () => {
    const { wechat } = slowly(6000, () => undefined);
    const sent = wechat.say("问");
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "success"]);
  });

  test("is given to a delivery that the peer has dropped before its time", async () => {
    const { wechat, runs } = slowly(6000);
    const sent = wechat.say("问", {}, { limitMs: 2500 });
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "答"]);
    assert.equal(runs(), 1);
  });

  test("is remembered for repeats that come after it was given", async () => {
    const { wechat, runs } = slowly(0);
    const sent = wechat.say("问");
    await wechat.clock.turn(10);
    sent.again();
    await wechat.clock.turn(20_000);
    sent.again();
    await wechat.clock.turn(10);
    assert.deepEqual(sent.told, ["答", "答", "答"]);
    assert.equal(runs(), 1);
  });

  test("is forgotten when others have come for two minutes, and its message is not", async () => {
    const cases = [[0, "答", 3], [6000, "答", 3], [6000, undefined, 1]] as const;
    for (const [ms, answer, deliveries] of cases) {
      const { wechat, runs } = slowly(ms, () => answer);
      const sent = wechat.say("问", {}, { deliveries });
      for (const other of ["甲", "乙"]) {
        await wechat.clock.turn(70_000);
        wechat.say(other);
      }
      await wechat.clock.turn(70_000);
      sent.again();
      await wechat.clock.turn(70_000);
      assert.equal(sent.told.at(-1), "success");
      assert.equal(runs(), 3, `${ms} ms`);
    }
  });

  test("that a handler gives without a promise is there without one", () => {
    const clock = new TurnedClock();
    const store = new MemoryStore({ clock: () => clock.now() });
    const engine = new DeliveryEngine({
      settings: prepareDelivery({}, 1800, false),
      services: { accountId: "wx1", store, api: undefined, clock, newOwner: () => "one", patienceMs: 4500 },
      clock,
      log: () => {},
      runHandler: () => ({ replies: [{ MsgType: "text", Content: "答" }], error: undefined }),
      push: undefined,
      random: (size) => new Uint8Array(size),
    });
    const message = parseMessage(wireText("问"));
    const delivered = engine.deliver({ message, size: 400, receivedAt: clock.now(), acceptedUntil: clock.now() });
    assert.ok(!(delivered instanceof Promise));
    assert.equal(delivered.outcome, "answered");
  });

  test("that was given is remembered for five seconds at 800 messages a second", async () => {
    // It was on its way when WeChat dropped the connection.
    const { wechat, runs } = slowly(4400);
    const sent = wechat.say("问");
    await wechat.clock.turn(4500);
    wechat.bot.on("image", () => "图");
    for (let count = 0; count < 4000; count += 1) {
      wechat.send(imageMessage({ FromUserName: "oOther" }));
      if (count % 800 === 799) await wechat.clock.turn(1000);
    }
    sent.again();
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told.slice(0, 2), ["答", "答"]);
    assert.equal(runs(), 1);
  });
});

describe("Deliveries of a message that come at the same time", () => {
  for (const ms of [0, 1000, 4000]) {
    test(`join one run when the handler takes ${ms} ms`, async () => {
      const { wechat, runs } = slowly(ms);
      const sent = wechat.say("问");
      sent.again();
      sent.again();
      await wechat.clock.turn(60_000);
      assert.equal(runs(), 1);
      assert.deepEqual(sent.told, ["答", "答", "答"]);
    });
  }

  test("that take a long answer at once leave its rest once", async () => {
    const { wechat } = lateBot(1, {}, () => "长".repeat(700));
    const sent = wechat.say("慢");
    await wechat.clock.turn(100);
    sent.again();
    await wechat.clock.turn(2000);
    assert.equal(sent.told.length, 2);
    for (const told of sent.told) assert.match(told, /^长+\n（回复“继续”查看更多）$/);
    assert.match(await wechat.ask("继续"), /^长+$/);
    assert.equal(await wechat.ask("继续"), "继续!");
    assert.equal(await wechat.ask("好"), "好!");
  });

  test("of different followers do not wait for each other", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("text", async ({ FromUserName }) => {
      await wechat.clock.sleep(FromUserName === "slow" ? 4000 : 10);
      return FromUserName;
    });
    const slow = wechat.say("a", { FromUserName: "slow" });
    const fast = wechat.say("a", { FromUserName: "fast" });
    await wechat.clock.turn(20);
    assert.deepEqual([slow.told, fast.told], [["open"], ["fast"]]);
    await wechat.clock.turn(5000);
    assert.deepEqual(slow.told, ["slow"]);
  });
});

describe("Delivery before its first message", () => {
  test("draws no random bytes, which some runtimes do not have while a module is loaded, and has nothing to close", async () => {
    const drawn: number[] = [];
    const random = (size: number): Uint8Array => {
      drawn.push(size);
      return new Uint8Array(size);
    };
    const wechat = new TurnedPlatform({ random });
    wechat.bot.on("text", () => "答");
    await wechat.bot.close();
    assert.equal(drawn.length, 0);
    assert.equal(await wechat.ask("问"), "答");
    assert.ok(drawn.includes(SEED_BYTES), `${drawn.join(", ")} bytes`);
  });
});
