/**
 * The settings of delivery, each with its reason.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { toReply } from "../bot/answer.ts";
import { requireKnown } from "../known-options.ts";
import type { Names } from "../known-options.ts";
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
  readonly textLimitBytes: number;
  readonly hold: boolean;
  readonly notice: Reply | undefined;
  readonly keepMs: number;
  readonly give: "instead" | "before";
  readonly pushes: boolean;
  readonly onLate: LateOptions["onLate"];
}

const DELIVERY_NAMES: Names<DeliveryOptions> = {
  deadlineMs: true,
  deliveries: true,
  hardCapMs: true,
  more: true,
  late: true,
};

const LATE_NAMES: Names<LateOptions> = {
  hold: true,
  notice: true,
  keepMs: true,
  push: true,
  give: true,
  onLate: true,
};

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
  const { late = {} } = options;
  requireKnown(options, DELIVERY_NAMES, "delivery.");
  requireKnown(late, LATE_NAMES, "delivery.late.");
  oneOf("late.push", late.push, ["next-message", "customer-service"]);
  oneOf("late.give", late.give, ["instead", "before"]);
  if (late.onLate !== undefined && typeof late.onLate !== "function") {
    throw invalid(`late.onLate must be a function, got ${typeof late.onLate}`);
  }
  if (late.push === "customer-service" && late.onLate === undefined && !hasApi) {
    throw invalid('late.push "customer-service" needs the option api or late.onLate, got neither');
  }
  if (late.push === "next-message" && late.onLate !== undefined) {
    throw invalid('late.onLate needs late.push "customer-service", got "next-message"');
  }
  const notice = readNotice(late.notice, textLimitBytes);
  const pushes = late.push === "customer-service";
  const more = options.more ?? "（回复任意内容继续）";
  if (typeof more !== "string") throw invalid(`more must be a text, got ${typeof more}`);
  if (Buffer.byteLength(more) > textLimitBytes / 2) {
    throw invalid(`more must be at most half of textLimitBytes, got ${Buffer.byteLength(more)} B`);
  }
  return {
    deadlineMs: positive("deadlineMs", options.deadlineMs ?? 4500),
    deliveries: positive("deliveries", options.deliveries ?? 3),
    hardCapMs: positive("hardCapMs", options.hardCapMs ?? 20_000),
    more,
    textLimitBytes,
    hold: late.hold ?? true,
    notice,
    keepMs: positive("late.keepMs", late.keepMs ?? 3_600_000),
    give: late.give ?? (notice === undefined || pushes ? "before" : "instead"),
    pushes,
    onLate: late.onLate,
  };
}

function readNotice(notice: string | Reply | undefined, limitBytes: number): Reply | undefined {
  let reply: Reply | undefined;
  try {
    reply = toReply(notice);
  } catch (cause) {
    throw invalid(`late.notice must be a text or a reply, got ${typeof notice}`, cause);
  }
  if (reply?.MsgType === "text" && Buffer.byteLength(reply.Content) > limitBytes) {
    throw invalid(`late.notice must be at most ${limitBytes} bytes`);
  }
  return reply;
}

function oneOf(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw invalid(`${name} must be ${known.join(" or ")}, got "${value}"`);
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw invalid(`${name} must be a whole number of at least 1, got ${value}`);
}

function invalid(message: string, cause?: unknown): EchostrError {
  return new EchostrError("SETTING_INVALID", message, { cause });
}
