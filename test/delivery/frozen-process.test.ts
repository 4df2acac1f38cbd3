/**
 * A process that stands still: paused, or stopped by its host after its response. Nothing reaches the
 * store from it, and its lease runs out; when it goes on, it finds its messages taken over.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot, BotOptions, Context, DeliveryOptions } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { NotingStore } from "./noting-store.ts";
import { SetClock } from "./set-clock.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

interface Scene {
  readonly clock: TurnedClock;
  readonly wechat: TurnedPlatform;
  /** The one that will stand still, and the other. */
  readonly one: Bot;
  readonly two: Bot;
  /** Who ran what, in order, and what the handlers of `one` were given. */
  readonly ran: string[];
  readonly contexts: Context[];
  /** Nothing passes between `one` and the store from here on. */
  freeze(): void;
  thaw(): Promise<void>;
}

/**
 * Texts that begin with 慢 take so many seconds, and are answered with the name of the process; `one` has no
 * answer to 慢无.
 */
function scene(seconds: number, delivery: DeliveryOptions = {}): Scene {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  let thawed = Promise.resolve();
  let thaw = (): void => {};
  const frozen = sharing(memory, () => thawed);
  const options: Partial<BotOptions> = { delivery };
  const wechat = new TurnedPlatform({ ...options, store: sharing(memory) }, clock);
  const [one, two] = [wechat.createBot({ ...options, store: frozen }), wechat.bot];
  const ran: string[] = [];
  const contexts: Context[] = [];
  for (const [name, bot] of Object.entries({ one, two })) {
    bot.on("text", async ({ Content }, context) => {
      ran.push(`${name} ${Content}`);
      if (!Content.startsWith("慢")) return `${Content}!`;
      if (name === "one") contexts.push(context);
      await clock.sleep(seconds * 1000);
      return name === "one" && Content === "慢无" ? undefined : `${Content} by ${name}`;
    });
  }
  return {
    clock,
    wechat,
    one,
    two,
    ran,
    contexts,
    freeze() {
      thawed = new Promise((resolve) => void (thaw = resolve));
    },
    async thaw() {
      thaw();
      thawed = Promise.resolve();
      await clock.turn(0);
    },
  };
}

describe("A process that stands still while its handler runs", () => {
  test("loses its message to the process that gets the repeat, and its answer is not read", async () => {
    const { clock, wechat, one, ran, freeze, thaw, contexts } = scene(4.7);
    const sent = wechat.send(wireText("慢"), { to: [one] });
    await clock.turn(1500);
    freeze();
    await clock.turn(9000);
    await thaw();
    await clock.turn(60_000);
    assert.deepEqual(ran, ["one 慢", "two 慢"]);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "慢 by two"]);
    assert.equal(contexts.length, 1);
    const next = wechat.say("好");
    await clock.turn(1000);
    assert.deepEqual(next.told, ["好!"], "its answer is nowhere");
  });

  test("and has nothing to say then, does not say so for the process that has its message now", async () => {
    const { clock, wechat, one, two, freeze, thaw } = scene(4.7);
    const sent = wechat.send(wireText("慢无"), { to: [one, two, one] });
    await clock.turn(1500);
    freeze();
    await clock.turn(6500);
    await thaw();
    await clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "慢无 by two"]);
  });

  test("has its handler's signal aborted as soon as it goes on", async () => {
    const { clock, wechat, one, freeze, thaw, contexts } = scene(60);
    wechat.send(wireText("慢"), { to: [one] });
    await clock.turn(1500);
    freeze();
    await clock.turn(8000);
    const signal = contexts[0]?.signal;
    assert.equal(signal?.aborted, false);
    await thaw();
    await clock.turn(1000);
    assert.equal(signal?.aborted, true);
    assert.match(String(signal.reason), /Another process has taken over the message/);
  });

  test("runs the handler once more with a signal of its own, when its message comes back to it", async () => {
    const { clock, wechat, one, two, freeze, thaw, contexts } = scene(11);
    wechat.send(wireText("慢"), { to: [one, two, one] });
    await clock.turn(1500);
    freeze();
    await clock.turn(6500);
    await thaw();
    await clock.turn(3200);
    await two.close();
    await clock.turn(500);
    assert.deepEqual(contexts.map(({ signal }) => signal.aborted), [true, false]);
  });

  test("waits no longer for its follower's session, and has the message at once when it is given back", async () => {
    const { clock, wechat, one, two, ran, freeze, thaw } = scene(11);
    for (const bot of [one, two]) bot.use(echostr.session());
    wechat.send(wireText("慢"), { deliveries: 1 });
    await clock.turn(100);
    const sent = wechat.send(wireText("好"), { to: [one, two, one] });
    await clock.turn(1500);
    freeze();
    await clock.turn(6500);
    await thaw();
    await clock.turn(1500);
    await two.close();
    await clock.turn(700);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "好!"]);
    assert.deepEqual(ran, ["two 慢", "one 好"]);
  });

  test("keeps its message when it goes on within its lease", async () => {
    const { clock, wechat, one, ran, freeze, thaw } = scene(6);
    const sent = wechat.send(wireText("慢"), { to: [one] });
    await clock.turn(3100);
    freeze();
    await clock.turn(2500);
    await thaw();
    await clock.turn(60_000);
    assert.deepEqual([ran, sent.told], [["one 慢"], ["lapsed", "慢 by one"]]);
  });

  for (let ms = 500; ms <= 5000; ms += 500) {
    test(`from ${ms} ms on, at whatever moment it goes on, has one answer read, once`, async () => {
      for (let pauseMs = 500; pauseMs <= 20_000; pauseMs += 1500) {
        const { clock, wechat, one, ran, freeze, thaw } = scene(4.7);
        const sent = wechat.send(wireText("慢"), { to: [one] });
        await clock.turn(ms);
        freeze();
        await clock.turn(pauseMs);
        await thaw();
        await clock.turn(60_000);
        const next = wechat.say("好");
        await clock.turn(1000);
        const read = [...sent.told, ...next.told].join(" ").match(/慢 by (one|two)/g) ?? [];
        assert.equal(read.length, 1, `${pauseMs} ms: ${[...sent.told, ...next.told].join(", ")}`);
        assert.ok(ran.length <= 3);
        assert.equal(clock.waiting, 0, "nothing is renewed for ever");
      }
    });
  }
});

describe("A process that stands still until WeChat has dropped a last delivery", () => {
  test("does not answer it with what waits for the follower, which is still there for their next word", async () => {
    const clock = new SetClock();
    const wechat = new TurnedPlatform({ delivery: { late: { hold: false } } }, clock);
    wechat.bot.hears("慢", () => clock.sleep(6000).then(() => "慢答"));
    wechat.bot.hears("更慢", () => clock.sleep(60_000).then(() => "更慢答"));
    for (const stillMs of [0, 3000]) {
      wechat.say("慢");
      await clock.turn(7000);
      const sent = wechat.say("更慢");
      await clock.turn(4400);
      // No timer fires meanwhile.
      clock.set(stillMs);
      await clock.turn(1000);
      assert.deepEqual(sent.told, [stillMs === 0 ? "慢答" : "success"]);
    }
    assert.equal(await wechat.ask("1"), "慢答");
  });
});

describe("A process that its host stops after its response", () => {
  const NOTICE: DeliveryOptions = { late: { hold: false, notice: "稍等" } };

  test("captures no follower: each of their questions is answered at once", async () => {
    const { clock, wechat, one, ran, freeze } = scene(10, NOTICE);
    const sent = wechat.send(wireText("慢"), { to: [one] });
    await clock.turn(4500);
    assert.deepEqual(sent.told, ["稍等"]);
    freeze();
    for (const word of ["一", "二", "三", "四", "五", "六", "七"]) {
      const question = wechat.say(word);
      await clock.turn(500);
      assert.deepEqual(question.told, [`${word}!`]);
    }
    assert.equal(ran.length, 8);
  });

  test("promises nothing any more as soon as its lease is over", async () => {
    const { clock, wechat, one, freeze } = scene(10, NOTICE);
    wechat.send(wireText("慢"), { to: [one] });
    await clock.turn(4500);
    freeze();
    await clock.turn(1000);
    const early = wechat.say("1");
    await clock.turn(3000);
    assert.deepEqual(early.told, ["success"], "it has waited for it");
    const word = wechat.say("1");
    await clock.turn(100);
    assert.deepEqual(word.told, ["1!"]);
  });

  test("has its answer fetched as the answer to its own question, when it goes on after all", async () => {
    const { clock, wechat, one, ran, freeze, thaw } = scene(10, NOTICE);
    wechat.send(wireText("慢"), { to: [one] });
    await clock.turn(4500);
    freeze();
    await clock.turn(60_000);
    const question = wechat.say("问");
    await clock.turn(100);
    assert.deepEqual(question.told, ["问!"]);
    await thaw();
    await clock.turn(10_000);
    const next = wechat.say("好");
    await clock.turn(100);
    assert.deepEqual(next.told, ["慢 by one\n\n好!"], "before the next answer, not in its place");
    assert.deepEqual(ran, ["one 慢", "two 问", "two 好"]);
  });
});

describe("A process that is killed in the turn of the event loop after its handler has ended", () => {
  for (const isAwaited of [true, false]) {
    test(`has told the store of the answer, ${isAwaited ? "for which" : "though no"} delivery waits`, async () => {
      const clock = new TurnedClock();
      const memory = echostr.openStore("memory", { clock: () => clock.now() });
      let isKilled = false;
      // What is on its way arrives after 10 ms, as from a process that is killed meanwhile.
      const wire = (): Promise<void> => (isKilled ? new Promise<never>(() => {}) : clock.sleep(10));
      const wechat = new TurnedPlatform({ store: sharing(memory) }, clock);
      const killed = wechat.createBot({ store: sharing(memory, wire) });
      let runs = 0;
      for (const bot of [wechat.bot, killed]) {
        bot.on("text", async () => {
          runs += 1;
          await clock.sleep(isAwaited ? 1000 : 4700);
          setImmediate(() => void (isKilled ||= bot === killed));
          return "答";
        });
      }
      const sent = wechat.send(wireText("问"), { to: [killed] });
      await clock.turn(60_000);
      assert.deepEqual(sent.told, ["lapsed", "答"]);
      assert.equal(runs, 1);
    });
  }
});

describe("An answer to a message whose last delivery is over", () => {
  /** What was written, in its order, of the line and of the record that has the answer. */
  async function written(frozenMs: number): Promise<string[]> {
    const clock = new SetClock();
    const store = new NotingStore(clock, true);
    const wechat = new TurnedPlatform({ store }, clock);
    wechat.bot.on("text", async () => {
      await clock.sleep(13_000);
      return "答";
    });
    wechat.say("问");
    await clock.turn(12_900);
    store.taken();
    clock.set(frozenMs);
    await clock.turn(200);
    const isOfAnswer = (call: string): boolean => call.startsWith("swap line") || call.includes('"state":"ready"');
    return store.taken().filter(isOfAnswer).slice(0, 2).map((call) => call.slice(0, "swap line".length));
  }

  test("has its place in the line first, also when the process was frozen and has not heard: it may be killed", async () => {
    assert.deepEqual(await written(0), ["swap run.", "swap run."], "it is published and given");
    for (const frozenMs of [2200, 30_000]) {
      assert.deepEqual(await written(frozenMs), ["swap line", "swap run."], `${frozenMs} ms`);
    }
  });
});
