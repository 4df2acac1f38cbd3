/**
 * The store's values: what a process reads from a store may have been written by a newer version,
 * by another program, or by nobody who meant well. Whatever stands there, no delivery throws, a
 * message gets the answer of its handler, in time, and so does the follower's next one; a late
 * answer is still kept, and a call of the API still has a token.
 *
 * An input is a line with the kinds of values that are spoiled, such as `line run`, and behind
 * it the text that stands in their place until something is written there.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Store } from "../../src/index.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import type { Random } from "../support/random.ts";
import { echostr } from "../support/subject.ts";
import { anyText, mutate } from "./mutate.ts";
import { isBelievable, KINDS, VALUES } from "./store-values.ts";
import type { Kind } from "./store-values.ts";
import type { Target } from "./target.ts";

/** What stands between the bot and its store; another one in the test of the fuzzer itself. */
export type Between = (store: Store) => Store;

const APP_ID = "wxb11529c136998cb6";

const FRAGMENTS: readonly string[] = [
  ...'{}[]",:\n 0-',
  ...["null", "true", "1e999", "[null]", "[{}]", '"state":', '"working"', '"ready"', '"given"', '"late":true'],
  ...['{"MsgType":"text"}', '"MsgType":', '"Content":', '"until":9e15', '"replies":', '"reply":', '"rest":[]'],
  ...['"of":', '"by":', '"since":', '"begun":true', '"bytes":9e9', '"hold":{}', '"took":"key"', '"token":'],
  ...KINDS.map((kind) => `${kind} `),
  ...VALUES,
];

export function storeTarget(between: Between = (store) => store): Target {
  return {
    name: "store",
    due: { answered: 3, believed: 8 },
    dictionary: FRAGMENTS,
    batch: 32,
    make(random) {
      const value = random.below(4) === 0 ? anyText(random, 20).toWellFormed() : random.pick(VALUES);
      const input = Buffer.from(`${someKinds(random)}\n${value}`);
      return random.below(2) === 0 ? input : mutate(input, random, FRAGMENTS);
    },
    async check(input) {
      const text = Buffer.from(input).toString("utf8");
      const end = text.indexOf("\n");
      const kinds = KINDS.filter((kind) => text.slice(0, Math.max(0, end)).includes(kind));
      const value = text.slice(end + 1);
      const seen = await play(between, kinds, value);
      if (kinds.some((kind) => isBelievable(kind, value))) return "believed";
      assert.deepEqual(seen, AS_EVER, "a follower sees what they see with any other store");
      return "answered";
    },
  };
}

export const store: Target = storeTarget();

/** What the follower sees at each message, and what the bot gets from the API. */
const AS_EVER = {
  quick: "You said quick, 1",
  slow: ["lapsed", "At last"],
  late: ["lapsed", "lapsed", "success"],
  next: true,
  call: "ok",
};

interface Seen {
  readonly quick: string;
  readonly slow: readonly string[];
  readonly late: readonly string[];
  /** The message behind the late one was answered, with what was parked. */
  readonly next: boolean;
  readonly call: string;
}

async function play(between: Between, kinds: readonly Kind[], value: string): Promise<Seen> {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const store = between(spoiled(memory, kinds, value));
  const api = echostr.createApi({ appId: APP_ID, appSecret: SECRET, fetch });
  const wechat = new TurnedPlatform({ store, api }, clock);
  const { bot } = wechat;
  bot.hears("slow", () => clock.sleep(6000).then(() => "At last"));
  bot.hears("late", () => clock.sleep(20_000).then(() => "Very late"));
  bot.hears("call", async (_message, { api }) => {
    const { errmsg } = await api.call("/cgi-bin/get_current_selfmenu_info");
    return String(errmsg);
  });
  bot.hears("quick", echostr.session());
  bot.hears("quick", ({ Content }, { session }) => {
    const count = Number(session["count"] ?? 0) + 1;
    session["count"] = count;
    return `You said ${Content}, ${count}`;
  });
  bot.on("text", ({ Content }) => `Next: ${Content}`);
  const ask = async (content: string, ms: number): Promise<readonly string[]> => {
    const { told } = wechat.say(content);
    await clock.turn(ms);
    return told;
  };
  const [quick = ""] = await ask("quick", 300);
  const [call = ""] = await ask("call", 300);
  const slow = await ask("slow", 16_000);
  const late = await ask("late", 40_000);
  const [next = ""] = await ask("next", 300);
  await store.close();
  return { quick, slow, late, next: next.includes("Very late"), call };
}

const SECRET = "53cretOfTheFuzzer0123456789abcd";

const fetch = async (address: unknown): Promise<Response> => {
  const isToken = String(address).includes("token?") || String(address).endsWith("token");
  return Response.json(
    isToken ? { access_token: "t0kenOfTheFuzzer", expires_in: 7200 } : { errcode: 0, errmsg: "ok" },
  );
};

/** Gives the value where one of the kinds is asked for and nothing has been written yet. */
function spoiled(memory: Store, kinds: readonly Kind[], value: string): Store {
  const written = new Set<string>();
  const isSpoiled = (key: string): boolean => {
    const words = key.split(/[^a-z_]+/i);
    return !written.has(key) && kinds.some((kind) => words.includes(kind));
  };
  return {
    shared: true,
    get: async (key) => (isSpoiled(key) ? value : memory.get(key)),
    set: (key, text, ttlMs) => (written.add(key), memory.set(key, text, ttlMs)),
    delete: (key) => (written.add(key), memory.delete(key)),
    swap: async (key, expected, text, ttlMs) => {
      if (!isSpoiled(key)) return memory.swap(key, expected, text, ttlMs);
      if (expected !== value) return { done: false, value };
      written.add(key);
      return memory.swap(key, undefined, text, ttlMs);
    },
    claim: (key, owner, leaseMs) => memory.claim(key, owner, leaseMs),
    release: (key, owner) => memory.release(key, owner),
    close: () => memory.close(),
  };
}

function someKinds(random: Random): string {
  return random.below(4) === 0
    ? KINDS.filter(() => random.below(3) === 0).join(" ")
    : random.pick(KINDS);
}
