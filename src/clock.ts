/**
 * Time as an argument: what must wait takes a clock, so that a test can turn it.
 *
 * @module
 */

/** Tells the time and calls back. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once, in `ms`. A timer must not keep a process alive. */
  setTimeout(run: () => void, ms: number): unknown;
  /** Ends a timer; of one that has fired, or of `undefined`, nothing comes. */
  clearTimeout(timer: unknown): void;
}

/** Node fires a timer of more at once. It is 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's clock for work that somebody waits for: its timers keep the process alive. */
export const waitingClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, Math.min(ms, LONGEST_MS)),
  clearTimeout: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
};

/** The clock of the machine. */
export const systemClock: Clock = {
  ...waitingClock,
  setTimeout: (run, ms) => {
    const timer = waitingClock.setTimeout(run, ms) as Partial<NodeJS.Timeout>;
    timer.unref?.(); // Where it is a number, as in workerd, no timer keeps a process alive.
    return timer;
  },
};

/** Waits, by a clock. */
export function pause(clock: Pick<Clock, "setTimeout">, ms: number): Promise<void> {
  return new Promise((resolve) => clock.setTimeout(resolve, ms));
}
