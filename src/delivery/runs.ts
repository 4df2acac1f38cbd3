/**
 * The runs that a process knows: those in which somebody is still to get something, and of the latest
 * others what `Remembered` has of them.
 *
 * What holds an open run is a handler that has not ended, or an answer that waits for a delivery. So
 * none can be dropped to make room; what can be is a message whose handler has not begun.
 *
 * @module
 */
import type { MessageContext } from "../bot/context.ts";
import { followerOf } from "../bot/keys.ts";
import type { Message } from "../protocol/message.ts";
import type { Reply } from "../protocol/reply.ts";
import { Remembered } from "./remembered.ts";
import type { RememberedAnswer } from "./remembered.ts";

/** The most that open runs hold together; a handler of a minute allows some 300 messages a second. */
export const OPEN_BYTES: number = 64 * 1024 * 1024;

/** What a run costs beside its message: its context, its promises, its timer. */
const RUN_BYTES = 2048;

/** Why a delivery stopped waiting. */
export type Wakeup = "done" | "deadline" | "closed";

/** The state of a message from its first delivery until it is forgotten. */
export class Run {
  readonly key: string;
  /** Missing when only the answer is remembered, as is the context. */
  readonly message: Message | undefined;
  readonly context: MessageContext | undefined;
  /** Of the body that the message came in, in code units or bytes: it is kept with the message. */
  size = 0;
  /** What it counts for while it is open. */
  bytes = 0;
  /** How many deliveries have come to this process. */
  deliveries = 0;
  /** How many of them are about to wait. */
  arriving = 0;
  /** How many had come to others before. */
  deliveriesElsewhere = 0;
  /** When the latest came, in milliseconds since 1970. */
  lastAt = 0;
  /** When no further delivery could be accepted, in milliseconds since 1970. */
  acceptedUntil = 0;
  done = false;
  /** The answer: the first piece goes out, the others are parked. Empty: nothing to say. */
  pieces: readonly Reply[] = [];
  /** What they were cut from, where this process has it. */
  replies: readonly Reply[] | undefined = undefined;
  /** What the handler threw, and whether it has been told: once, however many deliveries come. */
  error: unknown = undefined;
  errorTold = false;
  /** A late answer to an earlier message, which goes out before this one's own. */
  before: Reply | undefined = undefined;
  /** A delivery has taken the answer, or is about to. */
  given = false;
  /** What follows from that has been done: once, however many deliveries take it. */
  givenNoted = false;
  /** No delivery can take it any more: the last one was answered without. */
  gaveUp = false;
  /** It waits for the answer that was promised with an earlier message. */
  waitsForEarlier = false;
  /** The follower has been told that the answer will come. */
  owed = false;
  /** It waits for the follower's next message. */
  parked = false;
  /** The process is stopping: another one may run the handler. */
  abandoned = false;
  /** Stops renewing the claim. */
  stopKeeping: (() => void) | undefined = undefined;
  /** The handler runs in another process; this one watches for its answer. */
  elsewhere = false;
  /** Parks the answer when no further delivery comes; gives the handler up when it never ends. */
  timer: unknown = undefined;
  /** Made when the first delivery has to wait: most handlers answer at once. */
  #waiting: Set<(wakeup: Wakeup) => void> | undefined;

  constructor(key: string, message?: Message, context?: MessageContext) {
    this.key = key;
    this.message = message;
    this.context = context;
  }

  /** Whose parked answers are asked for and added to. */
  get follower(): string {
    return followerOf(this.key);
  }

  /** Whether a delivery would take an answer now; the first one has not begun to wait. */
  get awaited(): boolean {
    if (this.deliveries === 0 || this.arriving > 0) return true;
    return this.#waiting !== undefined && this.#waiting.size > 0;
  }

  /** Whether somebody is still to get something out of it. */
  get isOwed(): boolean {
    return !this.done || (this.pieces.length > 0 && !this.given && !this.parked);
  }

  /** Waits for `wake`; `leave` ends it for this delivery alone. */
  wait(leaving: (leave: (wakeup: Wakeup) => void) => void): Promise<Wakeup> {
    const waiting = (this.#waiting ??= new Set());
    return new Promise((resolve) => {
      const leave = (wakeup: Wakeup): void => {
        waiting.delete(leave);
        resolve(wakeup);
      };
      waiting.add(leave);
      leaving(leave);
    });
  }

  /** Tells all that wait that the answer is there. */
  wake(): void {
    if (this.#waiting === undefined) return;
    for (const leave of [...this.#waiting]) leave("done");
  }
}

export class Runs {
  readonly #open = new Map<string, Run>();
  readonly #remembered: Remembered;
  /** What the open ones hold. */
  bytes = 0;

  /** @param seed random bytes, of which nobody else knows */
  constructor(seed: Uint8Array) {
    this.#remembered = new Remembered(seed);
  }

  /** `"delivered"` when the message was delivered before, and nothing else is known of it any more. */
  get(key: string): Run | "delivered" | undefined {
    const open = this.#open.get(key);
    if (open !== undefined) return open;
    const known = this.#remembered.get(key);
    return typeof known === "object" ? recalled(key, known) : known;
  }

  /** Whether one more, for a message of so many code units, may begin. One alone always may. */
  hasRoom(size: number): boolean {
    return this.bytes === 0 || this.bytes + weigh(size) <= OPEN_BYTES;
  }

  /** Keeps a run until it is forgotten, or its answer remembered in its place. */
  add(run: Run): void {
    this.#open.set(run.key, run);
    this.#weigh(run);
  }

  /** Counts what the answer of a run takes. */
  noteAnswer(run: Run): void {
    if (this.#open.get(run.key) === run) this.#weigh(run);
  }

  /**
   * Remembers the answer in place of the run.
   *
   * @param now milliseconds since 1970
   */
  remember(run: Run, now: number): void {
    const [reply] = run.pieces;
    const deliveries = run.deliveries + run.deliveriesElsewhere;
    this.#remembered.keep(run.key, { reply, deliveries }, now);
    this.forget(run, now);
  }

  /**
   * Forgets all of a run but that its message was delivered.
   *
   * @param now milliseconds since 1970
   */
  forget(run: Run, now: number): void {
    this.#remembered.note(run.key, run.acceptedUntil, now);
    this.drop(run);
  }

  /** Forgets a run as if its message had never come: another process answers it. */
  drop({ key }: Run): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    this.bytes -= open.bytes;
    open.bytes = 0;
  }

  /** Those in the making, and those whose answer nobody has taken. */
  owed(): Run[] {
    return [...this.#open.values()].filter((run) => run.isOwed);
  }

  #weigh(run: Run): void {
    const whole = run.pieces.length > 1 ? (run.replies ?? []) : [];
    const answer = [...run.pieces, ...whole].reduce((sum, piece) => sum + lengthOf(piece), 0);
    const bytes = weigh(run.size) + 2 * answer;
    this.bytes += bytes - run.bytes;
    run.bytes = bytes;
  }
}

/** A run of which the answer alone is known, for a repeat. */
function recalled(key: string, { reply, deliveries }: RememberedAnswer): Run {
  const run = new Run(key);
  run.pieces = reply === undefined ? [] : [reply];
  run.deliveries = deliveries;
  run.done = true;
  run.given = true;
  run.givenNoted = true;
  run.errorTold = true;
  return run;
}

/** V8 keeps a text in one byte a character or in two: two is never too little. */
function weigh(size: number): number {
  return RUN_BYTES + 2 * size;
}

function lengthOf(reply: Reply): number {
  return reply.MsgType === "text" ? reply.Content.length : RUN_BYTES;
}
