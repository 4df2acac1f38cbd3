/**
 * One run of the handler for one message, and the deliveries that wait for it.
 *
 * @module
 */
import type { MessageContext } from "../bot/context.ts";
import type { Message } from "../protocol/message.ts";
import type { Reply } from "../protocol/reply.ts";

/** Why a delivery stopped waiting. */
export type Wakeup = "done" | "deadline" | "closed";

/** The state of a message from its first delivery until it is forgotten. */
export class Run {
  readonly key: string;
  readonly message: Message;
  readonly context: MessageContext;
  /** How many deliveries have come to this process. */
  deliveries = 0;
  /** How many had come to others before. */
  deliveriesElsewhere = 0;
  /** When the latest came, in milliseconds since 1970. */
  lastAt = 0;
  done = false;
  /** When it was done. */
  doneAt = 0;
  /** The answer: the first piece goes out, the others are parked. Empty: nothing to say. */
  pieces: readonly Reply[] = [];
  /** What the handler threw. */
  error: unknown = undefined;
  /** A late answer to an earlier message, which goes out before this one's own. */
  before: Reply | undefined = undefined;
  /** A delivery has taken the answer, or is about to. */
  given = false;
  /** What follows from that has been done: once, however many deliveries take it. */
  givenNoted = false;
  /** No delivery can take it any more: the last one was answered without. */
  gaveUp = false;
  /** It waits for the follower's next message. */
  parked = false;
  /** The handler runs in another process; this one watches for its answer. */
  elsewhere = false;
  /** Parks the answer when no further delivery comes; gives the handler up when it never ends. */
  timer: unknown = undefined;
  readonly #waiting = new Set<(wakeup: Wakeup) => void>();

  constructor(key: string, message: Message, context: MessageContext) {
    this.key = key;
    this.message = message;
    this.context = context;
  }

  get awaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** Waits for `wake`; `leave` ends it for this delivery alone. */
  wait(leaving: (leave: (wakeup: Wakeup) => void) => void): Promise<Wakeup> {
    return new Promise((resolve) => {
      const leave = (wakeup: Wakeup): void => {
        this.#waiting.delete(leave);
        resolve(wakeup);
      };
      this.#waiting.add(leave);
      leaving(leave);
    });
  }

  /** Tells all that wait that the answer is there. */
  wake(): void {
    for (const leave of [...this.#waiting]) leave("done");
  }
}
