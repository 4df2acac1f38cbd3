/** A word fetches what waits, and any other message is a question: its handler always runs, at once. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BotOptions, DeliveryOptions } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";
import type { Sent } from "./turned-platform.ts";

const NOTICE = "正在思考，回复 1 获取答案";

interface Scene {
  readonly wechat: TurnedPlatform;
  readonly clock: TurnedClock;
  /** What handlers ran for, in order. */
  readonly ran: string[];
  /** The second process, where there are two. */
  readonly other: TurnedPlatform["bot"];
}

/** `问 29.1` is answered after 29.1 s with `A(问)`; what names no seconds, at once. */
function scene(isShared: boolean, late: DeliveryOptions["late"] = { notice: NOTICE }): Scene {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const options: Partial<BotOptions> = { store: isShared ? sharing(memory) : memory, delivery: { late } };
  const wechat = new TurnedPlatform(options, clock);
  const other = isShared ? wechat.createBot(options) : wechat.bot;
  const ran: string[] = [];
  for (const bot of new Set([wechat.bot, other])) {
    bot.on("text", async ({ Content }) => {
      ran.push(Content);
      const [word = "", seconds] = Content.split(" ");
      if (seconds !== undefined) await clock.sleep(Number(seconds) * 1000);
      return `A(${word})`;
    });
  }
  return { wechat, clock, ran, other };
}

/** What the follower read of them, one after the other. */
function readBy(...sent: readonly Sent[]): string[] {
  return sent.map(({ told }) => told.at(-1) ?? "");
}

for (const isShared of [false, true]) {
  describe(`A follower of a bot on ${isShared ? "a shared store" : "a store of its own"}`, () => {
    test("who writes Q, 1, 1, 天气 reads notice, notice, A(Q), A(天气)", async () => {
      const { wechat, clock, ran } = scene(isShared);
      const q = wechat.say("Q 29.4");
      await clock.turn(14_600);
      const first = wechat.say("1");
      await clock.turn(14_600);
      assert.deepEqual(readBy(q, first), [NOTICE, NOTICE]);
      const second = wechat.say("1");
      await clock.turn(2000);
      const weather = wechat.say("天气");
      await clock.turn(20_000);
      assert.deepEqual(readBy(second, weather), ["A(Q)", "A(天气)"]);
      assert.deepEqual(ran, ["Q 29.4", "天气"]);
    });

    test("whose questions come while an answer is made gets their answers in their order", async () => {
      const { wechat, clock, ran } = scene(isShared);
      wechat.say("Q 29");
      await clock.turn(16_000);
      const questions: Sent[] = [];
      for (const word of ["m0", "m1", "m2", "m3", "m4"]) {
        questions.push(wechat.say(word));
        await clock.turn(500);
      }
      await clock.turn(20_000);
      assert.deepEqual(readBy(...questions), ["A(m0)", "A(m1)", "A(m2)", "A(m3)", "A(m4)"]);
      assert.deepEqual(ran, ["Q 29", "m0", "m1", "m2", "m3", "m4"]);
      const fetched = wechat.say("1");
      await clock.turn(1000);
      assert.deepEqual(readBy(fetched), ["A(Q)"]);
    });

    test("has every question answered, at whatever moment it is written", async () => {
      for (let ms = 14_600; ms <= 34_600; ms += 1000) {
        const { wechat, clock, ran } = scene(isShared);
        wechat.say("Q 29");
        await clock.turn(ms);
        const question = wechat.say("天气");
        await clock.turn(20_000);
        const word = wechat.say("1");
        await clock.turn(20_000);
        const isReady = ms >= 29_000;
        const expected = isReady ? ["A(Q)\n\nA(天气)", "A(1)"] : ["A(天气)", "A(Q)"];
        assert.deepEqual([ms, ...readBy(question, word)], [ms, ...expected]);
        assert.deepEqual(ran, ["Q 29", "天气", ...(isReady ? ["1"] : [])]);
      }
    });

    test("who was promised several answers fetches them in the order of the questions", async () => {
      const { wechat, clock, ran } = scene(isShared);
      for (const question of ["一 40", "二 25", "三 32"]) {
        wechat.say(question);
        await clock.turn(1000);
      }
      await clock.turn(40_000);
      const words = [wechat.say("1"), wechat.say("1"), wechat.say("1")];
      await clock.turn(20_000);
      assert.deepEqual(readBy(...words).toSorted(), ["A(一)", "A(三)", "A(二)"], "each once, at once");
      assert.equal(ran.length, 3);
      for (const question of ["一 40", "二 25"]) {
        wechat.say(question);
        await clock.turn(1000);
      }
      await clock.turn(60_000);
      const fetched: string[] = [];
      for (let count = 0; count < 3; count += 1) {
        const word = wechat.say("1");
        await clock.turn(1000);
        fetched.push(...readBy(word));
      }
      assert.deepEqual(fetched, ["A(一)", "A(二)", "A(1)"]);
    });

    test("has no handler run for a word whose repeats come to nothing else", async () => {
      const { wechat, clock, ran, other } = scene(isShared);
      wechat.say("Q 60");
      await clock.turn(15_000);
      const word = wechat.send(wireText("1"), { to: [wechat.bot, other, wechat.bot] });
      await clock.turn(15_000);
      assert.deepEqual(word.told, ["lapsed", "lapsed", NOTICE]);
      word.again();
      await clock.turn(100);
      assert.equal(word.told[3], NOTICE);
      await clock.turn(60_000);
      assert.deepEqual(ran, ["Q 60"]);
      const next = wechat.say("1");
      await clock.turn(100);
      assert.deepEqual(readBy(next), ["A(Q)"]);
    });
  });
}

describe("A word that fetches", () => {
  test("is what people make of it: spaces, full width, punctuation, quotes, capitals", async () => {
    for (const word of ["1", " 1 ", "１", "1。", "“1”", "继续", "「继续」", "继续！", "继 续", "回", "1了", "11"]) {
      const { wechat, clock, ran } = scene(false);
      wechat.say("Q 20");
      await clock.turn(60_000);
      const isWord = !["回", "1了", "11"].includes(word);
      assert.equal(await wechat.ask(word), isWord ? "A(Q)" : `A(Q)\n\nA(${word.trim()})`, word);
      assert.equal(ran.length, isWord ? 1 : 2, word);
    }
  });

  test("is a question when nothing waits", async () => {
    const { wechat } = scene(false);
    assert.equal(await wechat.ask("1"), "A(1)");
    assert.equal(await wechat.ask("继续"), "A(继续)");
  });

  test("is the one that is set, and no other then", async () => {
    const { wechat, clock } = scene(false, { pickup: "Weiter" });
    wechat.say("Q 20");
    await clock.turn(60_000);
    assert.equal(await wechat.ask("weiter!"), "A(Q)");
    wechat.say("Q 20");
    await clock.turn(60_000);
    assert.equal(await wechat.ask("1"), "A(Q)\n\nA(1)");
  });

  test("is a text: a picture or a click fetches nothing", async () => {
    const { wechat, clock } = scene(false);
    wechat.bot.on("event", () => "点");
    wechat.say("Q 20");
    await clock.turn(60_000);
    const click = wechat.event("CLICK", { EventKey: "1" });
    await clock.turn(0);
    assert.deepEqual(click.told, ["点"]);
    assert.equal(await wechat.ask("1"), "A(Q)");
  });

  test("leaves to the next one what it had in hand when the store answered too late", async () => {
    const clock = new TurnedClock();
    const store = sharing(echostr.openStore("memory", { clock: () => clock.now() }));
    const { swap } = store;
    let waitMs = 5000;
    store.swap = async (...words) => {
      const swapped = await swap(...words);
      if (words[2]?.includes('"took"')) await clock.sleep(waitMs);
      return swapped;
    };
    const wechat = new TurnedPlatform({ store, delivery: { late: { hold: false } } }, clock);
    wechat.bot.hears("Q", () => clock.sleep(20_000).then(() => "A(Q)"));
    wechat.say("Q");
    await clock.turn(60_000);
    const word = wechat.say("1");
    await clock.turn(10_000);
    waitMs = 0;
    assert.deepEqual([word.told, await wechat.ask("1")], [["success"], "A(Q)"]);
  });

  test("fetches first the rest of what was read last, then whole answers, then earlier rests", async () => {
    const wechat = new TurnedPlatform({ textLimitBytes: 100 });
    const long = (sign: string): string => sign.repeat(50);
    wechat.bot.hears(/^[甲乙]$/, ({ Content }) => long(Content));
    wechat.bot.hears("慢", async () => {
      await wechat.clock.sleep(20_000);
      return "慢答";
    });
    wechat.bot.on("text", ({ Content }) => `${Content}!`);
    wechat.say("慢");
    await wechat.clock.turn(1000);
    const beginnings = [await wechat.ask("甲"), await wechat.ask("乙")];
    await wechat.clock.turn(60_000);
    const fetched: string[] = [];
    for (let next = await wechat.ask("1"); next !== "1!"; next = await wechat.ask("1")) {
      fetched.push(next.replaceAll("\n（回复“继续”查看更多）", ""));
    }
    assert.deepEqual(beginnings.map((piece) => piece[0]), ["甲", "乙"]);
    const order = fetched.map((piece) => piece[0]).join("");
    assert.match(order, /^乙+慢甲+$/);
    const all = [...beginnings, ...fetched].join("").replaceAll("\n（回复“继续”查看更多）", "");
    assert.equal(all.split("甲").length - 1, 50);
    assert.equal(all.split("乙").length - 1, 50);
  });
});
