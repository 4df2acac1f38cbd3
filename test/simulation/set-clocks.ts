/**
 * What a clock that was set does to deliveries, for as long as it is wrong: the times of two of them are compared
 * though they were taken by the clocks of two processes. And to what is kept for a time: that is over too early.
 *
 * @module
 */
import type { Plan } from "./plan.ts";
import type { Delivery, HistoryRecord, Message, Read } from "./record.ts";

/** A lease that nobody has renewed for so long is over, whatever it says. */
const LEASE_MS = 3000;
/** It is looked at so often, and that takes its time. */
const LOOKS_MS = 200;

/** The clock of its process had been set before it came. */
function hasWrongClock({ faults }: HistoryRecord, { process, at }: Delivery): boolean {
  return faults.some((each) => each.fault === "jump" && each.process === process && each.at <= at);
}

/**
 * The answer went to a proxy's repeat that WeChat had dropped. How long that waits is reckoned from the delivery that
 * it repeats, by the clock of that one's process; and which it repeats is guessed from the times.
 */
export function wasMissedByRepeat(record: HistoryRecord, { id, follower }: Message): boolean {
  return record.messages.some(({ follower: theirs, deliveries }) => theirs === follower && deliveries.some((repeat) => {
    if (!repeat.isRepeat || !repeat.missed.includes(id)) return false;
    return deliveries.some((each) => each.nth === repeat.nth && each.at <= repeat.at && hasWrongClock(record, each));
  }));
}

/**
 * A delivery of WeChat's came to a process by whose clock it was a proxy's repeat, took the answer, and did not get it.
 * The process that had made the answer waited for no further delivery then, and forgot it.
 */
export function wasTakenForRepeat(record: HistoryRecord, lost: Delivery | undefined): boolean {
  return lost !== undefined && lost.nth > 1 && !lost.isRepeat && hasWrongClock(record, lost);
}

/** By how much the clock of a process had been set until then. */
function setBy({ faults }: HistoryRecord, process: string, until: number): number {
  const jumps = faults.filter((each) => each.fault === "jump" && each.process === process && each.at <= until);
  return jumps.reduce((sum, { byMs = 0 }) => sum + byMs, 0);
}

/** Somebody looked for the answer in its time, by whose clock that was over: it had been set forth since. */
export function wasOverEarly({ bot }: Plan, record: HistoryRecord, { follower, runs }: Message): boolean {
  const theirs = record.messages.filter((each) => each.follower === follower).flatMap(({ deliveries }) => deliveries);
  return runs.some(({ process: maker, endedAt = Infinity }) => theirs.some(({ process, beganAt: at = -Infinity }) => {
    const keptMs = at + setBy(record, process, at) - endedAt - setBy(record, maker, endedAt);
    return at >= endedAt && at < endedAt + bot.keepMs && keptMs >= bot.keepMs;
  }));
}

/**
 * A process was killed whose clock had been set, and so the end of its lease says nothing. Whoever has seen it stand
 * for its whole length takes the message over, but each delivery that came behind was gone before: a proxy had given it
 * to another process, which began anew.
 */
export function wasSeenTooShort({ faults }: HistoryRecord, { deliveries }: Message): boolean {
  const jumped = faults.filter(({ fault }) => fault === "jump").map(({ process }) => process);
  const kill = faults.find(({ fault, at, process }) => {
    const isOfIt = deliveries.some((each) => each.process === process && each.at <= at);
    return fault === "kill" && jumped.includes(process) && isOfIt;
  });
  if (kill === undefined) return false;
  const looked = deliveries.filter(({ process, endedAt = Infinity }) => process !== kill.process && endedAt > kill.at);
  const isMoved = looked.some(({ came }) => came === "repeated");
  return isMoved && looked.every(({ beganAt = Infinity, endedAt = Infinity }) => {
    return endedAt - Math.max(beganAt, kill.at) < LEASE_MS + LOOKS_MS;
  });
}

/**
 * The word that fetched a piece lay in a process with a wrong clock, too, from which a proxy had taken it to another one:
 * by that clock the hold on the piece was over, and what has been set free does not count as sent by who held it.
 */
export function wasFreedMeanwhile(record: HistoryRecord, read: Read | undefined): boolean {
  const deliveries = read?.to === undefined ? [] : record.message(read.to).deliveries;
  return deliveries.some((each) => {
    const isThere = each.beganAt !== undefined && each.beganAt <= (read?.at ?? 0) && each.came === "repeated";
    return isThere && hasWrongClock(record, each);
  });
}
