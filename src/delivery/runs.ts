/**
 * The runs that a process knows: those that still have something to send, and of the latest others what
 * `Remembered` keeps.
 *
 * An open run has a handler that has not ended, or an answer that waits for a delivery. So none can be dropped
 * to make room; a message whose handler has not begun can be refused.
 *
 * @module
 */
import type { MessageKey } from "../bot/keys.ts";
import type { Reply } from "../protocol/reply.ts";
import { Remembered } from "./remembered.ts";
import type { RememberedAnswer } from "./remembered.ts";
import type { Run } from "./run.ts";

/** The most that open runs hold together; a handler of a minute allows some 300 messages a second. */
export const OPEN_BYTES: number = 64 * 1024 * 1024;

/** What a run costs beside its message: its context, its promises, its timer. */
const RUN_BYTES = 2048;

export class Runs {
  readonly #open = new Map<string, Run>();
  readonly #remembered: Remembered;
  /** What the open ones hold. */
  bytes = 0;

  /** @param seed draws secret random bytes */
  constructor(seed: () => Uint8Array) {
    this.#remembered = new Remembered(seed);
  }

  /**
   * A run that is open; of one that is over its answer, or `"delivered"` when nothing else is known of it any
   * more.
   */
  get(key: MessageKey): Run | RememberedAnswer | "delivered" | undefined {
    return this.#find(key) ?? this.#remembered.get(key);
  }

  /** Those that have not ended. */
  open(): readonly Run[] {
    return [...this.#open.values()];
  }

  /** Whether one more, for a message of so many code units, may begin. One alone always may. */
  hasRoom(size: number): boolean {
    return this.bytes === 0 || this.bytes + weigh(size) <= OPEN_BYTES;
  }

  /** Keeps a run until it is forgotten, or its answer remembered in its place. */
  add(run: Run): void {
    this.#open.set(run.key, run);
    this.weigh(run);
  }

  /** Counts what a run takes, its answer included. */
  weigh(run: Run): void {
    if (this.#find(run.id) !== run) return;
    const replies = run.state.is === "ready" ? run.state.replies : [];
    const bytes = weigh(run.size) + 2 * replies.reduce((sum, reply) => sum + lengthOf(reply), 0);
    this.bytes += bytes - run.bytes;
    run.bytes = bytes;
  }

  /**
   * Remembers what a repeat gets in place of the run.
   *
   * @param now milliseconds since 1970
   */
  remember(run: Run, reply: Reply | undefined, now: number): void {
    const deliveries = run.deliveries + run.deliveriesElsewhere;
    this.keep(run.id, { reply, deliveries }, run.acceptedUntil, now);
    this.drop(run);
  }

  /** @param until when no further delivery could be accepted */
  keep(key: MessageKey, answer: RememberedAnswer, until: number, now: number): void {
    this.#remembered.keep(key, answer, until, now);
  }

  /**
   * Forgets all of a run but that its message was delivered.
   *
   * @param now milliseconds since 1970
   */
  forget(run: Run, now: number): void {
    this.#remembered.note(run.id, run.acceptedUntil, now);
    this.drop(run);
  }

  /** Forgets a run as if its message had never come: another process answers it. */
  drop(run: Run): void {
    if (this.#find(run.id) !== run) return;
    this.#open.delete(run.key);
    this.bytes -= run.bytes;
    run.bytes = 0;
  }

  /** Most of the time there is none, and then its key need not be hashed. */
  #find(key: MessageKey): Run | undefined {
    return this.#open.size === 0 ? undefined : this.#open.get(key.text);
  }
}

/** V8 keeps a text in one byte a character or in two: two is never too little. */
function weigh(size: number): number {
  return RUN_BYTES + 2 * size;
}

function lengthOf(reply: Reply): number {
  return reply.MsgType === "text" ? reply.Content.length : RUN_BYTES;
}
