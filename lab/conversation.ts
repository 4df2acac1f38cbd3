/**
 * What became of one message in a test: what the phone showed, and how it came about.
 *
 * @module
 */
import type { SentMessage } from "./api-side/sent-message.ts";
import type {
  Attempt,
  DeliveryRecord,
  Finding,
  Shown,
  ShownReply,
  Verdict,
} from "./platform/types.ts";

export interface Conversation {
  /** What the phone showed: customer-service messages that arrived in the meantime, then the reply. */
  readonly replies: readonly ShownReply[];
  /** The first of them that is a text; empty if there is none. */
  readonly text: string;
  /** What the phone made of the reply alone: also that there was none, or the notice of a fault. */
  readonly shown: Shown;
  /** The one to three deliveries. */
  readonly attempts: readonly Attempt[];
  /** From the first delivery until the answer, or until the last one was given up. */
  readonly ms: number;
  /** The platform's verdict on each attempt. */
  readonly verdicts: readonly Verdict[];
  /** What was found wrong with the last of them: the one that decided. */
  readonly findings: readonly Finding[];
  /** The customer-service messages that arrived in the meantime. */
  readonly sent: readonly SentMessage[];
  readonly record: DeliveryRecord;
}

/** @param sent the customer-service messages to this follower that came while it was delivered */
export function conversationOf(record: DeliveryRecord, sent: readonly SentMessage[]): Conversation {
  const { attempts, shown } = record;
  const pushed = sent.flatMap(({ shows }) => (shows === undefined ? [] : [shows]));
  const replies = shown.what === "reply" ? [...pushed, shown.reply] : pushed;
  const last = attempts.at(-1);
  return {
    replies,
    text: replies.find((reply) => reply.MsgType === "text")?.content ?? "",
    shown,
    attempts,
    ms: last === undefined ? 0 : last.startedAt + last.ms - record.at,
    verdicts: attempts.flatMap(({ verdict }) => (verdict === undefined ? [] : [verdict])),
    findings: last?.verdict?.findings ?? [],
    sent,
    record,
  };
}
