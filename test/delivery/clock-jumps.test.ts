/** The machine's clock is set while messages are in hand: forward, and back. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Parking } from "../../src/delivery/parking.ts";
import type { ParkedReply } from "../../src/delivery/stored.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { openFor, until, withPatience } from "../support/http.ts";
import { ACCOUNT, plainDelivery, textMessage } from "../server/platform.ts";
import { PLAIN, readableLog, serve } from "../server/serving.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FOLLOWER = "gh_1\noFollower";

/** What it tells can be set; its timers run on as they were, as those of a machine do. */
class SetClock extends TurnedClock {
  #offset = 0;

  override now(): number {
    return super.now() + this.#offset;
  }

  set(ms: number): void {
    this.#offset += ms;
  }
}

function slowly(ms: number): { wechat: TurnedPlatform; clock: SetClock } {
  const clock = new SetClock();
  const wechat = new TurnedPlatform({}, clock);
  wechat.bot.hears("慢", async () => {
    await clock.sleep(ms);
    return "慢答";
  });
  wechat.bot.on("text", ({ Content }) => `${Content}!`);
  return { wechat, clock };
}

describe("While the clock is set by a day", () => {
  for (const [how, ms] of Object.entries({ back: -DAY_MS, forward: DAY_MS })) {
    test(`${how}, an answer that nobody came for is parked as soon as else`, async () => {
      const { wechat, clock } = slowly(6000);
      const sent = wechat.say("慢", {}, { deliveries: 1 });
      await clock.turn(5500);
      clock.set(ms);
      await clock.turn(14_000);
      assert.deepEqual(sent.told, ["lapsed"]);
      assert.equal(await wechat.ask("好"), "慢答\n\n好!");
    });

    test(`${how}, the repeat of a message joins its run`, async () => {
      const { wechat, clock } = slowly(6000);
      const sent = wechat.say("慢");
      await clock.turn(3000);
      clock.set(ms);
      await clock.turn(30_000);
      assert.deepEqual(sent.told.slice(0, 1), ["lapsed"]);
      assert.equal(sent.told[1], "慢答");
    });
  }

  test("a delivery that was received by another clock lapses in time", async () => {
    const { wechat, clock } = slowly(MINUTE_MS);
    const receivedAt = clock.now() + DAY_MS;
    let outcome: string | undefined;
    void wechat.deliver(wireText("慢"), { receivedAt }).then((answered) => {
      ({ outcome } = answered);
    });
    await clock.turn(4499);
    assert.equal(outcome, undefined);
    await clock.turn(1);
    assert.equal(outcome, "lapsed");
  });

  test("back, a lapsed delivery is cut off at the hard cap all the same", async (context) => {
    let offset = 0;
    const bot = echostr.createBot({
      ...PLAIN,
      log: readableLog().log,
      clock: () => Date.now() + offset,
      delivery: { deadlineMs: 30, hardCapMs: 120 },
    });
    let began = false;
    bot.on("text", () => {
      began = true;
      return new Promise<never>(() => {});
    });
    const connection = await openFor(context, await serve(context, bot));
    connection.send(plainDelivery(ACCOUNT, textMessage("慢")));
    await until("the handler to begin", () => began);
    offset = -DAY_MS;
    assert.equal(await withPatience("the server to cut it off", connection.closed), "");
  });
});

describe("What is known of followers", () => {
  function parkingOf(clock: SetClock): Parking {
    return new Parking(new MemoryStore({ clock: () => clock.now() }), clock, "one");
  }

  function parkedAt(clock: SetClock): ParkedReply {
    const reply = { MsgType: "text", Content: "慢答" } as const;
    return { reply, of: "key", asked: false, until: clock.now() + 1000 };
  }

  test("is swept every minute, also after the clock was a month ahead", async () => {
    const clock = new SetClock();
    const parking = parkingOf(clock);
    await parking.add(FOLLOWER, [parkedAt(clock)]);
    clock.set(30 * DAY_MS);
    assert.equal(parking.isEmpty, true);
    clock.set(-30 * DAY_MS);
    await parking.add(FOLLOWER, [parkedAt(clock)]);
    await clock.turn(2 * MINUTE_MS);
    assert.equal(parking.isEmpty, true);
  });

  test("is swept no more than once a minute", async () => {
    const clock = new SetClock();
    const parking = parkingOf(clock);
    await parking.add(FOLLOWER, [parkedAt(clock)]);
    assert.equal(parking.isEmpty, false);
    await clock.turn(MINUTE_MS - 1);
    assert.equal(parking.isEmpty, false);
    await clock.turn(1);
    assert.equal(parking.isEmpty, true);
  });

  test("a promise is kept in mind for a minute, and no day longer when it is set back", async () => {
    const clock = new SetClock();
    const parking = parkingOf(clock);
    await parking.owe(FOLLOWER);
    await clock.turn(MINUTE_MS - 1);
    assert.equal(await parking.isOwed(FOLLOWER), true);
    await clock.turn(1);
    assert.equal(await parking.isOwed(FOLLOWER), false);
    await parking.owe(FOLLOWER);
    clock.set(-DAY_MS);
    assert.equal(await parking.isOwed(FOLLOWER), false);
    assert.equal(parking.isEmpty, true);
  });
});
