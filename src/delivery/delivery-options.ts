/**
 * The settings of delivery, each with its reason.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { toReplies } from "../bot/router.ts";
import { count, flag, fn, nested, notMeant, oneOf, readOptions, someText } from "../options.ts";
import type { Check, Table } from "../options.ts";
import type { Message } from "../protocol/message.ts";
import type { Reply } from "../protocol/reply.ts";

/** What happens to an answer that came too late for every delivery. */
export interface LateOptions {
  /**
   * Let a delivery lapse while another is to come, which turns 5 seconds into 15. Lapsed ones count
   * as time-outs in the alarms that WeChat sends to the account's owner: an account that may push
   * answers can do without. Default true.
   */
  readonly hold?: boolean | undefined;
  /** What the follower reads when the time is over, such as 正在思考，回复任意内容获取答案. */
  readonly notice?: string | Reply | undefined;
  /** How long an answer is kept for its follower. Default 3,600,000 (an hour). */
  readonly keepMs?: number | undefined;
  /**
   * `"next-message"` (default): it is given with the follower's next message.
   * `"customer-service"`: it is sent as a customer-service message, for which the bot must have
   * an `api` and the account the right; or it is handed to `onLate`. What cannot be sent is
   * given with the next message.
   */
  readonly push?: "next-message" | "customer-service" | undefined;
  /**
   * What becomes of the message that fetches a late answer. `"instead"`: it is answered with the
   * late one alone, and no handler runs. `"before"`: a handler runs, and its answer follows the late
   * one. Default `"instead"` with a `notice` that has asked the follower to write something, which it
   * has not when answers are pushed; otherwise `"before"`, since they wrote of their own accord.
   */
  readonly give?: "instead" | "before" | undefined;
  /** Sends a late answer by other means. When it throws, the answer is kept for the next message. */
  readonly onLate?: ((message: Message, replies: readonly Reply[]) => unknown) | undefined;
}

/** What a bot may be told about delivery. */
export interface DeliveryOptions {
  /** When a delivery must be answered. WeChat drops it at 5,000; default 4,500. */
  readonly deadlineMs?: number | undefined;
  /** How often WeChat sends a message in all. Default 3. */
  readonly deliveries?: number | undefined;
  /** How long a lapsed delivery may stay open when WeChat does not drop it. Default 20,000. */
  readonly hardCapMs?: number | undefined;
  /** The end of a text that goes on. Default `（回复任意内容继续）`; `""` for none. */
  readonly more?: string | undefined;
  readonly late?: LateOptions | undefined;
}

/** The settings with all their defaults. */
export interface DeliverySettings {
  readonly deadlineMs: number;
  readonly deliveries: number;
  readonly hardCapMs: number;
  readonly more: string;
  /** The most bytes of UTF-8 in a text: the account's `textLimitBytes`. */
  readonly limitBytes: number;
  readonly hold: boolean;
  readonly notice: Reply | undefined;
  readonly keepMs: number;
  readonly give: "instead" | "before";
  readonly pushes: boolean;
  readonly onLate: LateOptions["onLate"];
}

type OnLate = NonNullable<LateOptions["onLate"]>;

const notice: Check<string | Reply, Reply | undefined> = (value, name) => {
  try {
    if (value !== null && !Array.isArray(value)) return toReplies(value as Reply)[0];
  } catch {
    // Said below.
  }
  throw notMeant(name, "a text or a reply", value);
};

const LATE = {
  hold: { check: flag, default: true },
  notice: { check: notice },
  keepMs: { check: count(), default: 3_600_000 },
  give: { check: oneOf("instead", "before") },
  push: { check: oneOf("next-message", "customer-service"), default: "next-message" },
  onLate: { check: fn<OnLate>() },
} satisfies Table<LateOptions>;

const DELIVERY = {
  deadlineMs: { check: count(), default: 4500 },
  deliveries: { check: count(), default: 3 },
  hardCapMs: { check: count(), default: 20_000 },
  more: { check: someText, default: "（回复任意内容继续）", empty: true },
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
  textLimitBytes: number,
  hasApi: boolean,
): DeliverySettings {
  const { late, ...settings } = readOptions(DELIVERY, options, "delivery.");
  const { push, onLate, notice } = late;
  const pushes = push === "customer-service";
  if (pushes && onLate === undefined && !hasApi) {
    throw invalid('late.push "customer-service" needs the option api or late.onLate, got neither');
  }
  if (!pushes && onLate !== undefined) {
    throw invalid('late.onLate needs late.push "customer-service", got "next-message"');
  }
  const moreBytes = Buffer.byteLength(settings.more);
  if (moreBytes > textLimitBytes / 2) {
    throw invalid(`more must be at most half of textLimitBytes, got ${moreBytes} B`);
  }
  if (notice?.MsgType === "text" && Buffer.byteLength(notice.Content) > textLimitBytes) {
    throw invalid(`late.notice must be at most ${textLimitBytes} bytes`);
  }
  return {
    ...settings,
    limitBytes: textLimitBytes,
    hold: late.hold,
    notice,
    keepMs: late.keepMs,
    give: late.give ?? (notice === undefined || pushes ? "before" : "instead"),
    pushes,
    onLate,
  };
}

function invalid(message: string): EchostrError {
  return new EchostrError("SETTING_INVALID", `delivery.${message}`);
}
