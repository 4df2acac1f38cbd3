/**
 * Sessions: an object for each follower, kept in the bot's store from message to message.
 *
 * While sessions are on, the messages of one follower are handled one after the other, so that a
 * handler sees what the one before it wrote. A handler that hangs does not hold up its follower for
 * ever: the next message waits for its turn for as long as its own deliveries allow, and then runs. So
 * two may change a session at once; each saves what it has changed, and leaves the rest as it is.
 *
 * @module
 */
import { count, readOptions } from "../options.ts";
import type { Table } from "../options.ts";
import { changeValue } from "../store/change.ts";
import type { Next } from "../store/change.ts";
import { Claim } from "../store/claim.ts";
import { servicesOf } from "./context.ts";
import type { Context, Services, SessionData } from "./context.ts";
import { followerKey } from "./keys.ts";
import type { Answer, Handler } from "./handler.ts";

/** Settings of sessions. */
export interface SessionOptions {
  /** How long a session lasts after its latest change. Default 86,400,000 (a day). */
  readonly ttlMs?: number | undefined;
}

const SESSION = {
  ttlMs: { check: count(), default: 86_400_000 },
} satisfies Table<SessionOptions>;
export const SESSION_OPTIONS: Table<SessionOptions> = SESSION;

const withSession = new WeakSet<Context>();

/** How long a session stays locked when its process is killed. It is renewed while in use. */
const LOCK_LEASE_MS = 5000;
const LOCK_WAIT_MS = 50;

/**
 * Middleware that gives handlers `context.session`: loaded once, saved when it has changed. When
 * the handler throws, nothing is saved.
 *
 * @throws EchostrError `SETTING_INVALID`
 *
 * @example
 * bot.use(session({ ttlMs: 3_600_000 }));
 * bot.on("text", (message, { session }) => {
 *   session["count"] = Number(session["count"] ?? 0) + 1;
 *   return `第 ${session["count"]} 条`;
 * });
 */
export function session(options: SessionOptions = {}): Handler {
  const { ttlMs } = readOptions(SESSION, options);
  const turns = new Turns();

  return async (_message, context, next) => {
    // Added twice, it would wait for its own lock.
    if (withSession.has(context)) return next();
    withSession.add(context);
    const { store, accountId, account, openId } = context;
    const services = servicesOf(context);
    const key = `session\n${followerKey(accountId, account, openId)}`;
    return turns.take(key, services, async () => {
      // While it waited, another process may have taken the message over.
      context.signal.throwIfAborted();
      const before = await store.get(key);
      const loaded = readSession(before);
      context.session = readSession(before);
      const answer: Answer = await Promise.race([next(), whenAborted(context.signal)]);
      const session = (context.session as SessionData | null) ?? {};
      if (JSON.stringify(session) === JSON.stringify(loaded)) return answer;
      const save = (text: string | undefined): Next => {
        const value = JSON.stringify(text === before ? session : merged(readSession(text), loaded, session));
        return { value: value === "{}" ? undefined : value, ttlMs };
      };
      await changeValue(store, key, save, { text: before });
      return answer;
    });
  };
}

/** What another program has written there, and is no object, is as if it were not there. */
function readSession(text: string | undefined): SessionData {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as SessionData) : {};
  } catch {
    return {};
  }
}

/** A session that somebody else has saved meanwhile, with what this handler has changed of it. */
function merged(now: SessionData, before: SessionData, after: SessionData): SessionData {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const kept = Object.entries(now).filter(([name]) => !changed.includes(name));
  return Object.fromEntries([...kept, ...changed.map((name) => [name, after[name]] as const)]);
}

/** A handler that never ends must not keep its follower's other messages out for ever. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** Lets those who ask for the same key in one after the other, in the order in which they asked. */
class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Whoever has waited for `patienceMs` works without a turn. */
  async take<T>(key: string, services: Services, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const mine = this.#inTurn(key, services, before, work);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }

  async #inTurn<T>(
    key: string,
    { store, clock, newOwner, patienceMs }: Services,
    before: Promise<unknown> | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const end = clock.now() + patienceMs;
    if (before !== undefined) {
      let timer: unknown;
      const isOver = new Promise<void>((resolve) => {
        timer = clock.setTimeout(resolve, patienceMs);
      });
      await Promise.race([before.catch(() => {}), isOver]);
      clock.clearTimeout(timer);
    }
    if (!store.shared) return work();
    // Keeps other processes out.
    const lock = new Claim({ store, clock, key, owner: newOwner(), leaseMs: LOCK_LEASE_MS });
    const isOurs = await lock.wait({ everyMs: LOCK_WAIT_MS, isOver: () => clock.now() >= end });
    if (!isOurs) return work();
    lock.keep();
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }
}
