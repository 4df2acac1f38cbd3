/**
 * A message in this process, from its first delivery until it is forgotten: where it stands, and which
 * deliveries wait for it.
 *
 * @module
 */
import type { MessageContext } from "../bot/context.ts";
import { followerOf } from "../bot/keys.ts";
import type { MessageKey } from "../bot/keys.ts";
import type { Message } from "../protocol/message.ts";
import type { Reply } from "../protocol/reply.ts";
import type { MessageRecord } from "./record.ts";

/** Where it stands; see `record.ts` for what all processes know of it. */
export type RunState =
  /** Its handler runs here, or the steps before and after it. */
  | { readonly is: "working" }
  /** It fetches what waits for its follower; no handler runs. */
  | { readonly is: "fetching" }
  /** Its handler has ended, and the store is asked what becomes of the answer. */
  | { readonly is: "decided" }
  /** Its handler runs in another process. */
  | { readonly is: "elsewhere" }
  /** The answer waits for a delivery, or in the line of its follower, if the store has kept it. */
  | { readonly is: "ready"; readonly replies: readonly Reply[]; readonly isKept: boolean }
  /** What its deliveries are answered with, from now on; whether another process's handler said it. */
  | { readonly is: "given"; readonly reply: Reply | undefined; readonly isForeign: boolean }
  /** This process stops, and leaves it to others. */
  | { readonly is: "abandoned" };

/** Why a delivery stopped waiting. */
export type Wakeup = "given" | "deadline" | "closed";

/** A delivery of a message. */
export interface Delivery {
  readonly message: Message;
  /** Of the body that it came in, in code units or bytes. */
  readonly size: number;
  /** In milliseconds since 1970. */
  readonly receivedAt: number;
  /**
   * When this very request will be too old to be accepted, in milliseconds since 1970. Until then
   * anybody who has captured it can send it again.
   */
  readonly acceptedUntil: number;
  /** Calls back when the peer has left. */
  readonly onClose?: ((left: () => void) => void) | undefined;
  /** Where the host stops the process after its response: asks it to wait for the promise. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** The right to run a message, until it is lost. */
export interface Lease {
  /** A unique name. */
  readonly by: string;
  /** When it ends, should it not be renewed. */
  until: number;
  /** Ends its renewal. */
  stop(): void;
}

export class Run {
  readonly id: MessageKey;
  readonly message: Message;
  context: MessageContext;
  /** Of the body that the message came in, in code units or bytes: it is kept with the message. */
  readonly size: number;
  /** What it counts for while it is open. */
  bytes = 0;
  state: RunState = { is: "working" };
  /** When its first delivery came here: its place among what its follower wrote. */
  since: number;
  /** How many of WeChat's deliveries have come to this process. */
  deliveries = 0;
  /** How many have come to others. */
  deliveriesElsewhere = 0;
  /** How many deliveries are about to wait. */
  arriving = 0;
  /** When the latest of them came, in milliseconds since 1970. */
  lastAt: number = -Infinity;
  /** When no further delivery could be accepted, in milliseconds since 1970. */
  acceptedUntil = 0;
  /** What the handler threw, until a delivery or the log has told it. */
  error: unknown = undefined;
  /** The store has its record: always where processes share one, else from when it is late. */
  isRecorded = false;
  /** What the store was last seen to have of it: spares a look. */
  seen: MessageRecord | undefined = undefined;
  /** The right to run it, where processes share a store. */
  lease: Lease | undefined = undefined;
  /** Waits for a further delivery, or forgets the run. */
  timer: unknown = undefined;
  #turn: Promise<void> | undefined;
  /** Made when the first delivery has to wait: most handlers answer at once. */
  #waiting: Map<(wakeup: Wakeup) => void, () => void> | undefined;

  constructor(id: MessageKey, { message, size, receivedAt }: Delivery, context: MessageContext) {
    this.id = id;
    this.message = message;
    this.size = size;
    this.since = receivedAt;
    this.context = context;
  }

  get key(): string {
    return this.id.text;
  }

  /** Whose line its answer may go into. */
  get follower(): string {
    return followerOf(this.key);
  }

  /** The last delivery was answered without the answer. */
  get isLate(): boolean {
    return this.context.late;
  }

  set isLate(late: boolean) {
    this.context.late = late;
  }

  /**
   * Notes a delivery. One that comes sooner than WeChat would send it is a proxy's repeat of the one
   * before, and does not count.
   */
  note({ receivedAt, acceptedUntil }: Delivery, soonestMs: number): void {
    this.acceptedUntil = Math.max(this.acceptedUntil, acceptedUntil);
    if (!isCounted(this.lastAt, receivedAt, soonestMs)) return;
    this.deliveries += 1;
    this.lastAt = receivedAt;
  }

  /** Whether a delivery waits, or is about to. */
  get isAwaited(): boolean {
    return this.arriving > 0 || (this.#waiting !== undefined && this.#waiting.size > 0);
  }

  /** A delivery is still there to take an answer: WeChat has not dropped it. */
  isInTime(now: number, windowMs: number): boolean {
    return this.isAwaited && now - this.lastAt < windowMs;
  }

  /**
   * Waits for the answer; `leave` ends it for this delivery alone.
   *
   * @param setTimer called when it turns out to belong to an earlier delivery of WeChat's
   */
  wait(
    leaving: (leave: (wakeup: Wakeup) => void) => void,
    setTimer: () => void = () => {},
  ): Promise<Wakeup> {
    const waiting = (this.#waiting ??= new Map());
    return new Promise((resolve) => {
      const leave = (wakeup: Wakeup): void => {
        waiting.delete(leave);
        resolve(wakeup);
      };
      waiting.set(leave, setTimer);
      leaving(leave);
    });
  }

  /** Takes or gives what the store has when what was begun before has ended: two must not undo each other. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn === undefined ? work() : this.#turn.then(work);
    this.#turn = mine.then(() => {}, () => {});
    return mine;
  }

  /** Other processes have had its latest delivery then: ours is a proxy's repeat of that one. */
  repeats(at: number): void {
    if (at === this.lastAt) return;
    this.lastAt = at;
    for (const setTimer of this.#waiting?.values() ?? []) setTimer();
  }

  /** This is what its deliveries are answered with, those that wait and those still to come. */
  give(reply: Reply | undefined): void {
    const isForeign = this.state.is === "elsewhere";
    this.state = { is: "given", reply, isForeign };
    if (this.#waiting === undefined) return;
    for (const leave of [...this.#waiting.keys()]) leave("given");
  }
}

/** Whether a delivery is one of WeChat's, and no repeat of a proxy's. The clock may have been set back. */
export function isCounted(lastAt: number, at: number, soonestMs: number): boolean {
  return Math.abs(at - lastAt) >= soonestMs;
}
