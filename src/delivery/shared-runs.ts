/**
 * What the processes that share a store tell each other about a message: who runs its handler,
 * what the answer is, how many deliveries came, and whether the answer has been given.
 *
 * The right to run is a claim with a lease that is renewed while the handler runs. A process that is
 * killed stops renewing, and whoever gets the next repeat runs the handler again.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { Claim } from "../store/claim.ts";
import type { Store } from "../store/store.ts";
import { KNOWN_AT_MOST_MS, REMEMBER_MS } from "./remembered.ts";
import type { Run } from "./runs.ts";
import { readAnswer, readDeliveries } from "./stored.ts";
import type { CountedDeliveries, SharedAnswer } from "./stored.ts";

/** Short, so that the repeat after 5 seconds finds the claim of a killed process free. */
const LEASE_MS = 3000;

/** Where a message stands when a delivery of it comes to this process first. */
export interface Standing {
  /** The claim is ours: run the handler. */
  readonly ours: boolean;
  readonly answer: SharedAnswer | undefined;
  /** Deliveries that other processes have had. */
  readonly deliveries: number;
}

/**
 * What became of an answer: a delivery has taken it; none can any more, for the last one was answered
 * without it; it is parked, and a repeat takes it back; it is parked, and waits for another message.
 */
export type Mark = "given" | "gave up" | "parked" | "kept";

const MARKS: readonly string[] = ["given", "gave up", "parked", "kept"];

/**
 * How long a message must be known in the store: as long as its timestamp is accepted, and a minute
 * more, for its own repeats may have later ones.
 */
function knownMs(run: Run, now: number): number {
  const leftMs = Math.min(KNOWN_AT_MOST_MS, Math.max(0, run.acceptedUntil - now));
  return Math.ceil(leftMs) + REMEMBER_MS;
}

export class SharedRuns {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #owner: string;

  /** @param owner a name that no other process has */
  constructor(store: Store, clock: Clock, owner: string) {
    this.#store = store;
    this.#clock = clock;
    this.#owner = owner;
  }

  /** Asks where a message stands, and takes the claim if it is free. */
  async enter(key: string): Promise<Standing> {
    // Sent together. The claim comes first: an answer that is written before it is given back is
    // seen by whoever gets it next.
    const [claimed, answer, { count: deliveries }] = await Promise.all([
      this.#runClaim(key).take(),
      this.answer(key),
      this.#deliveries(key),
    ]);
    if (claimed && answer !== undefined) void this.#runClaim(key).release();
    return { ours: claimed && answer === undefined, answer, deliveries };
  }

  /**
   * Counts a delivery. Those of one message are seconds apart, so reading and writing need not be
   * one step.
   *
   * @param known how many this process knows of, the new one left out
   * @param at when it came, in milliseconds since 1970
   * @returns the how manieth it is
   */
  async countDelivery(key: string, known: number, at: number): Promise<number> {
    const { count: before } = await this.#deliveries(key);
    const count = Math.max(known, before) + 1;
    await this.#store.set(deliveriesOf(key), `${count} ${at}`, REMEMBER_MS);
    return count;
  }

  /** When the latest delivery came to whichever process. */
  async lastDelivery(key: string): Promise<number> {
    return (await this.#deliveries(key)).at;
  }

  async #deliveries(key: string): Promise<CountedDeliveries> {
    return readDeliveries(await this.#store.get(deliveriesOf(key)));
  }

  /** True for one caller: the one that is to do what follows from the answer being given. */
  async isFirstToGive(run: Run): Promise<boolean> {
    const [first] = await Promise.all([
      this.#claim(givenOf(run.key), REMEMBER_MS).take(),
      this.mark(run, "given"),
    ]);
    return first;
  }

  async answer(key: string): Promise<SharedAnswer | undefined> {
    return readAnswer(await this.#store.get(answerOf(key)));
  }

  /** Publishes the answer, and gives the claim back. */
  async publish(run: Run, answer: SharedAnswer, keepMs: number): Promise<void> {
    const ttlMs = Math.max(keepMs, knownMs(run, this.#clock.now()));
    await Promise.all([
      this.#store.set(answerOf(run.key), JSON.stringify(answer), ttlMs),
      this.#runClaim(run.key).release(),
    ]);
  }

  /** Gives the claim back without an answer, so that another process may run the handler. */
  abandon(key: string): Promise<boolean> {
    return this.#runClaim(key).release();
  }

  /** Notes what became of the answer, and when. */
  async mark(run: Run, mark: Mark): Promise<void> {
    const now = this.#clock.now();
    return this.#store.set(markOf(run.key), `${mark}\n${now}`, knownMs(run, now));
  }

  /** What became of the answer; a minute after it was parked no repeat takes it back. */
  async marked(key: string): Promise<Mark | undefined> {
    const [mark = "", at] = ((await this.#store.get(markOf(key))) ?? "").split("\n");
    if (mark === "parked" && this.#clock.now() - Number(at) >= REMEMBER_MS) return "kept";
    return MARKS.includes(mark) ? (mark as Mark) : undefined;
  }

  /**
   * Renews the claim until it is told to stop.
   *
   * @param onRenew called after each renewal
   * @returns stops it
   */
  keep(key: string, onRenew: () => void): () => void {
    return this.#runClaim(key).keep(onRenew);
  }

  #runClaim(key: string): Claim {
    return this.#claim(`run\n${key}`, LEASE_MS);
  }

  #claim(key: string, leaseMs: number): Claim {
    return new Claim({ store: this.#store, clock: this.#clock, key, owner: this.#owner, leaseMs });
  }
}

function answerOf(key: string): string {
  return `answer\n${key}`;
}

function givenOf(key: string): string {
  return `given\n${key}`;
}

function deliveriesOf(key: string): string {
  return `deliveries\n${key}`;
}

function markOf(key: string): string {
  return `mark\n${key}`;
}
