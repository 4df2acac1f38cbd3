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
import type { Run } from "./run.ts";

/** How long an answer is remembered at least. WeChat's last repeat comes after 10 to 15 seconds. */
export const REMEMBER_MS = 60_000;

/** How many a generation holds: under a heavy load, fewer seconds are remembered. */
const GENERATION_SIZE = 5000;

export class Runs {
  #young = new Map<string, Run>();
  #old = new Map<string, Run>();
  #youngSince = 0;

  get(key: string): Run | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** @param now milliseconds since 1970 */
  add(run: Run, now: number): void {
    if (this.#young.size >= GENERATION_SIZE || now - this.#youngSince > REMEMBER_MS) {
      this.#turn(now);
    }
    this.#young.set(run.key, run);
  }

  forget(run: Run): void {
    this.#young.delete(run.key);
    this.#old.delete(run.key);
  }

  /** Those in the making. */
  active(): Run[] {
    return [...this.#old.values(), ...this.#young.values()].filter((run) => !run.done);
  }

  #turn(now: number): void {
    const leaving = this.#old;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngSince = now;
    for (const run of leaving.values()) {
      if (run.isOwed) this.#young.set(run.key, run);
    }
  }
}
