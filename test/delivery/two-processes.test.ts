/**
 * Two processes that share a store, under a turned clock: two bots in one process cannot tell the
 * difference. What only real processes and a real Redis show is in `shared.test.ts`.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot, BotOptions, Context, Store } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";
import type { SendOptions, Sent } from "./turned-platform.ts";

interface Pair {
  readonly wechat: TurnedPlatform;
  readonly clock: TurnedClock;
  readonly store: Store;
  readonly one: Bot;
  readonly two: Bot;
  /** Which bot ran the handler, in order. */
  readonly ran: string[];
  /** Sends a text, each delivery to the bot that is named. */
  say(content: string, to: string, options?: SendOptions): Sent;
}

type Work = (content: string, context: Context, name: string) => Promise<string | undefined>;

/** Bots that echo at once, but for texts that begin with 慢: with those they do as they are told. */
function pair(work: Work, options: Partial<BotOptions> = {}, latencyMs: number = 0): Pair {
  const clock = new TurnedClock();
  const store = sharing(echostr.openStore("memory", { clock: () => clock.now() }), async () => {
    if (latencyMs > 0) await clock.sleep(latencyMs);
  });
  const wechat = new TurnedPlatform({ store, ...options }, clock);
  const one = wechat.bot;
  const two = wechat.createBot({ store, ...options });
  const ran: string[] = [];
  for (const [name, bot] of Object.entries({ one, two })) {
    bot.on("text", ({ Content }, context) => {
      if (!Content.startsWith("慢")) return `${Content}!`;
      ran.push(name);
      return work(Content, context, name);
    });
  }
  return {
    wechat,
    clock,
    store,
    one,
    two,
    ran,
    say: (content, to, more = {}) => {
      const bots = [...to].map((digit) => (digit === "1" ? one : two));
      return wechat.send(wireText(content), { to: bots, ...more });
    },
  };
}

/** A pair whose handlers take so many seconds. */
function slowPair(seconds: number, options: Partial<BotOptions> = {}, latencyMs = 0): Pair {
  const work: Work = async (content) => {
    await made.clock.sleep(seconds * 1000);
    return `${content}答`;
  };
  const made = pair(work, options, latencyMs);
  return made;
}

/** The first call goes through, and no other ends. */
function once<A extends unknown[], R>(call: (...words: A) => Promise<R>): (...words: A) => Promise<R> {
  let calls = 0;
  return (...words) => ((calls += 1) === 1 ? call(...words) : new Promise(() => {}));
}

const ROUTES = ["111", "112", "121", "122", "211", "212", "221", "222"];

describe("A message whose deliveries come to two processes", () => {
  for (const seconds of [0.11, 4.03, 6.03, 9.29, 9.73, 9.98, 12.03, 14.03]) {
    for (const latencyMs of [0, 7]) {
      const store = latencyMs === 0 ? "at once" : `after ${latencyMs} ms`;
      test(`is run and answered once: ${seconds} s, a store that answers ${store}`, async () => {
        for (const route of ROUTES) {
          const { say, ran, clock, wechat } = slowPair(seconds, {}, latencyMs);
          // The repeat comes a little after the connection was dropped.
          const sent = say("慢", route, { limitMs: 5040 });
          await clock.turn(60_000);
          const lapsed = Math.floor((seconds * 1000 + 500) / 5000);
          const told = [...Array<string>(lapsed).fill("lapsed"), "慢答"];
          assert.deepEqual([route, ...sent.told], [route, ...told]);
          assert.equal(ran.length, 1, route);
          const next = wechat.say("好");
          await clock.turn(1000);
          assert.deepEqual([route, ...next.told], [route, "好!"], "it must not be given twice");
        }
      });
    }
  }

  test("keeps an answer for a word, when who made it was killed and its last delivery comes too late for it", async () => {
    const { clock, store, say, two, wechat } = pair(async () => "慢答");
    const { swap } = store;
    // Killed when it has written that the answer is there.
    store.swap = (...words) => (words[2]?.includes('"given"') ? new Promise(() => {}) : swap(...words));
    const sent = say("慢", "12", { deliveries: 1 });
    await clock.turn(10_100);
    store.swap = swap;
    sent.again();
    await clock.turn(100);
    const word = wechat.say("1", {}, { to: [two] });
    await clock.turn(100);
    assert.deepEqual([sent.told, word.told], [["lapsed", "success"], ["慢答"]]);
  });

  test("has the answer of a process that learned only after its own delivery that another one took it", async () => {
    const { clock, store, say } = slowPair(6);
    const { swap } = store;
    const first = async (...words: Parameters<Store["swap"]>): ReturnType<Store["swap"]> => {
      if (words[2]?.includes('"given"') !== true) return swap(...words);
      store.swap = swap;
      await clock.sleep(5000);
      return swap(...words);
    };
    store.swap = first;
    const sent = say("慢", "1121");
    await clock.turn(11_500);
    sent.again();
    await clock.turn(100);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "慢答", "慢答"]);
  });

  for (const [where, seconds, at] of [["12", 6.03, 6040], ["11", 4.83, 4900]] as const) {
    test(`waits while a word of the follower is fetching its answer, and takes it when that fails: ${where}`, async () => {
      const { clock, store, say, one, wechat } = slowPair(seconds);
      const { swap } = store;
      // The store notes the answer to the word, and says so when the word may hold it no longer.
      store.swap = async (...words) => {
        const swapped = await swap(...words);
        if (words[2]?.includes('"took"') === true) await clock.sleep(3100);
        return swapped;
      };
      const sent = say("慢", where);
      await clock.turn(at);
      const word = wechat.say("1", {}, { to: [one] });
      await clock.turn(15_000);
      assert.deepEqual([sent.told, word.told], [["lapsed", "慢答"], ["success"]]);
    });
  }

  test("give the third delivery what the second one had, in whichever process", async () => {
    const { clock, say } = pair(async () => {
      await clock.sleep(4800);
      return "慢答";
    });
    const sent = say("慢", "121", { deliveries: 2 });
    await clock.turn(10_050);
    sent.again();
    await clock.turn(100);
    assert.deepEqual(sent.told, ["lapsed", "慢答", "慢答"]);
  });

  test("is answered with the notice, and parked, when it takes 30 s", async () => {
    for (const route of ROUTES) {
      const late = { notice: "稍等" };
      const { say, ran, clock, wechat } = slowPair(30, { delivery: { late } });
      const sent = say("慢", route);
      await clock.turn(60_000);
      assert.deepEqual([route, ...sent.told], [route, "lapsed", "lapsed", "稍等"]);
      assert.equal(ran.length, 1, route);
      assert.equal(await wechat.ask("1"), "慢答");
      assert.equal(await wechat.ask("1"), "1!");
    }
  });

  test("tells the handler that it is late, whoever answered the last delivery", async () => {
    for (const route of ROUTES) {
      let kept: Context | undefined;
      const { clock, say } = pair((_content, context) => {
        kept = context;
        return new Promise(() => {});
      });
      say("慢", route);
      await clock.turn(13_000);
      assert.equal(kept?.late, false, route);
      await clock.turn(4000);
      assert.equal(kept?.late, true, route);
    }
  });

  test("is run once when three deliveries come at the same moment", async () => {
    for (const route of ROUTES) {
      const { say, ran, clock } = slowPair(1);
      const sent = say("慢", route);
      sent.again();
      sent.again();
      await clock.turn(60_000);
      assert.deepEqual([route, ...sent.told], [route, "慢答", "慢答", "慢答"]);
      assert.equal(ran.length, 1, route);
    }
  });

  test("is answered by the process that waits, though a repeat follows at once", async () => {
    // The connection breaks before our deadline, and the repeat is there in the same moment.
    for (let limitMs = 4300; limitMs < 4400; limitMs += 5) {
      const { say, ran, clock } = slowPair(10, {}, 20);
      const sent = say("慢", "122", { limitMs });
      await clock.turn(60_000);
      assert.deepEqual([limitMs, ...sent.told], [limitMs, "lapsed", "lapsed", "慢答"]);
      assert.equal(ran.length, 1);
    }
  });

  test("is answered by both when it was answered already", async () => {
    const { say, ran, clock } = slowPair(0.1);
    const sent = say("慢", "1221");
    await clock.turn(1000);
    for (let count = 0; count < 3; count += 1) {
      sent.again();
      await clock.turn(1000);
    }
    assert.deepEqual(sent.told, ["慢答", "慢答", "慢答", "慢答"]);
    assert.equal(ran.length, 1);
  });
});

describe("A long text", () => {
  test("leaves its rest once, though both processes give its beginning", async () => {
    const { say, clock, wechat } = slowPair(0.1, { textLimitBytes: 100 });
    const sent = say(`慢${"长".repeat(60)}`, "12");
    await clock.turn(1000);
    sent.again();
    await clock.turn(1000);
    assert.equal(new Set(sent.told).size, 1);
    const rest: string[] = [];
    for (let piece = await wechat.ask("1"); piece !== "1!"; piece = await wechat.ask("1")) {
      rest.push(piece);
    }
    const whole = [sent.told[0] ?? "", ...rest].join("").replaceAll("\n（回复“继续”查看更多）", "");
    assert.equal(whole, `慢${"长".repeat(60)}答`);
  });
});

describe("A late answer", () => {
  test("is given by whichever process gets the next message, once", async () => {
    const { say, clock } = slowPair(20);
    say("慢", "111");
    await clock.turn(60_000);
    const next = [say("甲", "2"), say("乙", "1")];
    await clock.turn(1000);
    assert.deepEqual(next.map(({ told }) => told[0]).toSorted(), ["乙!", "慢答\n\n甲!"].toSorted());
  });
});

describe("A process that closes", () => {
  test("gives its messages back, and the one that gets the repeat runs them", async () => {
    const { one, say, ran, clock } = pair((content, _context, name) =>
      name === "one" ? new Promise(() => {}) : Promise.resolve(`${content}答`),
    );
    const sent = say("慢", "12");
    await clock.turn(1500);
    await one.close();
    await clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "慢答"]);
    assert.deepEqual(ran, ["one", "two"]);
  });
});

describe("A process that is killed", () => {
  test("holds its message for its lease, no longer", async () => {
    // What is killed reaches the store no more.
    const { store, ran, clock, wechat } = slowPair(0.1);
    const killed = { ...store, swap: once(store.swap) };
    const dying = wechat.createBot({ store: killed });
    dying.on("text", () => new Promise<string>(() => {}));
    const sent = wechat.send(wireText("慢"), { to: [dying], deliveries: 1 });
    await clock.turn(1000);
    sent.again();
    await clock.turn(1900);
    assert.deepEqual([ran, sent.told], [[], ["open", "open"]]);
    await clock.turn(300);
    assert.deepEqual([ran, sent.told], [["one"], ["open", "慢答"]]);
  });
});

describe("A store that fails", () => {
  test("costs no answer, and the log says so", async () => {
    const { store, say, ran, clock, wechat } = slowPair(0.1);
    const fail = (): Promise<never> => Promise.reject(new Error("store is broken"));
    Object.assign(store, { get: fail, set: fail, delete: fail, swap: fail, claim: fail, release: fail });
    const sent = say("慢", "1");
    await clock.turn(1000);
    assert.deepEqual(sent.told, ["慢答"]);
    sent.again();
    await clock.turn(1000);
    assert.deepEqual([sent.told, ran.length], [["慢答", "慢答"], 1]);
    assert.match(wechat.sentences.join("\n"), /error: .*store is broken/);
  });
});
