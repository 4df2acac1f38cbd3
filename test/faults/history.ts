/**
 * What was written, run and read while something went wrong, and what must hold of it. The checks know
 * nothing of the engine: they compare what followers read with what handlers said.
 *
 * @module
 */

/** A delivery, and how it ended for WeChat. */
export interface Delivered {
  /** The process that it was sent to. */
  readonly pid: number;
  readonly from: number;
  readonly to: number;
  readonly end: "answered" | "dropped" | "broken";
}

/** A part of an answer, which names its message. */
export interface Part {
  readonly id: string;
  readonly nth: number;
  readonly of: number;
}

/** A message, and what its follower read with it. Times are milliseconds since 1970. */
export interface Written {
  readonly id: string;
  readonly follower: string;
  readonly text: string;
  readonly isPickUp: boolean;
  readonly at: number;
  readonly deliveries: readonly Delivered[];
  readonly parts: readonly Part[];
  /** It was the notice. */
  readonly isTold: boolean;
  readonly isAnswered: boolean;
}

/** A handler began; it ended; or it ended after its signal had been aborted. */
export interface Handled {
  readonly what: "begin" | "end" | "unused";
  readonly id: string;
  readonly pid: number;
  readonly at: number;
}

export interface Ending {
  readonly pid: number;
  readonly at: number;
  readonly signal: "SIGKILL" | "SIGTERM";
}

/** The `pid` of the store. */
export const STORE = 0;

/** So long after an outage a process has told the store what that has missed. */
export const BACK_MS = 500;

/** A process or the store stood still. */
export interface Still {
  readonly pid: number;
  readonly from: number;
  readonly to: number;
}

export interface History {
  readonly written: readonly Written[];
  readonly handled: readonly Handled[];
  readonly endings: readonly Ending[];
  readonly still: readonly Still[];
}

/** Messages by what is wrong with them. */
export interface Verdict {
  /** A part was read by another follower, with a message that was there first, or before the part it follows. */
  readonly wrong: readonly string[];
  /** A part was read with two messages. */
  readonly twice: readonly string[];
  /** A handler finished, and not all of its answer was read. */
  readonly unread: readonly string[];
  /** Of a pick-up word a handler ran, though an answer waited. */
  readonly swallowed: readonly string[];
  /** Handlers that ran, and those that finished, more than once. */
  readonly begunTwice: readonly string[];
  readonly endedTwice: readonly string[];
  /** A question whose handler never ran. */
  readonly neverRan: readonly string[];
  readonly unanswered: readonly string[];
}

/** So long after its handler's end an answer may not be kept yet. */
export const KEEPING_MS = 250;

/** So long before WeChat drops a delivery it is answered: an answer that is made later crosses that on its way. */
const CROSSING_MS = 50;

/** Readings so close to each other may have been noted the other way round. */
const CLOSE_MS = 100;

export function judge({ written, handled, still }: History): Verdict {
  const messages = new Map(written.map((one) => [one.id, one]));
  const begins = byId(handled, "begin");
  const ends = byId(handled, "end");
  const readings = readingsOf(written);
  const at = (id: string, nth: number): number => readings.get(id)?.times.get(nth)?.[0] ?? Infinity;
  // Where the store or its process was slow, a message that was written a moment later may have come before it.
  const begunAt = ({ id }: Written): number => begins.get(id)?.[0]?.at ?? 0;
  const isWrong = (one: Written): boolean => {
    return one.parts.some(({ id, nth }) => {
      const its = messages.get(id);
      // A word that waits fetches what is there first, also of what was written meanwhile.
      const newest = one.isPickUp ? endOf(one) : Math.max(seenAt(one, still), begunAt(one));
      const isTheirs = its?.follower !== one.follower || its.at > newest;
      // One that was never read is lost, which is told apart.
      const before = nth > 1 ? at(id, nth - 1) : 0;
      return isTheirs || (before !== Infinity && before > endOf(one) + CLOSE_MS);
    });
  };
  const isWaiting = (other: Written, word: Written): boolean => {
    const { isTold, follower, id } = other;
    const endedAt = ends.get(id)?.[0]?.at ?? Infinity;
    const was = isTold && follower === word.follower && endOf(other) < word.at;
    return was && endedAt + KEEPING_MS < word.at && at(id, 1) > endOf(word);
  };
  const isRead = (id: string): boolean => {
    const parts = readings.get(id);
    return parts !== undefined && parts.times.size === parts.of;
  };
  return {
    wrong: idsOf(written.filter(isWrong)),
    twice: [...readings].filter(([, { times }]) => [...times.values()].some((each) => each.length > 1)).map(([id]) => id),
    unread: [...ends.keys()].filter((id) => !isRead(id)),
    swallowed: idsOf(written.filter((word) => {
      return word.isPickUp && begins.has(word.id) && written.some((other) => isWaiting(other, word));
    })),
    begunTwice: severalIn(begins),
    endedTwice: severalIn(ends),
    neverRan: idsOf(written.filter(({ id, isPickUp }) => !isPickUp && !begins.has(id))),
    unanswered: idsOf(written.filter(({ isAnswered }) => !isAnswered)),
  };
}

/**
 * Whether a message's answer may be lost, since nobody could promise it. Its process was killed before
 * the store had it. Or it was given to a delivery, and between the store's record of that and the
 * socket the process was killed, or stood still for so long that WeChat had dropped the delivery; one
 * that lay there meanwhile looks as if it had just come. Or its own delivery came to a process that heard of it late,
 * and was dropped when the answer had just been made. Or see `isBeyondStore`. A process that ends by
 * SIGTERM excuses nothing.
 */
export function isBeyondPromise(history: History, id: string): boolean {
  const { written, handled, endings, still } = history;
  const ends = handled.filter((one) => one.what === "end" && one.id === id);
  const its = written.find((one) => one.id === id);
  const follower = its?.follower;
  const endedAt = Math.min(...ends.map(({ at }) => at));
  const killed = endings.filter(({ signal }) => signal === "SIGKILL");
  const isCutOff = ({ pid, from, to, end }: Delivered): boolean => {
    if (end === "answered") return false;
    if (to >= endedAt && killed.some((one) => one.pid === pid && one.at >= from && one.at <= to + CLOSE_MS)) return true;
    // It was read at the end of that at the latest.
    return still.some((one) => one.pid === pid && one.from <= to + CLOSE_MS && one.to >= from && one.to + KEEPING_MS >= endedAt);
  };
  const isUnkept = ({ pid, at }: Handled): boolean => {
    return killed.some((one) => one.pid === pid && one.at >= at - CLOSE_MS && one.at <= at + KEEPING_MS);
  };
  const isCrossed = ({ to, end }: Delivered): boolean => end === "dropped" && to >= endedAt && to - endedAt <= CROSSING_MS;
  const deliveries = written.filter((one) => one.follower === follower).flatMap((one) => one.deliveries);
  if (its?.deliveries.some(isCrossed) === true) return true;
  return ends.every(isUnkept) || deliveries.some(isCutOff) || isBeyondStore(history, id);
}

/**
 * Whether the store was away at a moment at which something of the message was decided: then each
 * process goes by what it knows itself, and two may hand out the same.
 */
export function isBeyondStore({ written, handled, still }: History, id: string): boolean {
  const moments = [
    ...handled.filter((one) => one.id === id).map(({ at }) => ({ from: at, to: at })),
    ...written.filter((one) => one.id === id || one.parts.some((part) => part.id === id))
      .flatMap(({ deliveries }) => deliveries),
  ];
  return still.some((one) => one.pid === STORE && moments.some(({ from, to }) => one.from <= to && one.to >= from));
}

export function byId(handled: readonly Handled[], what: Handled["what"]): ReadonlyMap<string, readonly Handled[]> {
  const found = new Map<string, Handled[]>();
  for (const one of handled) {
    if (one.what !== what) continue;
    const list = found.get(one.id);
    if (list === undefined) found.set(one.id, [one]);
    else list.push(one);
  }
  return found;
}

/**
 * When a process could first see a message. What was sent to one that stood still looks as if it came
 * when that went on: the follower may have read more elsewhere meanwhile.
 */
function seenAt({ at, deliveries }: Written, still: readonly Still[]): number {
  const seen = deliveries.map(({ pid, from }) => {
    const stood = still.filter((one) => one.pid === pid && one.from <= from && one.to >= from);
    return Math.max(from, ...stood.map(({ to }) => to));
  });
  return deliveries.length === 0 ? at : Math.min(...seen);
}

export function endOf({ at, deliveries }: Written): number {
  return deliveries.at(-1)?.to ?? at;
}

interface Readings {
  /** How many parts the answer has. */
  readonly of: number;
  /** When each of them was read. */
  readonly times: Map<number, number[]>;
}

function readingsOf(written: readonly Written[]): ReadonlyMap<string, Readings> {
  const readings = new Map<string, Readings>();
  for (const one of [...written].sort((a, b) => endOf(a) - endOf(b))) {
    for (const { id, nth, of } of one.parts) {
      const its = readings.get(id) ?? { of, times: new Map<number, number[]>() };
      its.times.set(nth, [...(its.times.get(nth) ?? []), endOf(one)]);
      readings.set(id, its);
    }
  }
  return readings;
}

function idsOf(written: readonly Written[]): string[] {
  return written.map(({ id }) => id);
}

function severalIn(lists: ReadonlyMap<string, readonly unknown[]>): string[] {
  return [...lists].filter(([, list]) => list.length > 1).map(([id]) => id);
}
