/**
 * What must not only happen, but soon: an answer that is there goes to the delivery that waits for it, a
 * handler hears that it is late, and ends when its time is over, a message whose process was killed is taken over
 * by the next delivery, and the handlers of one follower with a session wait for each other.
 *
 * @module
 */
import type { Case } from "./checks.ts";
import { DELIVERIES, WINDOW_MS } from "./platform.ts";
import { partsDue } from "./record.ts";
import type { Delivery, Message, Run } from "./record.ts";

/** From the answer to the reply: nine calls of the slowest store that is no fault. */
const SOON_MS = 2200;
/** What was promised and came to nothing is taken out of the line by whoever looks next, with three calls of the store. */
const TAKEN_OUT_MS = { none: 0, fast: 30, slow: 720, spiky: 720 } as const;
/** Whoever renews a lease each second has heard by then of what stands in the record. */
const HEARD_MS = 2500;
/** No delivery is answered before without the answer. */
const WAITS_MS = 4300;
/** When a lease is over for certain, and everybody has seen it. */
const LEASE_OVER_MS = 4000;
/** For so long a message waits at least until the handler before it has ended. */
const PATIENCE_MS = 3500;

export function checkPrompt(subject: Case, message: Message): void {
  for (const run of message.runs) checkEnd(subject, message, run);
  if (subject.excuses.isCalm) {
    for (const delivery of message.deliveries) checkReply(subject, message, delivery);
    for (const run of message.runs) checkLate(subject, message, run);
    if (subject.plan.bot.session) checkTurn(subject, message);
  }
  checkTakenOver(subject, message);
}

/** Whoever still runs when the time of a handler is over was not told to stop. */
function checkEnd({ plan, record, excuses, say }: Case, { id }: Message, run: Run): void {
  const wentAway = record.faults.some(({ fault, process }) => {
    return process === run.process && (fault === "kill" || fault === "close");
  });
  if (wentAway || excuses.isFrozen(run.process)) return;
  const tookMs = (run.endedAt ?? Infinity) - run.at;
  if (tookMs <= plan.bot.handlerMs + 1000) return;
  say(1, `The handler of ${id} ran for ${tookMs} ms, and may for ${plan.bot.handlerMs} ms`);
}

function checkReply(subject: Case, message: Message, delivery: Delivery): void {
  const { record, say } = subject;
  const { id, runs } = message;
  const { nth, came, endedAt = 0, beganAt = 0 } = delivery;
  const [run] = runs;
  if (came !== "reply" || run?.end !== "answered") return;
  const reply = record.reads.find((read) => read.to === id && read.nth === nth);
  if (reply?.parts.at(-1)?.message !== id) return;
  const waited = endedAt - Math.max(run.endedAt ?? 0, beganAt);
  const soonMs = SOON_MS + TAKEN_OUT_MS[subject.plan.latency] * cameToNothing(subject, message, run).length;
  if (waited > soonMs) say(4, `Delivery ${nth} of ${id} got the answer ${waited} ms after it was there`);
}

/** The messages whose answer was promised, whose handlers gave none, and behind which nothing has been read since. */
function cameToNothing({ plan, record }: Case, { follower }: Message, { endedAt = Infinity }: Run): Message[] {
  const reads = record.reads.filter((read) => read.follower === follower && read.at <= endedAt);
  return reads.filter(({ isNotice }) => isNotice).map(({ to = NaN }) => record.message(to)).filter((promised) => {
    const overAt = promised.runs.at(-1)?.endedAt ?? Infinity;
    const isSeen = reads.some(({ at, isNotice }) => !isNotice && at > overAt);
    return partsDue(promised, plan.bot.onError) === 0 && overAt <= endedAt && !isSeen;
  });
}

/** The handler hears that the last delivery was answered without it, in whichever process that was. */
function checkLate({ plan, say }: Case, { id, deliveries }: Message, { end, endedAt = 0, isLate }: Run): void {
  if (end === undefined || end === "stopped") return;
  const last = deliveries.find(({ nth }) => nth === (plan.bot.hold ? DELIVERIES : 1));
  const toldAt = last?.endedAt ?? Infinity;
  if (!isLate && toldAt + HEARD_MS <= endedAt) {
    say(4, `The handler of ${id} ended ${endedAt - toldAt} ms after its last delivery, and was not told that it is late`);
  }
  if (isLate && endedAt < (last?.beganAt ?? Infinity) + WAITS_MS) {
    say(4, `The handler of ${id} was told that it is late, and its last delivery waited still`);
  }
}

/** Two handlers of one follower at the same time, though the second had not waited. */
function checkTurn({ record, say }: Case, message: Message): void {
  const [run] = message.runs;
  const begun = message.deliveries.find(({ beganAt }) => beganAt !== undefined)?.beganAt;
  if (run === undefined || begun === undefined || run.at - begun >= PATIENCE_MS) return;
  if (record.messages.some((other) => wasImpatient(other, run.at))) return;
  for (const other of record.messages) {
    const [before] = other.runs;
    if (other.follower !== message.follower || other === message || before === undefined) continue;
    if (before.at < run.at && (before.endedAt ?? Infinity) > run.at + 1) {
      say(1, `The handler of ${message.id} ran beside that of ${other.id}, and both have the same session`);
    }
  }
}

/** It had waited long enough, and ran beside others: nobody waits for those behind it any more. */
function wasImpatient({ runs: [run], at }: Message, until: number): boolean {
  return run !== undefined && run.at <= until && run.at - at >= PATIENCE_MS;
}

/** All its processes were killed, and a delivery came when their leases were over. */
function checkTakenOver({ plan, record, excuses, say }: Case, message: Message): void {
  if (!plan.shares || excuses.hadOtherThan("kill", "proxy repeats", "delivery lost")) return;
  const isOwed = (at: number): boolean => record.messages.some((other) => {
    if (other.follower !== message.follower || (record.publishedAt.get(other.id) ?? Infinity) > at) return false;
    const read = record.reads.filter((each) => each.at < at).flatMap(({ parts }) => parts);
    return read.filter((part) => part.message === other.id).length < partsDue(other, plan.bot.onError);
  });
  const killed = message.runs.map((run) => {
    if (run.end !== undefined) return undefined;
    return record.faults.find(({ fault, process }) => fault === "kill" && process === run.process)?.at;
  });
  const last = Math.max(...killed.map((at) => at ?? Infinity));
  if (killed.length === 0 || last === Infinity) return;
  const later = message.deliveries.find((delivery) => {
    const { beganAt = 0, came } = delivery;
    return beganAt >= last + LEASE_OVER_MS && came !== "broken" && beganAt < last + 4 * WINDOW_MS;
  });
  if (later === undefined || excuses.wentAway(later)) return;
  // A word has fetched what had come to wait meanwhile, or has waited for it.
  if (message.kind === "pickup" && (record.reads.some(({ to }) => to === message.id) || isOwed(later.at))) return;
  say(1, `The handler of ${message.id} was killed, and delivery ${later.nth} did not run it again`);
}
