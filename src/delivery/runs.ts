/**
 * The runs that a process knows: those in the making, and the latest that are done, for their
 * repeats. Bounded in time and number; an answer in the making, and one that no delivery has taken
 * yet, is never dropped.
 *
 * There are two generations. When the young one is full or old enough, it becomes the old one, and
 * the old one goes as a whole: nothing is looked for or taken out one by one.
 *
 * @module
 */
import type { Reply } from "../protocol/reply.ts";
import { Run } from "./run.ts";

/** How long an answer is remembered at least. WeChat's last repeat comes after 10 to 15 seconds. */
export const REMEMBER_MS = 60_000;

/**
 * How many a generation holds: under a heavy load, fewer seconds are remembered. What survives long
 * enough to be moved by the garbage collector costs as much as the rest of delivery.
 */
const GENERATION_SIZE = 1000;

/** What is left of a run that was answered: all that a repeat needs. */
class Remembered {
  readonly pieces: readonly Reply[];
  readonly deliveries: number;

  constructor(pieces: readonly Reply[], deliveries: number) {
    this.pieces = pieces;
    this.deliveries = deliveries;
  }
}

export class Runs {
  #young = new Map<string, Run | Remembered>();
  #old = new Map<string, Run | Remembered>();
  #youngSince = 0;

  get(key: string): Run | undefined {
    const found = this.#young.get(key) ?? this.#old.get(key);
    return found instanceof Remembered ? this.#recall(key, found) : found;
  }

  /** @param now milliseconds since 1970 */
  add(run: Run, now: number): void {
    if (this.#young.size >= GENERATION_SIZE || now - this.#youngSince > REMEMBER_MS) {
      this.#turn(now);
    }
    this.#young.set(run.key, run);
  }

  /**
   * Keeps only the answer of a run, once it has been given: the run itself, with all that hangs on
   * it, would cost the garbage collector more than everything else that delivery does.
   */
  shrink(run: Run): void {
    const generation = this.#young.has(run.key) ? this.#young : this.#old;
    const deliveries = run.deliveries + run.deliveriesElsewhere;
    generation.set(run.key, new Remembered(run.pieces, deliveries));
  }

  forget(run: Run): void {
    this.#young.delete(run.key);
    this.#old.delete(run.key);
  }

  /** Those in the making, and those whose answer nobody has taken. */
  owed(): Run[] {
    const all = [...this.#old.values(), ...this.#young.values()];
    return all.filter((run): run is Run => run instanceof Run && run.isOwed);
  }

  /** A repeat of what was answered already. */
  #recall(key: string, { pieces, deliveries }: Remembered): Run {
    const run = new Run(key);
    run.pieces = pieces;
    run.deliveries = deliveries;
    run.done = true;
    run.given = true;
    run.givenNoted = true;
    run.errorTold = true;
    return run;
  }

  #turn(now: number): void {
    const leaving = this.#old;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngSince = now;
    for (const run of leaving.values()) {
      if (run instanceof Run && run.isOwed) this.#young.set(run.key, run);
    }
  }
}
