/**
 * A limit for each follower: how many messages are answered within a time.
 *
 * The time begins with the first message that is counted. The count is in the bot's store and
 * is changed by `swap`, so that all processes count together, and goes when its time is over.
 *
 * @module
 */
import { hash } from "../crypto.ts";
import { settingInvalid } from "../errors.ts";
import { count, readOptions } from "../options.ts";
import type { Table } from "../options.ts";
import type { Reply } from "../protocol/reply.ts";
import { changeValue } from "../store/change.ts";
import { parseJson } from "../store/written.ts";
import { servicesOf } from "./context.ts";
import type { Handler } from "./handler.ts";
import { deliveryKey, followerKey } from "./keys.ts";
import { notice } from "./notice.ts";
import { requireCalled } from "./slips.ts";

/** Settings of a limit. */
export interface LimitOptions {
  /** How many messages of a follower are answered within `perMs`. */
  readonly count: number;
  /** Milliseconds from the first message that is counted. */
  readonly perMs: number;
  /**
   * What the follower reads when there are more: a string or a reply, once within `perMs`. Default:
   * nothing.
   */
  readonly notice?: string | Reply | undefined;
}

const LIMIT = {
  count: { check: count() },
  perMs: { check: count() },
  notice: { check: notice },
} satisfies Table<LimitOptions>;
export const LIMIT_OPTIONS: Table<LimitOptions> = LIMIT;

/** Longer than the repeats of a message may come: one whose process was killed is not counted again. */
const KNOWN_MS = 60_000;
/** Of the latest messages it is known which they were; more are not written in a minute. */
const MOST_KNOWN = 100;
const ID_DIGITS = 16;

/** What is known of a follower. */
interface Tally {
  /** When the time began, in milliseconds since 1970. */
  readonly from: number;
  readonly counted: number;
  /** The latest that were counted, and when. */
  readonly known: readonly (readonly [id: string, at: number])[];
  /** The message that was answered with the notice; "" for none. */
  readonly told: string;
}

type Decision = "answer" | "tell" | "ignore";

/**
 * Middleware that limits how many messages of each follower are answered within a time. Only what
 * followers write is counted: events, such as a click on the menu or the result of a template message,
 * pass. A repeat of a message is not counted again. Add it before `merge()` and `session()`; several
 * limits may stand one behind the other.
 *
 * @throws EchostrError `SETTING_INVALID`
 *
 * @example
 * bot.use(limit({ count: 10, perMs: 60_000, notice: "问得太快了，请稍后再问" }));
 */
export function limit(options: LimitOptions): Handler {
  requireCalled("limit", arguments.length, "{ count, perMs }");
  const { count, perMs, notice } = readOptions(LIMIT, options);
  if (count === undefined || perMs === undefined) {
    const got = count === undefined ? "count" : "perMs";
    throw settingInvalid(`Limit needs count and perMs, got no ${got}`);
  }

  return async (message, context, next) => {
    // Messages of a device are not written by a follower.
    if (message.MsgType === "event" || message.MsgType === "device_event") return next();
    const { accountId, account, openId, store } = context;
    const { clock } = servicesOf(context);
    // Each limit has its own count, and so has one that is set again.
    const key = `limit ${count} ${perMs}\n${followerKey(accountId, account, openId)}`;
    const id = hash("sha256", deliveryKey(accountId, message).text, "hex").slice(0, ID_DIGITS);
    let decision = "answer" as Decision;
    await changeValue(store, key, (text) => {
      const now = clock.now();
      const tally = atTime(readTally(text), now, perMs);
      const isKnown = tally.known.some(([known]) => known === id);
      const isFree = isKnown || tally.counted < count;
      decision = isFree ? "answer" : tally.told === "" || tally.told === id ? "tell" : "ignore";
      if (isKnown || tally.told === id || decision === "ignore") return undefined;
      const known = [...tally.known, [id, now] as const].slice(-MOST_KNOWN);
      const after = isFree ? { ...tally, counted: tally.counted + 1, known } : { ...tally, told: id };
      return { value: JSON.stringify(after), ttlMs: Math.max(perMs, KNOWN_MS) };
    });
    if (decision === "answer") return next();
    return decision === "tell" ? notice : undefined;
  };
}

/** Starts again when the time is over. If the clock was set back, it never lasts twice as long. */
function atTime(tally: Tally, now: number, perMs: number): Tally {
  if (Math.abs(now - tally.from) < perMs) return tally;
  const known = tally.known.filter(([, at]) => now - at < KNOWN_MS);
  return { from: now, counted: 0, known, told: "" };
}

const NONE: Tally = { from: -Infinity, counted: 0, known: [], told: "" };

/** What another program has written there is as if it were not there. */
function readTally(text: string | undefined): Tally {
  const tally = Object(parseJson(text)) as Tally;
  const isTally =
    Number.isFinite(tally.from) &&
    Number.isFinite(tally.counted) &&
    typeof tally.told === "string" &&
    Array.isArray(tally.known) &&
    tally.known.every(isKnown);
  return isTally ? tally : NONE;
}

function isKnown(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === "string" && Number.isFinite(value[1]);
}
