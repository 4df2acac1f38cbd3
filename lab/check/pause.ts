/**
 * Waiting for a time, or until something happens.
 *
 * @module
 */
import { waitingClock } from "../../src/clock.ts";

/** @param orUntil ends the wait early, and its timer with it */
export function pause(ms: number, orUntil?: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = waitingClock.setTimeout(resolve, ms);
    void orUntil?.finally(() => {
      waitingClock.clearTimeout(timer);
      resolve();
    });
  });
}
