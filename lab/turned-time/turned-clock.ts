/**
 * A clock that stands still until it is turned, and then goes from one timer to the next.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";

interface Entry {
  readonly at: number;
  /** Of timers that are due at the same time, the one that was set first runs first. */
  readonly order: number;
  readonly run: () => void;
}

export class TurnedClock implements Clock {
  #now: number;
  #set = 0;
  #changes = 0;
  readonly #entries = new Set<Entry>();

  /** @param now milliseconds since 1970 */
  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** How often a timer was set or cleared: it stays the same while nothing happens. */
  get changes(): number {
    return this.#changes;
  }

  setTimeout(run: () => void, ms: number): Entry {
    this.#set += 1;
    this.#changes += 1;
    const entry = { at: this.#now + Math.max(0, ms), order: this.#set, run };
    this.#entries.add(entry);
    return entry;
  }

  clearTimeout(timer: unknown): void {
    if (this.#entries.delete(timer as Entry)) this.#changes += 1;
  }

  /**
   * Time is not behind that of the machine when a turn begins, and never runs back. A timer that
   * would be jumped over holds it up, so that it rings at its own time.
   */
  catchUp(now: number): void {
    const due = this.#first()?.at ?? now;
    this.#now = Math.max(this.#now, Math.min(now, due));
  }

  /**
   * Goes to the timer that is due first, and runs it.
   *
   * @returns whether there was one
   */
  turnToNext(): boolean {
    const next = this.#first();
    if (next === undefined) return false;
    this.#entries.delete(next);
    this.#changes += 1;
    this.#now = Math.max(this.#now, next.at);
    next.run();
    return true;
  }

  #first(): Entry | undefined {
    return [...this.#entries].reduce<Entry | undefined>(
      (first, entry) => (first === undefined || isBefore(entry, first) ? entry : first),
      undefined,
    );
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
