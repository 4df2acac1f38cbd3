/** Late answers while their store is slow or fails: none is lost unsaid, and none given twice. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { readLine } from "../../src/delivery/line.ts";
import { readRecord } from "../../src/delivery/record.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock, settle } from "./turned-clock.ts";
import { TURNED_ACCOUNT_ID, TurnedPlatform } from "./turned-platform.ts";

/** A call of a store that waits for the test. */
interface Held {
  readonly call: string;
  go(): void;
}

/** A platform whose bot answers each text after `ms`; calls of its store can be held. */
function desk(
  ms: number,
  shared: boolean,
): { wechat: TurnedPlatform; store: Store; held: Held[]; hold(pattern: RegExp): void } {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const held: Held[] = [];
  let holding = /(?!)/;
  const pass = async (call: string): Promise<void> => {
    if (!holding.test(call)) return;
    await new Promise<void>((go) => held.push({ call, go }));
  };
  const store: Store = {
    shared,
    get: async (key) => (await pass(`get ${key}`), memory.get(key)),
    set: async (key, value, ttlMs) => {
      await pass(`set ${key} ${value}`);
      await memory.set(key, value, ttlMs);
    },
    delete: (key) => memory.delete(key),
    swap: async (key, expected, value, ttlMs) => {
      await pass(`swap ${key} ${value}`);
      return memory.swap(key, expected, value, ttlMs);
    },
    claim: (key, owner, leaseMs) => memory.claim(key, owner, leaseMs),
    release: (key, owner) => memory.release(key, owner),
    close: () => memory.close(),
  };
  const wechat = new TurnedPlatform({ store }, clock);
  wechat.bot.on("text", async ({ Content }) => {
    await clock.sleep(ms);
    return `${Content}答`;
  });
  const hold = (pattern: RegExp): void => {
    holding = pattern;
  };
  return { wechat, store, held, hold };
}

/** Lets what is held go, and all that comes after it. */
async function release(held: Held[], hold: (pattern: RegExp) => void): Promise<void> {
  hold(/(?!)/);
  for (const { go } of held.splice(0)) go();
  await settle();
}

describe("A repeat that the store has not counted yet", () => {
  test("gets the answer when it is there", async () => {
    const { wechat, held, hold } = desk(5200, true);
    const sent = wechat.say("问", {}, { deliveries: 2 });
    await wechat.clock.turn(4990);
    hold(/^get run/);
    await wechat.clock.turn(300);
    assert.deepEqual(sent.told, ["lapsed", "问答"]);
    await release(held, hold);
    assert.equal(wechat.clock.waiting, 0);
  });

  test("takes no answer when it has been dropped, and the store has failed to keep that", async () => {
    const { wechat, store } = desk(14_600, true);
    const { get, swap } = store;
    const fails = async (): Promise<never> => Promise.reject(new Error("store is away"));
    const sent = wechat.say("慢");
    await wechat.clock.turn(9990);
    store.get = async () => (await wechat.clock.sleep(4900), fails());
    await wechat.clock.turn(4500);
    Object.assign(store, { get: fails, swap: fails });
    await wechat.clock.turn(1000);
    Object.assign(store, { get, swap });
    await wechat.clock.turn(10_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    assert.equal(await wechat.ask("继续"), "慢答");
  });
});

describe("What a word has found when its delivery has been dropped", () => {
  test("is not said to be given: another process would read that, and the next word has it at once", async () => {
    const { wechat, held, hold } = desk(15_000, true);
    wechat.say("问");
    await wechat.clock.turn(30_000);
    hold(/^get line/);
    const word = wechat.say("1", {}, { deliveries: 1 });
    await wechat.clock.turn(4000);
    const [line] = held.splice(0);
    hold(/"hold"/);
    line?.go();
    await wechat.clock.turn(1100);
    const [piece] = held.splice(0);
    hold(/"took"/);
    piece?.go();
    await settle();
    assert.deepEqual(held, []);
    hold(/(?!)/);
    assert.deepEqual([word.told, await wechat.ask("1")], [["lapsed"], "问答"]);
  });
});

describe("An answer that no delivery has taken yet", () => {
  test("is given to a repeat that comes while the store is asked to keep it", async () => {
    const { wechat, held, hold } = desk(4800, true);
    const sent = wechat.say("问", {}, { deliveries: 2 });
    await wechat.clock.turn(4700);
    hold(/^swap line/);
    await wechat.clock.turn(200);
    assert.equal(held.length, 1, "the answer is there, and gets its place in the line");
    await wechat.clock.turn(200);
    assert.deepEqual(sent.told, ["lapsed", "问答"]);
    await release(held, hold);
    assert.equal(wechat.clock.waiting, 0);
    await wechat.clock.turn(60_000);
    assert.equal(await wechat.ask("好").then(async () => wechat.ask("好")), "open");
    assert.ok(!wechat.sentences.some((sentence) => /parked/.test(sentence)), "nothing is parked");
  });

  test("is not said to be parked when a repeat takes it while that is looked up", async () => {
    const { wechat, held, hold } = desk(4800, true);
    const sent = wechat.say("问", {}, { deliveries: 1 });
    await wechat.clock.turn(9990);
    hold(/^get run/);
    sent.again();
    await wechat.clock.turn(10);
    assert.equal(held.length, 2, "the repeat asks for it, and the time for repeats is over");
    await release(held, hold);
    await wechat.clock.turn(0);
    assert.deepEqual(sent.told, ["lapsed", "问答"]);
    await wechat.clock.turn(60_000);
    assert.ok(!wechat.sentences.some((sentence) => /parked/.test(sentence)), "nothing is parked");
  });

  test("is told to the log when it cannot be parked", async () => {
    const { wechat, store } = desk(20_000, false);
    store.swap = async () => {
      throw new Error("the disk is full");
    };
    const sent = wechat.say("问");
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    const errors = wechat.sentences.filter((sentence) => sentence.startsWith("error"));
    assert.deepEqual(errors, [
      "error: Store failed, continuing without it: the disk is full",
      "error: Late answer could not be kept: the disk is full",
    ]);
  });
});

describe("Closing a bot between two deliveries", () => {
  test("parks the answer that the next one would have taken", async () => {
    const { wechat, store } = desk(4800, false);
    const sent = wechat.say("问", {}, { deliveries: 1 });
    await wechat.clock.turn(4900);
    await wechat.bot.close();
    assert.deepEqual(sent.told, ["lapsed"]);
    const [ref] = readLine(await store.get(LINE), wechat.clock.now());
    const record = readRecord(await store.get(`run\n${ref?.of}`));
    assert.equal(record?.state, "ready");
    assert.deepEqual(record.replies, [{ MsgType: "text", Content: "问答" }]);
  });

  test("keeps an answer that the store has just failed to keep", async () => {
    const { wechat, store } = desk(4800, true);
    const { swap } = store;
    wechat.say("问", {}, { deliveries: 1 });
    await wechat.clock.turn(4700);
    store.swap = async () => {
      throw new Error("the disk is full");
    };
    await wechat.clock.turn(200);
    store.swap = swap;
    await wechat.bot.close();
    assert.deepEqual(wechat.sentences, [
      "error: Store failed, continuing without it: the disk is full",
      "warn: Answer came late and is parked for the follower's next message",
    ]);
  });

  test("stops all handlers at once, whatever time the store takes", async () => {
    const { wechat, held, hold } = desk(20_000, true);
    const signals: AbortSignal[] = [];
    wechat.bot.use((_message, context, next) => {
      signals.push(context.signal);
      return next();
    });
    for (const FromUserName of ["oA", "oB"]) wechat.say("问", { FromUserName });
    await wechat.clock.turn(500);
    hold(/^get run/);
    const closing = wechat.bot.close();
    await settle();
    assert.deepEqual(signals.map(({ aborted }) => aborted), [true, true]);
    await release(held, hold);
    await closing;
  });

  test("does not park what a repeat takes meanwhile", async () => {
    const { wechat, held, hold } = desk(4800, true);
    const lines = ["oA", "oB"].map((FromUserName) => {
      return wechat.say("问", { FromUserName }, { deliveries: 1 });
    });
    await wechat.clock.turn(4900);
    hold(/^swap run.*"late":true/s);
    const closing = wechat.bot.close();
    await settle();
    assert.equal(held.length, 1, "the first is being parked");
    lines[1]?.again();
    await wechat.clock.turn(0);
    assert.equal(lines[1]?.told[1], "问答");
    await release(held, hold);
    await closing;
    const parked = wechat.sentences.filter((sentence) => /is parked/.test(sentence));
    assert.equal(parked.length, 1);
  });
});

describe("An answer that the store did not keep, while another process took the message over and its reply was lost,", () => {
  test("is there for the last delivery, too", async () => {
    const clock = new TurnedClock();
    const memory = echostr.openStore("memory", { clock: () => clock.now() });
    let isAway = false;
    const store = sharing(memory, async () => {
      if (isAway) throw new Error("store is away");
    });
    const wechat = new TurnedPlatform({ store }, clock);
    const other = wechat.createBot({ store: sharing(memory) });
    for (const [bot, ms] of [[wechat.bot, 6000], [other, 500]] as const) {
      bot.hears("慢", () => clock.sleep(ms).then(() => "慢答"));
    }
    const sent = wechat.say("慢", {}, { to: [wechat.bot, other] });
    await clock.turn(1000);
    isAway = true;
    await clock.turn(8000);
    assert.deepEqual(sent.told, ["lapsed", "慢答"]);
    isAway = false;
    await clock.turn(1050);
    sent.again();
    await clock.turn(1000);
    assert.deepEqual(sent.told, ["lapsed", "慢答", "慢答"]);
  });
});

test("An answer that the store kept and said it had not is given once, and its message is known", async () => {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  let isCut = false;
  const swap: Store["swap"] = async (...words) => {
    const swapped = await memory.swap(...words);
    if (isCut && words[0].startsWith("run")) throw new Error("connection is cut");
    return swapped;
  };
  const store: Store = { ...sharing(memory), shared: false, swap };
  const wechat = new TurnedPlatform({ store }, clock);
  let runs = 0;
  wechat.bot.hears("慢", async () => {
    runs += 1;
    await clock.sleep(6000);
    return "慢答";
  });
  wechat.bot.on("text", ({ Content }) => `${Content}!`);
  const sent = wechat.say("慢", {}, { deliveries: 1 });
  await clock.turn(5500);
  isCut = true;
  await clock.turn(1000);
  isCut = false;
  assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  await clock.turn(60_000);
  sent.again();
  await clock.turn(10_000);
  assert.deepEqual([sent.told, runs], [["lapsed", "success"], 1]);
});

/** The line of the usual follower of `wireEnvelope`. */
const LINE = `line\n${TURNED_ACCOUNT_ID}\ngh_97417a04a28d\no9AgO5Kd5ggOC-bXrbNODIiE3bGY`;
