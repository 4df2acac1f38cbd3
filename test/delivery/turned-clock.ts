/**
 * A clock that stands still until it is turned. Timers fire in the order of their times, and what
 * they set off is done before the next one fires.
 *
 * @module
 */
import type { Clock } from "../../src/index.ts";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export class TurnedClock implements Clock {
  #now = 1_714_112_445_000;
  #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  setTimeout(run: () => void, ms: number): Timer {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** For a handler that takes its time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.setTimeout(resolve, ms));
  }

  /** What an administrator does, or a time server. */
  setBack(ms: number): void {
    this.#now -= ms;
  }

  /** Lets the time pass. */
  async turn(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.run();
      await settle();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    }
    return next;
  }
}

/** Everything that waits for no timer and no socket is done after this. */
export function settle(): Promise<void> {
  // Called hundreds of thousands of times: one promise for the three rounds.
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(() => setImmediate(resolve)));
  });
}
