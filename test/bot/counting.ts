/**
 * A bot with sessions that counts the texts of each follower, and what its store was asked.
 *
 * @module
 */
import type { Bot, Store } from "../../src/index.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import { echostr } from "../support/subject.ts";

export interface Desk {
  readonly wechat: TurnedPlatform;
  readonly clock: TurnedClock;
  readonly store: Store;
  /** What the store was asked about sessions, such as `get` and `set`. */
  readonly asked: string[];
}

/** A bot that counts the texts of each follower; `x` changes nothing, `-` forgets. */
export function counting(options: { ttlMs?: number; shared?: boolean } = {}): Desk {
  const { ttlMs, shared = false } = options;
  const clock = new TurnedClock();
  const asked: string[] = [];
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const store = watched(memory, shared, asked);
  const wechat = new TurnedPlatform({ store }, clock);
  wechat.bot.use(echostr.session(ttlMs === undefined ? {} : { ttlMs }));
  addCounter(wechat.bot);
  return { wechat, clock, store, asked };
}

export function addCounter(bot: Bot): void {
  bot.on("text", ({ Content }, context) => {
    const { session } = context;
    if (Content === "-") context.session = {};
    else if (Content !== "x") session["count"] = Number(session["count"] ?? 0) + 1;
    return `${String(context.session["count"] ?? "none")}`;
  });
}

function watched(store: Store, shared: boolean, asked: string[]): Store {
  const note = (what: string, key: string): void => {
    if (key.startsWith("session\n")) asked.push(what);
  };
  return {
    shared,
    get: (key) => (note("get", key), store.get(key)),
    set: (key, value, ttlMs) => (note("set", key), store.set(key, value, ttlMs)),
    delete: (key) => (note("delete", key), store.delete(key)),
    swap: (key, ...words) => (note("swap", key), store.swap(key, ...words)),
    claim: (key, owner, leaseMs) => (note("claim", key), store.claim(key, owner, leaseMs)),
    release: (key, owner) => (note("release", key), store.release(key, owner)),
    close: () => store.close(),
  };
}
