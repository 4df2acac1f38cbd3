/** A whole clock that stands still until it is turned, for what the documents say of seconds. */
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import type { Clock } from "../../src/index.ts";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export class TurnedClock implements Clock {
  // Near the time of the machine, which the requests of the tests are signed with.
  #now = Date.now();
  readonly #timers = new Set<Timer>();

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(run: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  /** Lets time go by, timer by timer. */
  async turn(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await turnOfTheLoop();
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}
