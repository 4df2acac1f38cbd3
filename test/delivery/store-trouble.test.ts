/** Late answers while their store is slow or fails: none is lost unsaid, and none given twice. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
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

describe("An answer that no delivery has taken yet", () => {
  test("is given to a repeat that comes while the store is asked for the last one", async () => {
    const { wechat, held, hold } = desk(4800, true);
    const sent = wechat.say("问", {}, { deliveries: 2 });
    await wechat.clock.turn(4700);
    hold(/^get deliveries/);
    await wechat.clock.turn(200);
    assert.equal(held.length, 1, "the answer is there, and somebody asks for the last delivery");
    await wechat.clock.turn(200);
    assert.deepEqual(sent.told, ["lapsed", "问答"]);
    await release(held, hold);
    await wechat.clock.turn(60_000);
    assert.equal(await wechat.ask("好").then(async () => wechat.ask("好")), "open");
    assert.ok(!wechat.sentences.some((sentence) => /parked/.test(sentence)), "nothing is parked");
  });

  test("is not parked when a repeat takes it while it is marked as parked", async () => {
    const { wechat, held, hold } = desk(4800, true);
    const sent = wechat.say("问", {}, { deliveries: 1 });
    await wechat.clock.turn(5000);
    hold(/^set mark.*parked/s);
    await wechat.clock.turn(10_000);
    assert.equal(held.length, 1, "the time for repeats is over");
    sent.again();
    await wechat.clock.turn(0);
    assert.deepEqual(sent.told, ["lapsed", "问答"]);
    await release(held, hold);
    assert.ok(!wechat.sentences.some((sentence) => /parked/.test(sentence)), "nothing is parked");
  });

  test("is told to the log when it cannot be parked", async () => {
    const { wechat, store } = desk(20_000, false);
    store.set = async () => {
      throw new Error("the disk is full");
    };
    const sent = wechat.say("问");
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    const errors = wechat.sentences.filter((sentence) => sentence.startsWith("error"));
    assert.deepEqual(errors, ["error: Late answer could not be kept: the disk is full"]);
  });
});

describe("Closing a bot between two deliveries", () => {
  test("parks the answer that the next one would have taken", async () => {
    const { wechat, store } = desk(4800, false);
    const sent = wechat.say("问", {}, { deliveries: 1 });
    await wechat.clock.turn(4900);
    await wechat.bot.close();
    assert.deepEqual(sent.told, ["lapsed"]);
    assert.equal(await store.get([...PARKED].join("\n")).then(contentOf), "问答");
  });

  test("does not park what a repeat takes meanwhile", async () => {
    const { wechat, held, hold } = desk(4800, false);
    const lines = ["oA", "oB"].map((FromUserName) => {
      return wechat.say("问", { FromUserName }, { deliveries: 1 });
    });
    await wechat.clock.turn(4900);
    hold(/^set parked/);
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

/** Where the answers for the usual follower of `wireEnvelope` wait. */
const PARKED = ["parked", TURNED_ACCOUNT_ID, "gh_97417a04a28d", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"] as const;

function contentOf(line: string | undefined): unknown {
  const [first] = JSON.parse(line ?? "[]") as { reply: { Content?: string } }[];
  return first?.reply.Content;
}
