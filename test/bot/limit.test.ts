/** A limit for each follower: how many messages are answered within a time. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot, LimitOptions, Store } from "../../src/index.ts";
import { sharing } from "../delivery/sharing-store.ts";
import { imageMessage } from "../delivery/slow-bots.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { TURNED_ACCOUNT_ID, TurnedPlatform } from "../delivery/turned-platform.ts";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const MINUTE = 60_000;
const FAST = "太快了";

/** A bot that answers with what it was asked, and whose store can be looked into. */
function limited(options: Partial<LimitOptions> = {}, delivery?: false) {
  const clock = new TurnedClock();
  const kept = new Map<string, string>();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const noting: Store = Object.assign(sharing(memory), {
    swap: async (key: string, expected: string | undefined, value: string | undefined, ttlMs: number) => {
      const swapped = await memory.swap(key, expected, value, ttlMs);
      if (swapped.done && key.startsWith("limit")) kept.set(key, `${ttlMs} ${value}`);
      return swapped;
    },
  });
  const wechat = new TurnedPlatform({ store: noting, ...(delivery === false && { delivery }) }, clock);
  const calls: string[] = [];
  const prepare = (bot: Bot, more: Partial<LimitOptions> = {}): Bot => {
    bot.use(echostr.limit({ count: 2, perMs: MINUTE, notice: FAST, ...options, ...more }));
    bot.on("text", ({ Content }) => {
      calls.push(Content);
      return `答 ${Content}`;
    });
    bot.on("image", () => "图");
    bot.on("event", () => "事件");
    return bot;
  };
  prepare(wechat.bot);
  return { wechat, clock, calls, prepare, store: noting, memory, kept };
}

describe("A follower who writes more than count messages within perMs", () => {
  test("reads the notice once, and then nothing; no handler runs", async () => {
    const { wechat, calls } = limited();
    const answers = [];
    for (const text of ["一", "二", "三", "四", "五"]) answers.push(await wechat.ask(text));
    assert.deepEqual(answers, ["答 一", "答 二", FAST, "success", "success"]);
    assert.deepEqual(calls, ["一", "二"]);
  });

  test("is answered again when the time is over, which began with the first message", async () => {
    const { wechat, clock } = limited();
    await wechat.ask("一");
    await clock.turn(MINUTE - 1);
    assert.equal(await wechat.ask("二"), "答 二");
    assert.equal(await wechat.ask("三"), FAST);
    await clock.turn(1);
    const next = [await wechat.ask("四"), await wechat.ask("五"), await wechat.ask("六"), await wechat.ask("七")];
    assert.deepEqual(next, ["答 四", "答 五", FAST, "success"]);
  });

  test("reads nothing at all without a notice", async () => {
    const { wechat } = limited({ count: 1, notice: undefined });
    assert.deepEqual([await wechat.ask("一"), await wechat.ask("二")], ["答 一", "success"]);
  });

  test("may read a reply of another kind", async () => {
    const { wechat } = limited({ count: 1, notice: echostr.image("m") });
    assert.deepEqual([await wechat.ask("一"), await wechat.ask("二")], ["答 一", "[image]"]);
  });

  test("does not hold up others", async () => {
    const { wechat } = limited({ count: 1 });
    const answers = [];
    for (const FromUserName of ["oOne", "oTwo", "oOne", "oTwo"]) answers.push(await wechat.ask("好", { FromUserName }));
    assert.deepEqual(answers, ["答 好", "答 好", FAST, FAST]);
  });
});

describe("A limit counts what a follower writes", () => {
  test("of every kind", async () => {
    const { wechat, clock } = limited({ count: 1 });
    const sent = wechat.send(imageMessage());
    await clock.turn(0);
    assert.deepEqual(sent.told, ["图"]);
    assert.equal(await wechat.ask("一"), FAST);
  });

  test("and no event: neither a click, nor a template message that has arrived, nor who has left", async () => {
    const { wechat, clock } = limited({ count: 1 });
    assert.equal(await wechat.ask("一"), "答 一");
    for (const name of ["CLICK", "TEMPLATESENDJOBFINISH", "unsubscribe"]) {
      const sent = wechat.event(name, { EventKey: "K", Status: "success" });
      await clock.turn(0);
      assert.deepEqual(sent.told, ["事件"]);
    }
    assert.equal(await wechat.ask("二"), FAST);
  });

  test("and a repeat of a message not again, when its handlers run again", async () => {
    const { wechat, clock } = limited({ count: 2 }, false);
    for (const [text, told] of [["一", "答 一"], ["二", "答 二"], ["三", FAST], ["四", "success"]] as const) {
      const sent = wechat.say(text);
      await clock.turn(0);
      sent.again();
      await clock.turn(0);
      assert.deepEqual(sent.told, [told, told]);
    }
  });

  test("nor a repeat that comes after the time is over", async () => {
    const { wechat, clock } = limited({ count: 1, perMs: 1000 }, false);
    const sent = wechat.say("一");
    await clock.turn(5000);
    sent.again();
    await clock.turn(0);
    assert.deepEqual(sent.told, ["答 一", "答 一"]);
    assert.equal(await wechat.ask("二"), "答 二");
  });

  test("nor what the follower writes to fetch an answer", async () => {
    const { wechat, clock } = limited({ count: 1 });
    wechat.bot.hears("慢", () => "never");
    wechat.bot.use(async (_message, _context, next) => {
      await clock.sleep(20_000);
      return next();
    });
    wechat.say("慢答");
    await clock.turn(25_000);
    assert.equal(await wechat.ask("1"), "答 慢答");
  });
});

describe("Processes that share a store", () => {
  test("count together, and say the notice once", async () => {
    const { wechat, clock, prepare, store, calls } = limited({ count: 5 });
    const others = [1, 2].map(() => prepare(wechat.createBot({ store })));
    const sent = Array.from({ length: 12 }, (_, nth) =>
      wechat.say(`问 ${nth}`, {}, { to: [[wechat.bot, ...others][nth % 3] as Bot] }),
    );
    await clock.turn(100);
    const told = sent.map((each) => each.told[0] ?? "");
    assert.equal(calls.length, 5);
    assert.equal(told.filter((each) => each.startsWith("答 ")).length, 5);
    assert.equal(told.filter((each) => each === FAST).length, 1);
    assert.equal(told.filter((each) => each === "success").length, 6);
  });

  test("do not count a message twice whose process was killed", async () => {
    const { wechat, clock, prepare, store } = limited({ count: 1 });
    let isKilled = false;
    const killed = wechat.createBot({
      store: sharing(store, () => (isKilled ? new Promise<void>(() => {}) : Promise.resolve())),
    });
    killed.use(echostr.limit({ count: 1, perMs: MINUTE, notice: FAST }));
    killed.on("text", () => {
      isKilled = true;
      return new Promise<string>(() => {});
    });
    const sent = wechat.say("一", {}, { to: [killed, prepare(wechat.createBot({ store }))] });
    await clock.turn(20_000);
    assert.equal(sent.told.at(-1), "答 一");
  });
});

describe("What a limit keeps in the store", () => {
  test("begins with the account, has numbers and digests, and goes when the time is over", async () => {
    const { wechat, clock, memory, kept } = limited();
    await wechat.ask("秘密");
    const [[key = "", value = ""] = []] = [...kept];
    assert.match(key, new RegExp(`^limit 2 60000\\n${TURNED_ACCOUNT_ID}\\n`));
    assert.match(value, /^60000 \{"from":\d+,"counted":1,"known":\[\["[0-9a-f]{16}",\d+\]\],"told":""\}$/);
    await clock.turn(MINUTE);
    assert.equal(await memory.get(key), undefined);
  });

  test("is bounded, however many messages are let through", async () => {
    const { wechat, kept } = limited({ count: 1000 });
    for (let nth = 0; nth < 150; nth += 1) await wechat.ask(`问 ${nth}`);
    const [value = ""] = kept.values();
    assert.match(value, /"counted":150,/);
    assert.ok(value.length < 4200, String(value.length));
  });

  test("counts as nothing where another program has written it", async () => {
    for (const text of ["", "7", "[]", "{}", '{"from":1,"counted":"9","known":[],"told":""}', '{"from":1,"counted":9,"known":[1],"told":""}']) {
      const { wechat, memory, kept } = limited({ count: 1 });
      await wechat.ask("一");
      const [key = ""] = kept.keys();
      await memory.set(key, text, MINUTE);
      assert.equal(await wechat.ask("二"), "答 二", text);
    }
  });

  test("holds nobody up for longer when the clock is set back", async () => {
    const { wechat, clock } = limited({ count: 1 });
    await wechat.ask("一");
    assert.equal(await wechat.ask("二"), FAST);
    clock.setBack(3_600_000);
    assert.equal(await wechat.ask("三"), "答 三");
  });
});

describe("Several limits", () => {
  test("count each for itself: so many in a minute, and so many in an hour", async () => {
    const { wechat, clock, prepare } = limited();
    prepare(wechat.bot, { count: 3, perMs: 60 * MINUTE, notice: "今天够了" });
    const answers = [];
    for (const text of ["一", "二", "三", "四", "五", "六"]) {
      answers.push(await wechat.ask(text));
      await clock.turn(25_000);
    }
    assert.deepEqual(answers, ["答 一", "答 二", FAST, "答 四", "今天够了", FAST]);
  });
});

describe("limit", () => {
  test("needs both numbers", () => {
    const { message } = fails(() => echostr.limit({ count: 1 } as LimitOptions), "SETTING_INVALID");
    assert.equal(message, "Limit needs count and perMs, got no perMs");
  });
});
