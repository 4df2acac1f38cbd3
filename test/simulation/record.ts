/**
 * What is written down of a history, for the checks: what followers wrote and read, which handlers
 * ran, what went wrong. Nobody in the history reads it.
 *
 * Each answer carries its message in its text: `7:0 7:1 7:2` are the parts of the answer to message 7,
 * so whoever reads them knows where they come from.
 *
 * @module
 */

/** What a follower writes. A pick-up word fetches what waits; an event is no message of theirs. */
export type Kind = "question" | "pickup" | "event";

/** What the handler does with a message when its time is over. */
export type Ending =
  | "text"
  | "long"
  | "several"
  | "image"
  | "nothing"
  | "throws"
  | "never";

export interface Message {
  readonly id: number;
  readonly follower: number;
  readonly kind: Kind;
  readonly content: string;
  /** In milliseconds since 1970, as all times here. */
  readonly at: number;
  readonly takesMs: number;
  readonly ending: Ending;
  /** The parts that a whole answer has. */
  readonly parts: number;
  /** It stops when it is told that nobody waits any more. */
  readonly heedsSignal: boolean;
  readonly deliveries: Delivery[];
  readonly runs: Run[];
}

/** Where a delivery stands, as WeChat sees it. */
export type Came =
  | "open"
  | "reply"
  | "success"
  /** Not answered within five seconds. */
  | "dropped"
  /** The process went away, or was not there. */
  | "broken"
  /** A proxy gave it to another process. */
  | "repeated";

/** One request that carries a message. */
export interface Delivery {
  /** 1 to 3: which of WeChat's. */
  readonly nth: number;
  readonly process: string;
  readonly at: number;
  /** A proxy sent it once more; then it has the number of the one before. */
  readonly isRepeat: boolean;
  /** When a process began with it. */
  beganAt: number | undefined;
  came: Came;
  /** When it came to its end. */
  endedAt: number | undefined;
  /** What the library said became of it: `answered`, `lapsed`, … */
  outcome: string | undefined;
  /** The answer was lost on its way. */
  lost: boolean;
  /** Its answer was about to leave when the process froze. */
  isHeldUp: boolean;
  /** Whose answers came when WeChat had dropped it: nobody reads them. */
  missed: readonly number[];
}

export interface Run {
  readonly process: string;
  readonly at: number;
  endedAt: number | undefined;
  /** `stopped`: it was told that nobody waits any more. */
  end: "answered" | "nothing" | "threw" | "stopped" | undefined;
  /** It was told, when it ended, that the last delivery had been answered without it. */
  isLate: boolean;
}

export interface Part {
  readonly message: number;
  readonly index: number;
}

/** Something that a follower saw. */
export interface Read {
  readonly at: number;
  readonly follower: number;
  readonly via: "reply" | "push" | "onLate";
  /** The message whose reply it was. */
  readonly to: number | undefined;
  readonly nth: number | undefined;
  readonly parts: readonly Part[];
  /** They were told that an answer will come. */
  readonly isNotice: boolean;
  /** They were told that it goes on. */
  readonly asksForMore: boolean;
  readonly text: string;
}

/** What can go wrong. `checks.ts` says which of them excuses what. */
export const FAULTS = [
  "kill",
  "freeze",
  "close",
  "jump",
  "store slow",
  "store fails",
  "store forgets",
  "store stands still",
  "delivery lost",
  "answer lost",
  "proxy repeats",
  "push refused",
  "push lost",
] as const;
export type Fault = (typeof FAULTS)[number];

export const SLOW: readonly Fault[] = ["store slow", "store stands still"];
export const STORE: readonly Fault[] = ["store slow", "store fails", "store forgets", "store stands still"];
export const GONE: readonly Fault[] = ["kill", "close"];

/** A fault that happened. */
export interface Happened {
  readonly fault: Fault;
  readonly at: number;
  readonly until: number;
  /** The process that it happened to. */
  readonly process?: string | undefined;
  /** By how much its clock was set. */
  readonly byMs?: number | undefined;
  /** The message whose delivery, answer or push it happened to. */
  readonly messages?: readonly number[] | undefined;
}

/** What a process told its operator. */
export interface Told {
  readonly at: number;
  readonly process: string;
  readonly level: string;
  readonly text: string;
}

/** What a process says of an answer that nobody gets. */
const LOST = /^(?:Late answer could not be kept|Another process has taken over the message)/;

/** After a failure the store is asked again then, or when no delivery comes any more. */
const KEEP_AGAIN_MS = 3000;
/** No delivery of a message comes any more by then. */
export const REST_MS = 10_000;

export class HistoryRecord {
  readonly messages: Message[] = [];
  readonly reads: Read[] = [];
  readonly faults: Happened[] = [];
  readonly told: Told[] = [];
  /** What must never happen, seen while it happened. */
  readonly wrong: string[] = [];
  /** The states that messages went through in the store, one after the other. */
  readonly states: Map<string, string[]> = new Map();
  /** When the first value was published that holds a part of the answer to a message. */
  readonly publishedAt: Map<number, number> = new Map();
  /** What is left when nothing happens any more. */
  readonly left: string[] = [];

  message(id: number): Message {
    const message = this.messages[id];
    if (message === undefined) throw new Error(`No message ${id}`);
    return message;
  }

  had(...faults: readonly Fault[]): boolean {
    return this.faults.some(({ fault }) => faults.includes(fault));
  }

  /** What begins with these words was told by the process in that time. */
  tells(words: string, by: string | undefined, from: number, until: number): boolean {
    return this.told.some(({ at, process, text }) => process === by && at >= from && at <= until && text.startsWith(words));
  }

  /**
   * The log says that an answer was lost to a store that fails. The rest of one that was begun is where it tells of
   * the store at all; a whole one in the process that made it, or in one whose delivery took it by a call that failed.
   */
  toldOfLoss(message: Message): boolean {
    const { id, at: since, runs, deliveries } = message;
    if (this.reads.some(({ parts }) => parts.some((part) => part.message === id))) {
      return this.told.some(({ at, level, text }) => level !== "info" && /store/i.test(text) && at >= since - 1000);
    }
    if (this.#wasBeingTaken(message) || this.#wasKilledUnkept(message)) return true;
    const madeAt = Math.min(...runs.map(({ endedAt = Infinity }) => endedAt));
    const its = [...runs, ...deliveries].map(({ process }) => process);
    return this.told.some(({ at, process, text }) => at >= madeAt && its.includes(process) && LOST.test(text));
  }

  /** It waited when the store failed in a process that was answering another message of its follower's, maybe with it. */
  #wasBeingTaken({ id, follower }: Message): boolean {
    const since = this.publishedAt.get(id) ?? Infinity;
    const others = this.messages.filter((other) => other.follower === follower && other.id !== id);
    return others.flatMap(({ deliveries }) => deliveries).some(({ process, at, endedAt = Infinity }) => {
      return this.tells("Store failed", process, Math.max(since, at), endedAt + 1000);
    });
  }

  /** The store failed when the answer was made, and the process was killed before it asked again: it had no place. */
  #wasKilledUnkept({ runs, deliveries }: Message): boolean {
    const restAt = Math.max(...deliveries.map(({ at }) => at)) + REST_MS;
    return runs.some((run) => this.faults.some((kill) => {
      const { endedAt: madeAt = Infinity, process } = run;
      if (kill.fault !== "kill" || kill.process !== process || kill.at < madeAt) return false;
      return this.told.some(({ at, process: by, text }) => {
        const isMade = by === process && at >= madeAt && at <= madeAt + 1000 && text.startsWith("Store failed");
        return isMade && kill.at <= Math.max(at + KEEP_AGAIN_MS, restAt);
      });
    }));
  }
}

const PART = /(\d+):(\d+)/g;

export function partsIn(text: string): Part[] {
  return [...text.matchAll(PART)].map(([, message, index]) => ({
    message: Number(message),
    index: Number(index),
  }));
}

/**
 * How many parts followers should have read of the answer to a message.
 *
 * @param tellsErrors a handler that throws has an answer too
 */
export function partsDue({ ending, parts, runs }: Message, tellsErrors: boolean): number {
  if (runs.some(({ end }) => end === "answered")) return parts;
  return ending === "throws" && tellsErrors && runs.some(({ end }) => end === "threw") ? 1 : 0;
}
