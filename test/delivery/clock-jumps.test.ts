/** The machine's clock is set while messages are in hand: forward, and back. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BotOptions, Store } from "../../src/index.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { openFor, until, withPatience } from "../support/http.ts";
import { ACCOUNT, plainDelivery, textMessage } from "../server/platform.ts";
import { PLAIN, readableLog, serve } from "../server/serving.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { SetClock } from "./set-clock.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

interface Slow {
  readonly wechat: TurnedPlatform;
  readonly clock: SetClock;
}

/** 慢 takes so many milliseconds; the rest is echoed. */
function slowly(ms: number, options: Partial<BotOptions> = {}, clock: SetClock = new SetClock()): Slow {
  const wechat = new TurnedPlatform(options, clock);
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

  for (const ms of [-DAY_MS, DAY_MS]) {
    test(`a delivery that was received by another clock lapses in time, by one of ${ms / DAY_MS} d`, async () => {
      const { wechat, clock } = slowly(MINUTE_MS);
      const receivedAt = clock.now() + ms;
      let outcome: string | undefined;
      void wechat.deliver(wireText("慢"), { receivedAt }).then((answered) => {
        ({ outcome } = answered);
      });
      await clock.turn(4499);
      assert.equal(outcome, undefined);
      await clock.turn(1);
      assert.equal(outcome, "lapsed");
    });
  }

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

describe("While the clock is set back by an hour", () => {
  test("a pick-up that waits for what was promised gets it, and lets the next one be", async () => {
    const { wechat, clock } = slowly(20_000, { delivery: { late: { notice: "等等" } } });
    wechat.say("慢");
    await clock.turn(16_000);
    const fetching = wechat.say("1");
    await clock.turn(1000);
    clock.set(-HOUR_MS);
    await clock.turn(15_000);
    assert.deepEqual(fetching.told, ["慢答"]);
    assert.equal(await wechat.ask("1"), "1!", "nothing waits any more");
  });

  test("a last delivery does not wait for hours for a store that is silent about what it may take along", async () => {
    const clock = new SetClock();
    const store = sharing(new MemoryStore({ clock: () => clock.now() }));
    let isSilent = false;
    const get: Store["get"] = async (key) => (isSilent && key.startsWith("line") ? new Promise(() => {}) : store.get(key));
    const { wechat } = slowly(MINUTE_MS, { store: { ...store, get } }, clock);
    const sent = wechat.say("慢", {}, { limitMs: MINUTE_MS, deliveries: 1 });
    await clock.turn(5000);
    sent.again();
    await clock.turn(5000);
    sent.again();
    await clock.turn(1000);
    isSilent = true;
    clock.set(-HOUR_MS);
    await clock.turn(3500 + 2500);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
  });

  test("a pick-up whose follower has left does not look on and on", async () => {
    const { wechat, clock } = slowly(250_000, { delivery: { late: { notice: "等等" } } });
    wechat.say("慢");
    await clock.turn(16_000);
    wechat.say("1", {}, { deliveries: 1 });
    await clock.turn(1000);
    clock.set(-HOUR_MS);
    await clock.turn(20_000);
    // The handler's own timer, and its limit.
    assert.equal(clock.waiting, 2);
  });

  for (const latencyMs of [0, 110]) {
    const store = latencyMs === 0 ? "at once" : `after ${latencyMs} ms`;
    test(`a message of a killed process is run by the next delivery all the same; the store answers ${store}`, async () => {
      const clock = new SetClock();
      const memory = new MemoryStore({ clock: () => clock.now() });
      let isKilled = false;
      const store = sharing(memory, async () => (isKilled ? new Promise(() => {}) : undefined));
      const { wechat } = slowly(60_000, { store }, clock);
      const other = wechat.createBot({
        store: sharing(memory, async () => (latencyMs === 0 ? undefined : clock.sleep(latencyMs))),
      });
      other.on("text", () => "别处");
      const body = wireText("慢");
      wechat.send(body, { deliveries: 1 });
      await clock.turn(100);
      isKilled = true;
      clock.set(-HOUR_MS);
      const answering = wechat.deliver(body, { to: other });
      await clock.turn(4400);
      const { outcome, delivered } = await answering;
      assert.deepEqual([outcome, delivered?.reply], ["answered", { MsgType: "text", Content: "别处" }]);
    });
  }
});

describe("Where the clock of a process is behind by minutes", () => {
  test("its last delivery takes along what is found in its own time, and not by the clock of another", async () => {
    const clock = new SetClock();
    const store = sharing(new MemoryStore({ clock: () => clock.now() }));
    const { wechat } = slowly(30_000, { store }, clock);
    const get: Store["get"] = async (key) => {
      if (key.startsWith("line")) await clock.sleep(700);
      return store.get(key);
    };
    const behind = wechat.createBot({
      store: { ...store, get },
      clock: {
        now: () => clock.now() - 200_000,
        setTimeout: (run, ms) => clock.setTimeout(run, ms),
        clearTimeout: (timer) => clock.clearTimeout(timer),
      },
    });
    wechat.say("慢");
    await clock.turn(MINUTE_MS);
    const body = wireText("慢");
    const { told } = wechat.send(body, { to: [wechat.bot, wechat.bot, behind] });
    await clock.turn(10_100);
    // A proxy's repeat: by these clocks nobody can tell it from a delivery of WeChat's.
    void wechat.deliver(body, { onClose: (left) => void clock.setTimeout(left, 1000) });
    await clock.turn(10_000);
    assert.deepEqual(told, ["lapsed", "lapsed", "success"]);
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });
});
