/**
 * Puts a turned clock in the place of the machine's: the global timers, `Date`,
 * `AbortSignal.timeout` and `node:timers/promises`. All of it is put back as it was found.
 *
 * Who kept a function of these in a variable before (`const sleep = promisify(setTimeout)` at the
 * top of a file) goes on with the machine's time. An `import` is no such variable, but in Jest's
 * ES modules, which copy what Node exports.
 *
 * @module
 */
import { createRequire, syncBuiltinESMExports } from "node:module";
import { createTurnedPromises } from "./turned-promises.ts";
import type { TurnedClock } from "./turned-clock.ts";
import { createTurnedTimers } from "./turned-timers.ts";

/** The exports of the module itself; those that an `import` gives cannot be replaced. */
const timersPromises = createRequire(import.meta.url)("node:timers/promises") as Mutable & {
  readonly scheduler: Mutable;
};

type Mutable = Record<string, unknown>;

const PROMISIFY = Symbol.for("nodejs.util.promisify.custom");

/**
 * Replaces them.
 *
 * @returns puts everything back
 */
export function installTurnedGlobals(clock: TurnedClock): () => void {
  const { setImmediate, setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const throwLater = (error: unknown): void => {
    // An error in a timer has always ended the process, or reached its handler; so does this one.
    setImmediate(() => {
      throw error;
    });
  };
  const timers = createTurnedTimers(clock, throwLater);
  const promises = createTurnedPromises(clock);
  const turnedTimeout: typeof timers.setTimeout = (run, ms, ...args) =>
    isCalledByNode()
      ? (setTimeout(run, Number(ms), ...args) as never)
      : timers.setTimeout(run, ms, ...args);
  const turnedInterval: typeof timers.setInterval = (run, ms, ...args) =>
    isCalledByNode()
      ? (setInterval(run, Number(ms), ...args) as never)
      : timers.setInterval(run, ms, ...args);
  const undo = [
    replace(globalThis as unknown as Mutable, {
      setTimeout: Object.assign(turnedTimeout, { [PROMISIFY]: promises.setTimeout }),
      setInterval: turnedInterval,
      clearTimeout: (timer: never) => void (timers.clear(timer) || clearTimeout(timer)),
      clearInterval: (timer: never) => void (timers.clear(timer) || clearInterval(timer)),
      Date: turnedDate(clock),
    }),
    replace(AbortSignal as unknown as Mutable, { timeout: (ms: number) => abortsAfter(clock, ms) }),
    replace(timersPromises, { ...promises }),
    replace(timersPromises.scheduler, {
      wait: (ms: number, options?: { signal?: AbortSignal }) =>
        promises.setTimeout(ms, undefined, options),
    }),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const putBack of undo) putBack();
    syncBuiltinESMExports();
  };
}

/** Sets properties, and says how to put back what was there, also if it was inherited. */
function replace(target: Mutable, values: Mutable): () => void {
  const before = Object.keys(values).map(
    (name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const,
  );
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) delete target[name];
      else Object.defineProperty(target, name, descriptor);
    }
  };
}

/** `Date` that tells the turned time; a date with arguments is a date like any other. */
function turnedDate(clock: TurnedClock): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [clock.now()] : args, newTarget) as Date,
    apply: (target) => new target(clock.now()).toString(),
    get: (target, name, receiver): unknown =>
      name === "now" ? () => clock.now() : Reflect.get(target, name, receiver),
  });
}

function abortsAfter(clock: TurnedClock, ms: number): AbortSignal {
  const controller = new AbortController();
  const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError");
  clock.setTimeout(() => controller.abort(reason), ms);
  return controller.signal;
}

/**
 * Whether Node itself sets the timer: its `fetch` uses the global functions for the time-outs of
 * real connections, and those take real time. The third frame is the caller of the caller of this.
 */
function isCalledByNode(): boolean {
  const [, , , caller = ""] = new Error().stack?.split("\n") ?? [];
  return caller.includes("node:internal/");
}
