/**
 * Sessions: an object for each follower, kept in the bot's store from message to message.
 *
 * While sessions are on, the messages of one follower are handled one after the other, since two
 * handlers that change the same object at once would lose what one of them wrote. Those of
 * different followers run in parallel as before.
 *
 * @module
 */
import { count, readOptions } from "../options.ts";
import type { Table } from "../options.ts";
import { Claim } from "../store/claim.ts";
import { servicesOf } from "./context.ts";
import type { Context, SessionData } from "./context.ts";
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
    const key = `session\n${followerKey(accountId, account, openId)}`;
    return turns.take(key, async () => {
      const lock = store.shared ? await lockFor(context, key) : undefined;
      try {
        const before = await store.get(key);
        context.session = readSession(before);
        const answer: Answer = await Promise.race([next(), whenAborted(context.signal)]);
        const after = JSON.stringify(context.session ?? {});
        if (after === (before ?? "{}")) return answer;
        if (after === "{}") await store.delete(key);
        else await store.set(key, after, ttlMs);
        return answer;
      } finally {
        await lock?.release();
      }
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

/** A handler that never ends must not keep its follower's other messages out for ever. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** Lets those who ask for the same key in one after the other, in the order in which they asked. */
class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}

/** Keeps other processes out until it is let go. */
async function lockFor(context: Context, key: string): Promise<Claim> {
  const { store, clock, newOwner } = servicesOf(context);
  const lock = new Claim({ store, clock, key, owner: newOwner(), leaseMs: LOCK_LEASE_MS });
  await lock.wait({ everyMs: LOCK_WAIT_MS });
  lock.keep();
  return lock;
}
