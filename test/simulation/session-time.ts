/**
 * A session takes of the time of its handler: it is loaded before, behind the handlers of the messages before,
 * and saved after it. Where the time is over when it is loaded, the handler never runs; when it is saved, the
 * answer is not used. Where the process is told to stop while it is saved, the answer is not ready. The log says
 * all of this.
 *
 * @module
 */
import type { Plan } from "./plan.ts";
import { STORE } from "./record.ts";
import type { Delivery, HistoryRecord, Message, Run } from "./record.ts";

/** A session is saved by then, and where the store is in trouble. */
const SAVED_MS = 1000;
export const SAVED_LATE_MS = 10_000;

/**
 * The time was over when the session was loaded for a process that had a delivery of the message. Where the store
 * is neither slow nor stands still, nobody waits so long.
 */
export function wasLoadedTooLate({ bot }: Plan, record: HistoryRecord, delivery: Delivery): boolean {
  const { process, beganAt = Infinity } = delivery;
  const overAt = beganAt + bot.handlerMs;
  // The store may also have taken its time to say whose the message is.
  return bot.session && record.tells("Handler did not end", process, overAt, overAt + SAVED_LATE_MS);
}

/** The session of an answer was not saved yet when the time of its handler was over. */
export function wasSavedTooLate(
  { bot }: Plan,
  record: HistoryRecord,
  message: Message,
  { process, endedAt = Infinity }: Run,
): boolean {
  if (!bot.session) return false;
  const its = message.deliveries.filter((delivery) => delivery.process === process);
  // One that was lost on its way to it began nothing.
  const begun = Math.min(...its.map(({ beganAt = Infinity }) => beganAt));
  const savedMs = record.had(...STORE) ? SAVED_LATE_MS : SAVED_MS;
  const from = Math.max(begun + bot.handlerMs, endedAt) - 50;
  return record.tells("Handler ended after its time", process, from, endedAt + savedMs);
}

/** The session of an answer was being saved when the process was told to stop. */
export function wasBeingSaved({ bot }: Plan, record: HistoryRecord, { process, endedAt = Infinity }: Run, closedAt: number): boolean {
  if (!bot.session || endedAt > closedAt || endedAt + SAVED_MS < closedAt) return false;
  // It is said when the message has been left to others, for which the store is asked.
  return record.tells("Answer was not ready", process, closedAt, closedAt + SAVED_MS);
}

/** Its process could not load the session, since the store failed, and so it had nothing to say, as the log tells. */
export function hadNoSession({ bot }: Plan, record: HistoryRecord, delivery: Delivery): boolean {
  const { process, came, beganAt = Infinity, endedAt = -Infinity } = delivery;
  return bot.session && came === "success" && record.tells("Store failed", process, beganAt, endedAt);
}
