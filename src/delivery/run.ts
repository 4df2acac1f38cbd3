/**
 * One run of the handler for one message, and the deliveries that wait for it.
 *
 * @module
 */
import type { MessageContext } from "../bot/context.ts";
import type { Message } from "../protocol/message.ts";
import type { Reply } from "../protocol/reply.ts";
import { followerOf } from "./delivery-key.ts";

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
