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
import type { Reply } from "../protocol/reply.ts";
import type { Store } from "../store/store.ts";
import { REMEMBER_MS } from "./runs.ts";

/** Short, so that the repeat after 5 seconds finds the claim of a killed process free. */
const LEASE_MS = 3000;

/** An answer as the processes see it. */
export interface SharedAnswer {
  readonly pieces: readonly Reply[];
}

/** Where a message stands when a delivery of it comes to this process first. */
export interface Standing {
  /** The claim is ours: run the handler. */
  readonly ours: boolean;
  readonly answer: SharedAnswer | undefined;
  /** Deliveries that other processes have had. */
  readonly deliveries: number;
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
    const [claimed, answer, [deliveries]] = await Promise.all([
      this.#store.claim(runOf(key), this.#owner, LEASE_MS),
      this.answer(key),
      this.#deliveries(key),
    ]);
    // Should that fail, its lease ends.
    if (claimed && answer !== undefined) void this.abandon(key).catch(() => {});
    return {
      ours: claimed && answer === undefined,
      answer,
      deliveries,
    };
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
    const [before] = await this.#deliveries(key);
    const count = Math.max(known, before) + 1;
    await this.#store.set(deliveriesOf(key), `${count} ${at}`, REMEMBER_MS);
    return count;
  }

  /** When the latest delivery came to whichever process. */
  async lastDelivery(key: string): Promise<number> {
    const [, at] = await this.#deliveries(key);
    return at;
  }

  async #deliveries(key: string): Promise<[count: number, at: number]> {
    const noted = (await this.#store.get(deliveriesOf(key))) ?? "0 0";
    const [count, at] = noted.split(" ");
    return [Number(count), Number(at)];
  }

  /** True for one caller: the one that is to do what follows from the answer being given. */
  async isFirstToGive(key: string): Promise<boolean> {
    const [first] = await Promise.all([
      this.#store.claim(givenOf(key), this.#owner, REMEMBER_MS),
      this.mark(key, "given"),
    ]);
    return first;
  }

  async answer(key: string): Promise<SharedAnswer | undefined> {
    const text = await this.#store.get(answerOf(key));
    return text === undefined ? undefined : (JSON.parse(text) as SharedAnswer);
  }

  /** Publishes the answer, and gives the claim back. */
  async publish(key: string, answer: SharedAnswer, keepMs: number): Promise<void> {
    await Promise.all([
      this.#store.set(answerOf(key), JSON.stringify(answer), keepMs),
      this.#store.release(runOf(key), this.#owner),
    ]);
  }

  /** Gives the claim back without an answer, so that another process may run the handler. */
  async abandon(key: string): Promise<boolean> {
    return this.#store.release(runOf(key), this.#owner);
  }

  /** Notes that a delivery has taken the answer, that none can any more, or that it is parked. */
  async mark(key: string, mark: "given" | "gave up" | "parked"): Promise<void> {
    return this.#store.set(markOf(key), mark, REMEMBER_MS);
  }

  async marked(key: string): Promise<string | undefined> {
    return this.#store.get(markOf(key));
  }

  /**
   * Renews the claim until it is told to stop.
   *
   * @param onRenew called after each renewal
   * @returns stops it
   */
  keep(key: string, onRenew: () => void): () => void {
    let timer: unknown;
    const renew = (): void => {
      // Claimed, not renewed: after a store has lost its memory, the claim stands again.
      this.#store.claim(runOf(key), this.#owner, LEASE_MS).then(onRenew, () => {});
      timer = this.#clock.setTimeout(renew, LEASE_MS / 3);
    };
    timer = this.#clock.setTimeout(renew, LEASE_MS / 3);
    return () => this.#clock.clearTimeout(timer);
  }
}

function runOf(key: string): string {
  return `run\n${key}`;
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
