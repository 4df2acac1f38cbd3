/**
 * What must hold of every history. Each check gives a sentence for each thing that does not; which
 * fault excuses which of them stands in `excuses.ts`.
 *
 * 1. a message's handler runs once;
 * 2. each part of an answer reaches its follower once;
 * 3. no answer is read as the answer to another message, and all come in their order (`order.ts`);
 * 4. the last delivery is answered in time, and none before it is told that there is nothing to say;
 * 5. every message but a pick-up word runs its handler, and a word does where nothing waits or was promised;
 * 6. nothing is left when everything is over.
 *
 * @module
 */
import { Excuses } from "./excuses.ts";
import type { History } from "./history.ts";
import { checkOrder } from "./order.ts";
import type { Plan } from "./plan.ts";
import { DELIVERIES, WINDOW_MS } from "./platform.ts";
import { checkPrompt } from "./prompt.ts";
import { partsDue } from "./record.ts";
import type { Delivery, HistoryRecord, Message, Read } from "./record.ts";

/** When every delivery that is answered must have its answer, by how fast the store is. */
const ANSWERED_MS = { none: 4650, fast: 4700, slow: 5000, spiky: 5000 } as const;

/** What is as close as that happened at the same time. */
const MEANWHILE_MS = 1500;

/** What a check looks at. */
export interface Case {
  readonly plan: Plan;
  readonly record: HistoryRecord;
  readonly excuses: Excuses;
  /** What is wrong, in a sentence. */
  readonly say: (check: number, sentence: string) => void;
}

/** @returns what does not hold, each with the number of its check; empty for a good history */
export function judge({ plan, record }: History): string[] {
  const found: string[] = [];
  const say = (check: number, sentence: string): void => void found.push(`${check}. ${sentence}`);
  const subject: Case = { plan, record, excuses: new Excuses(plan, record), say };
  for (const sentence of record.wrong) say(0, sentence);
  for (const message of record.messages) {
    checkRuns(subject, message);
    checkParts(subject, message);
    checkDeliveries(subject, message);
    checkUse(subject, message);
    checkPrompt(subject, message);
  }
  checkOrder(subject);
  for (const sentence of subject.excuses.left() ? [] : record.left) {
    say(6, `Left when all is over: ${lineOf(sentence)}`);
  }
  return found;
}

function lineOf(text: string): string {
  return text.split("\n").join(" ");
}

function checkRuns({ excuses, say }: Case, message: Message): void {
  const { id, runs } = message;
  runs.slice(1).forEach((second, index) => {
    const earlier = runs.slice(0, index + 1);
    const unexcused = earlier.find((first) => !excuses.secondRun(message, first, second));
    if (unexcused === undefined) return;
    say(1, `The handler of ${id} ran again in ${second.process}, after ${unexcused.process} ran it`);
  });
}

function checkParts({ plan, record, excuses, say }: Case, message: Message): void {
  const { id } = message;
  const seen = record.reads.flatMap(({ parts }) => parts).filter((part) => part.message === id);
  const due = partsDue(message, plan.bot.onError);
  for (let index = 0; index < Math.max(due, 1); index += 1) {
    const count = seen.filter((part) => part.index === index).length;
    if (count === 0 && index < due && !excuses.neverRead(message)) {
      say(2, `Part ${index} of the answer to ${id} was never read, though its handler gave it`);
    }
    if (count > 1 && !excuses.readTwice(message, index)) {
      say(2, `Part ${index} of the answer to ${id} was read ${count} times`);
    }
  }
}

function checkDeliveries(subject: Case, message: Message): void {
  const { plan, excuses, say } = subject;
  const { id, deliveries } = message;
  for (const delivery of deliveries) checkTime(subject, message, delivery);
  const last = plan.bot.hold ? DELIVERIES : 1;
  const final = deliveries.filter((delivery) => delivery.nth === last && delivery.came !== "repeated");
  for (const { came } of final) {
    if (came !== "dropped" || excuses.lastDelivery(message)) continue;
    say(4, `The last delivery of ${id} was not answered within ${WINDOW_MS} ms`);
  }
  checkSuccess(subject, message, last);
}

function checkTime({ plan, excuses, say }: Case, { id }: Message, delivery: Delivery): void {
  const { nth, at, endedAt = 0, came, isRepeat } = delivery;
  if (isRepeat || (came !== "reply" && came !== "success")) return;
  if (endedAt - at <= ANSWERED_MS[plan.latency] || !excuses.isCalm) return;
  say(4, `Delivery ${nth} of ${id} was answered after ${endedAt - at} ms`);
}

/** "success" ends the deliveries: it may be said when there is nothing to say, or nothing any more. */
function checkSuccess({ plan, record, excuses, say }: Case, message: Message, last: number): void {
  const { id, kind } = message;
  const success = message.deliveries.find(({ came }) => came === "success");
  if (success === undefined || partsDue(message, plan.bot.onError) === 0) return;
  const until = (success.endedAt ?? 0) + 1000;
  const isRead = record.reads.some(({ at, parts }) => {
    return at <= until && parts.some((part) => part.message === id);
  });
  if (isRead || excuses.lostBefore(message, until)) return;
  if (success.nth < last) {
    if (excuses.lastDelivery(message)) return;
    say(4, `Delivery ${success.nth} of ${id} was told that there is nothing to say, and then there was`);
  } else if (plan.bot.notice && kind !== "event" && !excuses.lastDelivery(message)) {
    say(4, `The last delivery of ${id} got no notice, and its answer was still to come`);
  }
}

function checkUse(subject: Case, message: Message): void {
  const { record, excuses, say } = subject;
  const { id, kind, runs, deliveries } = message;
  if (runs.length > 0 && kind === "pickup" && excuses.isCalm) checkPromised(subject, message);
  if (runs.length > 0 || excuses.neverRan(message)) return;
  if (kind !== "pickup") return say(5, `The handler of ${id} (${kind}) never ran`);
  if (!excuses.isCalm || record.reads.some(({ to }) => to === id)) return;
  const until = deliveries.at(-1)?.endedAt ?? Infinity;
  const wasThere = record.reads.some((read) => isOwed(read, message, until));
  if (!wasThere) say(5, `The pick-up word ${id} got nothing, and its handler never ran`);
}

/** A word waits for what a notice has promised, and is a question only where nothing was. */
function checkPromised({ record, say }: Case, { id, follower, at, runs }: Message): void {
  const ranAt = runs[0]?.at ?? at;
  for (const { isNotice, to, at: readAt, follower: reader } of record.reads) {
    if (!isNotice || to === undefined || reader !== follower || readAt > at - MEANWHILE_MS) continue;
    const [run] = record.message(to).runs;
    if (run === undefined || (run.endedAt ?? Infinity) <= ranAt) continue;
    say(5, `The pick-up word ${id} ran its handler, and the answer to ${to} was promised`);
  }
}

/** They had been promised something, or it reached them in another way while the word was on its way. */
function isOwed(read: Read, { id, follower, at }: Message, until: number): boolean {
  if (read.follower !== follower || read.at > until + MEANWHILE_MS) return false;
  if (read.isNotice || read.asksForMore) return true;
  return read.at >= at - MEANWHILE_MS && read.parts.some(({ message }) => message !== id);
}
