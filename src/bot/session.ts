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
import { Turns } from "../store/turns.ts";
import { parseJson } from "../store/written.ts";
import { servicesOf } from "./context.ts";
import type { Context, SessionData } from "./context.ts";
import { followerKey } from "./keys.ts";
import { requireCalled } from "./slips.ts";
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

/** The lock of a session: how long it stands when its process is killed, and how often it is asked for. */
const LOCK = { leaseMs: 5000, everyMs: 50 };

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
  requireCalled("session", arguments.length);
  const { ttlMs } = readOptions(SESSION, options);
  const turns = new Turns(LOCK);

  return async (_message, context, next) => {
    // Added twice, it would wait for its own lock.
    if (withSession.has(context)) return next();
    withSession.add(context);
    const { store, accountId, account, openId } = context;
    const services = servicesOf(context);
    const key = `session\n${followerKey(accountId, account, openId)}`;
    const handle = async (): Promise<Answer> => {
      const before = await store.get(key);
      // While it waited, another process may have taken the message over, or this one begun to stop.
      context.signal.throwIfAborted();
      context.session = readSession(before);
      const loaded = JSON.stringify(context.session);
      const answer: Answer = await Promise.race([next(), whenAborted(context.signal)]);
      const session = (context.session as SessionData | null) ?? {};
      const saved = JSON.stringify(session);
      if (saved === loaded) return answer;
      const save = (text: string | undefined): Next => {
        const isAsLoaded = text === before;
        const value = isAsLoaded ? saved : merged(readSession(text), readSession(loaded), session);
        return { value: value === "{}" ? undefined : value, ttlMs };
      };
      await changeValue(store, key, save, { text: before });
      return answer;
    };
    const handling = turns.take(key, services, handle, services.patienceMs);
    return Promise.race([handling, whenAborted(context.signal)]);
  };
}

/**
 * An object without a prototype: a handler may use what a follower wrote as a name, and `__proto__` must not
 * reach the objects of all others. A value that another program has written and that is not an object is ignored.
 */
function readSession(text: string | undefined): SessionData {
  const value = parseJson(text);
  return Object.assign(Object.create(null), typeof value === "object" ? value : undefined) as SessionData;
}

/** A session that another handler has saved in the meantime, with the changes of this one. */
function merged(now: SessionData, before: SessionData, after: SessionData): string {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const kept = Object.entries(now).filter(([name]) => !changed.includes(name));
  return JSON.stringify(
    Object.fromEntries([...kept, ...changed.map((name) => [name, after[name]] as const)]),
  );
}

/** A handler that never ends must not keep its follower's other messages out for ever. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
