/**
 * The runs that a process knows: those in the making, and the latest that are done, for their
 * repeats. Bounded in time and number; what is in the making is never dropped.
 *
 * @module
 */
import type { Run } from "./run.ts";

/** How long an answer is remembered. WeChat's last repeat comes after 10 to 15 seconds. */
export const REMEMBER_MS = 60_000;

/** Above this the oldest answers go, also within the minute. */
const MOST_REMEMBERED = 10_000;

export class Runs {
  readonly #active = new Map<string, Run>();
  /** In the order in which they were done. */
  readonly #done = new Map<string, Run>();

  get(key: string): Run | undefined {
    return this.#active.get(key) ?? this.#done.get(key);
  }

  add(run: Run): void {
    this.#active.set(run.key, run);
  }

  /** Moves a run to those that are done, and forgets the oldest. */
  finish(run: Run): void {
    this.#active.delete(run.key);
    this.#done.set(run.key, run);
    for (const [key, oldest] of this.#done) {
      const isOld = run.doneAt - oldest.doneAt > REMEMBER_MS;
      if (!isOld && this.#done.size <= MOST_REMEMBERED) break;
      this.#done.delete(key);
    }
  }

  forget(run: Run): void {
    this.#active.delete(run.key);
    this.#done.delete(run.key);
  }

  /** Those in the making. */
  active(): Run[] {
    return [...this.#active.values()];
  }
}
