/**
 * What a process that stood still could not know, and others could not know of it: the cases that
 * `excuses.ts` ties to a freeze. And what nobody could hear from a store that stood still.
 *
 * @module
 */
import { REST_MS } from "./record.ts";
import type { Delivery, Happened, HistoryRecord, Message, Part } from "./record.ts";
import { SAVED_LATE_MS } from "./session-time.ts";

/** When a delivery is answered with what there is, or let lapse; no message is taken over for one that has ended. */
export const DUE_MS = 4500;

/**
 * The answer was ignored, as the log says: another process had taken the message over. Whoever is frozen before
 * the answer reaches the store says so when it thaws.
 */
export function wasIgnored(record: HistoryRecord, { runs }: Message): boolean {
  const answered = runs.filter(({ end }) => end === "answered" || end === "threw");
  return answered.every(({ process, endedAt = 0 }) => {
    const until = (freezeOf(record, process, endedAt, SAVED_LATE_MS)?.until ?? endedAt) + SAVED_LATE_MS;
    return record.tells("Another process has taken over the message", process, endedAt, until);
  });
}

/** Later pieces were fetched before one that the frozen process had in hand. */
export function wasOvertaken(record: HistoryRecord, freeze: Happened, message: Message): boolean {
  return wasHeldUp(record, freeze, message) || hadPiece(record, freeze, message) || hadBeginning(record, freeze, message);
}

/**
 * It had given the beginning to a delivery that lay in it, and did not hear so. All further ones came to it as well: the
 * rest was free when it was known of none for so long, and was fetched, and the beginning was put back with the thaw.
 */
function hadBeginning({ reads }: HistoryRecord, { at, until, process }: Happened, message: Message): boolean {
  const reached = message.deliveries.filter(({ beganAt }) => beganAt !== undefined);
  const lay = reached.some(({ at: cameAt, beganAt = Infinity, endedAt = Infinity }) => {
    return beganAt <= at && endedAt >= at && until - cameAt >= REST_MS;
  });
  if (!lay || reached.some((each) => each.process !== process)) return false;
  const readAt = (isIt: (index: number) => boolean): number => {
    const isOfIt = (part: Part): boolean => part.message === message.id && isIt(part.index);
    return reads.find(({ parts }) => parts.some(isOfIt))?.at ?? Infinity;
  };
  const restAt = readAt((index) => index > 0);
  return restAt >= at && restAt <= until && readAt((index) => index === 0) >= until;
}

/** The answer was about to leave, what follows was free, and it came with a repeat. */
function wasHeldUp({ messages }: HistoryRecord, { process, at, until }: Happened, { id, follower }: Message): boolean {
  const deliveries = messages.filter((each) => each.follower === follower).flatMap((each) => each.deliveries);
  return deliveries.some((delivery) => {
    const { beganAt = Infinity, endedAt = Infinity } = delivery;
    const wasThere = delivery.process === process && beganAt <= at && endedAt >= at && endedAt <= until;
    return wasThere && delivery.isHeldUp && delivery.missed.includes(id);
  });
}

/**
 * A word of the same follower lay in the process with its piece, and got no reply, for so long that nobody knew of
 * another delivery of it: the piece counted as sent, the next ones were fetched, and it was put back with the thaw.
 */
function hadPiece(record: HistoryRecord, { at, until, process }: Happened, message: Message): boolean {
  const wentOn = record.reads.some((read) => {
    return read.at >= at && read.at <= until && read.parts.some((part) => part.message === message.id);
  });
  return wentOn && record.messages.some(({ id, kind, follower, deliveries }) => {
    if (kind !== "pickup" || follower !== message.follower) return false;
    const lay = deliveries.some((delivery) => {
      const { beganAt = Infinity, endedAt = Infinity } = delivery;
      const wasThere = delivery.process === process && beganAt <= at && endedAt >= at;
      return wasThere && until - delivery.at >= REST_MS;
    });
    return lay && !record.reads.some((read) => read.to === id && read.at < until);
  });
}

/**
 * The same through a slow store: a word got "success" with a piece in hand, and later ones were fetched before that
 * was put back.
 */
export function wasPutBackLate({ messages, reads }: HistoryRecord, { id, follower }: Message): boolean {
  return messages.some((word) => {
    const isTheirs = word.kind === "pickup" && word.follower === follower && word.runs.length === 0;
    const endedAt = word.deliveries.at(-1)?.endedAt ?? Infinity;
    const wentOn = reads.some(({ at, parts }) => at > endedAt && parts.some((part) => part.message === id));
    return isTheirs && wentOn && !reads.some(({ to }) => to === word.id);
  });
}

/**
 * A process was killed that had the message, and the store stood still from when a later delivery came until that was
 * due: it could not say that the message was free.
 */
export function wasUnheard({ faults }: HistoryRecord, { deliveries }: Message, { beganAt = 0 }: Delivery): boolean {
  const isKilled = faults.some(({ fault, at, process: of }) => {
    const hadIt = deliveries.some((each) => each.process === of && (each.beganAt ?? Infinity) <= at);
    return fault === "kill" && at <= beganAt && hadIt;
  });
  return isKilled && faults.some(({ fault, at, until }) => {
    return fault === "store stands still" && at <= beganAt && until >= beganAt + DUE_MS;
  });
}

/** The freeze of a process that lasts then, or begins within so many milliseconds. */
export function freezeOf(
  { faults }: HistoryRecord,
  process: string | undefined,
  since: number,
  withinMs: number = 0,
): Happened | undefined {
  return faults.find(({ fault, at, until, process: of }) => {
    return fault === "freeze" && of === process && until >= since && at <= since + withinMs;
  });
}
