/**
 * `setTimeout`, `setInterval` and what clears them, on a clock that is turned: with the arguments,
 * the bounds and the objects that Node's own have.
 *
 * @module
 */
import type { TurnedClock } from "./turned-clock.ts";

/** Beyond this Node takes one millisecond instead. */
const MOST_MS = 2_147_483_647;

type Callback = (...args: unknown[]) => void;

/** Far from the numbers of real timers, which are cleared by the same functions. */
let lastId = 2 ** 40;

/** Those that somebody made a number of, by which they may be cleared. */
const numbered = new Map<number, TurnedTimer>();

/** What `setTimeout` hands out. It keeps no process alive, since a turned clock needs none. */
export class TurnedTimer {
  readonly #clock: TurnedClock;
  readonly #run: () => void;
  readonly #ms: number;
  readonly #repeats: boolean;
  readonly #id: number;
  #entry: unknown;
  #isRef = true;

  constructor(clock: TurnedClock, run: () => void, ms: unknown, repeats: boolean) {
    const wanted = Number(ms);
    this.#clock = clock;
    this.#run = run;
    this.#ms = wanted >= 1 && wanted <= MOST_MS ? Math.trunc(wanted) : 1;
    this.#repeats = repeats;
    lastId += 1;
    this.#id = lastId;
    this.#start();
  }

  close(): this {
    numbered.delete(this.#id);
    this.#clock.clearTimeout(this.#entry);
    this.#entry = undefined;
    return this;
  }

  refresh(): this {
    this.#clock.clearTimeout(this.#entry);
    this.#start();
    return this;
  }

  ref(): this {
    this.#isRef = true;
    return this;
  }

  unref(): this {
    this.#isRef = false;
    return this;
  }

  hasRef(): boolean {
    return this.#isRef;
  }

  [Symbol.toPrimitive](): number {
    numbered.set(this.#id, this);
    return this.#id;
  }

  #start(): void {
    this.#entry = this.#clock.setTimeout(() => {
      this.#entry = undefined;
      // Before it runs, so that it can clear itself.
      if (this.#repeats) this.#start();
      this.#run();
    }, this.#ms);
  }
}

/** The functions that take the place of the global ones. */
export interface TurnedTimers {
  readonly setTimeout: (run: Callback, ms?: unknown, ...args: unknown[]) => TurnedTimer;
  readonly setInterval: (run: Callback, ms?: unknown, ...args: unknown[]) => TurnedTimer;
  /** Clears a timer of this clock; `false` if it is not one of them. */
  readonly clear: (timer: unknown) => boolean;
}

/** @param onError told what a callback threw, which nobody else would hear of */
export function createTurnedTimers(
  clock: TurnedClock,
  onError: (error: unknown) => void,
): TurnedTimers {
  const set = (run: Callback, ms: unknown, args: unknown[], repeats: boolean): TurnedTimer => {
    if (typeof run !== "function")
      throw new TypeError("The callback of a timer must be a function");
    const guarded = (): void => {
      try {
        run(...args);
      } catch (error) {
        onError(error);
      }
    };
    return new TurnedTimer(clock, guarded, ms, repeats);
  };
  return {
    setTimeout: (run, ms, ...args) => set(run, ms, args, false),
    setInterval: (run, ms, ...args) => set(run, ms, args, true),
    clear: (given) => {
      const isNumber = typeof given === "number" || typeof given === "string";
      const timer = isNumber ? numbered.get(Number(given)) : given;
      if (!(timer instanceof TurnedTimer)) return false;
      timer.close();
      return true;
    },
  };
}
