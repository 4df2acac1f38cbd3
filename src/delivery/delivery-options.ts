/**
 * The settings of delivery, each with its reason.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { notice } from "../bot/notice.ts";
import { count, flag, fn, nested, notMeant, oneOf, readOptions, someText, timerMs } from "../options.ts";
import type { Check, Filled, Table } from "../options.ts";
import type { Message } from "../protocol/message.ts";
import { TEXT_LIMIT_BYTES } from "../protocol/reply.ts";
import type { Reply } from "../protocol/reply.ts";
import { plainWord } from "./pick-up.ts";
import type { PieceLimits } from "./pieces.ts";

/** What happens to an answer that came too late for every delivery. */
export interface LateOptions {
  /**
   * Let a delivery lapse while another is to come, which turns 5 seconds into 15. Lapsed ones count
   * as time-outs in the alarms that WeChat sends to the account's owner: an account that may push
   * answers can do without. Default true.
   */
  readonly hold?: boolean | undefined;
  /**
   * What the follower reads when the time is over. It should name the word that fetches the answer,
   * such as 正在思考，回复 1 获取答案.
   */
  readonly notice?: string | Reply | undefined;
  /**
   * What a follower writes to fetch what waits for them. Default `["继续", "1"]`. Spaces, punctuation,
   * case and full width make no difference. When nothing waits, and nothing was promised with the
   * notice, it is a message like any other. Any other message has its handler run; a late answer that
   * is ready goes out before its answer.
   */
  readonly pickup?: string | readonly string[] | undefined;
  /** How long an answer is kept for its follower. Default 3,600,000 (an hour). */
  readonly keepMs?: number | undefined;
  /**
   * `"next-message"` (default): it is given with the follower's next message.
   * `"customer-service"`: it is sent as a customer-service message, for which the bot must have
   * an `api` and the account the right; or it is handed to `onLate`. What cannot be sent is
   * given with the next message.
   */
  readonly push?: "next-message" | "customer-service" | undefined;
  /** Sends a late answer by other means. When it throws, the answer is kept for the next message. */
  readonly onLate?: ((message: Message, replies: readonly Reply[]) => unknown) | undefined;
}

/** What a bot may be told about delivery. */
export interface DeliveryOptions {
  /** When a delivery must be answered. WeChat drops it at 5,000; default 4,500. */
  readonly deadlineMs?: number | undefined;
  /** How often WeChat sends a message in all. Default 3. */
  readonly deliveries?: number | undefined;
  /**
   * How long a handler may take. Then its signal aborts, and its answer is not used any more. Default
   * 300,000 (five minutes).
   */
  readonly handlerMs?: number | undefined;
  /** How long a lapsed delivery may stay open when WeChat does not drop it. Default 20,000. */
  readonly hardCapMs?: number | undefined;
  /** The end of a text that goes on. Default `（回复“继续”查看更多）`, with the first word of `late.pickup`; `""` for none. */
  readonly more?: string | undefined;
  readonly late?: LateOptions | undefined;
}

/** The settings with all their defaults, and what follows from them. */
export interface DeliverySettings extends Filled<Omit<DeliveryOptions, "more" | "late">, never> {
  readonly hold: boolean;
  readonly notice: Reply | undefined;
  /** As `plainWord` gives them. */
  readonly pickups: readonly string[];
  readonly keepMs: number;
  readonly pushes: boolean;
  /** Said at the start: what was probably not meant. */
  readonly hint: string | undefined;
  readonly onLate: LateOptions["onLate"];
  /** When WeChat drops a delivery and sends the message again. */
  readonly windowMs: number;
  /** A repeat that comes sooner is not WeChat's, but a proxy's. */
  readonly soonestMs: number;
  /** How long a message may wait for another one, and still be answered with one of its deliveries. */
  readonly patienceMs: number;
  /** After this time without a delivery, no more come. */
  readonly restMs: number;
  /** How answers are cut that are given, or fetched piece by piece. */
  readonly fetched: PieceLimits;
  /** The most bytes of a text that is pushed. */
  readonly pushedBytes: number;
}

/** WeChat's five seconds, as a part of the 4.5 in which a delivery is answered. */
const WINDOW = 5000 / 4500;

type OnLate = NonNullable<LateOptions["onLate"]>;

const PICKUPS: readonly string[] = ["继续", "1"];

const words: Check<string | readonly string[], readonly string[]> = (value, name) => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isWord = (each: unknown): each is string => typeof each === "string" && plainWord(each) !== "";
  if (list.length > 0 && list.every(isWord)) return list;
  throw notMeant(name, "words of 1 to 32 characters", value);
};

const LATE = {
  hold: { check: flag, default: true },
  notice: { check: notice },
  keepMs: { check: count(), default: 3_600_000 },
  pickup: { check: words, default: PICKUPS },
  push: { check: oneOf("next-message", "customer-service"), default: "next-message" },
  onLate: { check: fn<OnLate>() },
} satisfies Table<LateOptions>;

const DELIVERY = {
  deadlineMs: { check: count(), default: 4500 },
  deliveries: { check: count(), default: 3 },
  handlerMs: { check: timerMs, default: 300_000 },
  hardCapMs: { check: count(), default: 20_000 },
  more: { check: someText, empty: true },
  late: { check: nested(LATE), default: {} },
} satisfies Table<DeliveryOptions>;
export const DELIVERY_OPTIONS: Table<DeliveryOptions> = DELIVERY;
export const LATE_OPTIONS: Table<LateOptions> = LATE;

/**
 * Checks the settings.
 *
 * @param hasApi whether customer-service messages can be sent
 * @throws EchostrError `SETTING_INVALID`
 */
export function prepareDelivery(
  options: DeliveryOptions,
  limitBytes: number,
  hasApi: boolean,
): DeliverySettings {
  const { late, more: configured, ...settings } = readOptions(DELIVERY, options, "delivery.");
  const { push, onLate, notice, pickup, hold, keepMs } = late;
  const pushes = push === "customer-service";
  if (pushes && onLate === undefined && !hasApi) {
    throw invalid('late.push "customer-service" needs the option api or late.onLate, got neither');
  }
  if (!pushes && onLate !== undefined) {
    throw invalid('late.onLate needs late.push "customer-service", got "next-message"');
  }
  const more = configured ?? `（回复“${pickup[0]}”查看更多）`;
  const moreBytes = Buffer.byteLength(more);
  if (moreBytes > limitBytes / 2) {
    throw invalid(`more must be at most half of textLimitBytes, got ${moreBytes} B`);
  }
  if (notice?.MsgType === "text" && Buffer.byteLength(notice.Content) > limitBytes) {
    throw invalid(`late.notice must be at most ${limitBytes} bytes`);
  }
  const windowMs = Math.round(settings.deadlineMs * WINDOW);
  const pushesRest = pushes && onLate === undefined;
  return {
    ...settings,
    hold,
    notice,
    pickups: pickup.map(plainWord),
    keepMs,
    pushes: pushesRest,
    hint: pushes ? undefined : hintFor(notice, pickup),
    onLate,
    windowMs,
    soonestMs: windowMs * 0.8,
    patienceMs: windowMs * 0.8 * (hold ? settings.deliveries : 1),
    restMs: windowMs * 2,
    fetched: { limitBytes, more: pushesRest ? "" : more },
    // A customer-service message has the same limit as a reply, whatever the account's own limit.
    pushedBytes: Math.min(limitBytes, TEXT_LIMIT_BYTES),
  };
}

/** A notice that does not say what to write leaves its answer to chance. */
function hintFor(notice: Reply | undefined, pickup: readonly string[]): string | undefined {
  if (notice?.MsgType !== "text") return undefined;
  const { Content } = notice;
  if (pickup.some((word) => Content.includes(word))) return undefined;
  return `delivery.late.notice names no word that fetches the answer (${pickup.join(", ")})`;
}

function invalid(message: string): EchostrError {
  return new EchostrError("SETTING_INVALID", `delivery.${message}`);
}
