/**
 * What `node:timers/promises` exports, on a clock that is turned.
 *
 * @module
 */
import type { TurnedClock } from "./turned-clock.ts";

interface PromiseTimerOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The part of the module that waits. */
export interface TurnedPromises {
  readonly setTimeout: <T>(ms?: number, value?: T, options?: PromiseTimerOptions) => Promise<T>;
  readonly setInterval: <T>(
    ms?: number,
    value?: T,
    options?: PromiseTimerOptions,
  ) => AsyncGenerator<T>;
}

export function createTurnedPromises(clock: TurnedClock): TurnedPromises {
  const setTimeout = <T>(ms?: number, value?: T, options: PromiseTimerOptions = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted === true) return reject(abortError(signal));
      const onAbort = (): void => {
        clock.clearTimeout(timer);
        if (signal !== undefined) reject(abortError(signal));
      };
      const timer = clock.setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve(value as T);
      }, ms ?? 1);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  async function* setInterval<T>(
    ms?: number,
    value?: T,
    options: PromiseTimerOptions = {},
  ): AsyncGenerator<T> {
    for (;;) yield await setTimeout(ms, value as T, options);
  }
  return { setTimeout, setInterval };
}

/** As Node makes it, with the name and code that programs look at. */
function abortError(signal: AbortSignal): Error {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}
