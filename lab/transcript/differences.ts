/**
 * Compares what a follower saw with what they saw when the conversation was written down.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { SentMessage } from "../api-side/sent-message.ts";
import { FAULT_NOTICE } from "../platform/shown.ts";
import type { DeliveryRecord, Description, Shown, ShownReply } from "../platform/types.ts";
import type { TranscribedDelivery, TranscribedMessage } from "./transcript.ts";

/** One thing that came out otherwise. */
export interface Difference {
  /** Of the delivery in the transcript, counted from 0. */
  readonly index: number;
  readonly openId: string;
  readonly description: Description;
  /** What the follower saw, how many deliveries it took, or what was sent by itself. */
  readonly what: "shown" | "attempts" | "sent";
  readonly before: string;
  readonly after: string;
}

/** As it was written down. */
export interface Before {
  readonly index: number;
  readonly delivery: TranscribedDelivery;
  readonly sent: readonly TranscribedMessage[];
}

/** As it came out now. */
export interface After {
  readonly record: DeliveryRecord;
  readonly sent: readonly SentMessage[];
}

/** @param normalize makes what always differs the same before it is compared */
export function differencesOf(
  before: Before,
  after: After,
  normalize: (shown: Shown) => Shown = (shown) => shown,
): readonly Difference[] {
  const { openId, description } = before.delivery;
  const found: Difference[] = [];
  const compare = (what: Difference["what"], was: string, is: string): void => {
    if (was === is) return;
    found.push({ index: before.index, openId, description, what, before: was, after: is });
  };
  const [was, is] = [normalize(before.delivery.shown), normalize(after.record.shown)];
  if (!isDeepStrictEqual(was, is)) compare("shown", shownAsText(was), shownAsText(is));
  compare("attempts", `${before.delivery.attempts.length}`, `${after.record.attempts.length}`);
  compare("sent", sentAsText(before.sent), sentAsText(after.sent));
  return found;
}

/** What the follower saw in one line: a text as it is, anything else with its kind. */
export function shownAsText(shown: Shown): string {
  if (shown.what === "fault") return `[${FAULT_NOTICE}]`;
  return shown.what === "reply" ? replyAsText(shown.reply) : `[${shown.what}]`;
}

function replyAsText(reply: ShownReply): string {
  if (reply.MsgType === "text") return reply.content;
  const { MsgType, ...fields } = reply;
  return `[${MsgType}] ${JSON.stringify(fields)}`;
}

function sentAsText(sent: readonly Pick<SentMessage, "msgType" | "text" | "body">[]): string {
  return sent
    .map(({ msgType, text, body }) => (text === "" ? `[${msgType}] ${JSON.stringify(body)}` : text))
    .join("\n");
}
