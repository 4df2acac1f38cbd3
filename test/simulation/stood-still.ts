/**
 * What a process that stood still could not know, and others could not know of it: the cases that
 * `excuses.ts` ties to a freeze.
 *
 * @module
 */
import type { HistoryRecord, Message } from "./record.ts";
import { SAVED_LATE_MS } from "./session-time.ts";

/**
 * The answer was ignored, as the log says: another process had taken the message over. Whoever is frozen before
 * the answer reaches the store says so when it thaws.
 */
export function wasIgnored(record: HistoryRecord, { runs }: Message): boolean {
  const answered = runs.filter(({ end }) => end === "answered" || end === "threw");
  return answered.every(({ process, endedAt = 0 }) => {
    const until = (thawOf(record, process, endedAt) ?? endedAt) + SAVED_LATE_MS;
    return record.told.some(({ at, process: by, text }) => {
      const isOfIt = by === process && text.startsWith("Another process has taken over the message");
      return isOfIt && at >= endedAt && at <= until;
    });
  });
}

/** When a process thaws that was frozen then, or soon after. */
function thawOf({ faults }: HistoryRecord, process: string, since: number): number | undefined {
  return faults.find(({ fault, at, until, process: of }) => {
    return fault === "freeze" && of === process && until >= since && at <= since + SAVED_LATE_MS;
  })?.until;
}
