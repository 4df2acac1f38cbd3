/**
 * What a store promises. Everything that must outlive one delivery - the answer that was given, the
 * answer that came too late, a session, who is running a message's handler - goes through these
 * seven methods, so that one process with memory and ten processes with Redis are the same program.
 *
 * There are two name spaces. A *value* is a string under a key, for a time. A *claim* is the right
 * of one owner to do the work named by a key, for a time (its lease). Value `k` and claim `k` know
 * nothing of each other: deleting the one leaves the other.
 *
 * What a caller may rely on:
 * - Each call is atomic against every other call on the same key, from every process that shares
 *   the store.
 * - Calls made one after the other without waiting take effect in that order, as seen by their
 *   caller.
 * - A claim that is held is never dropped to make room. A value may be: it is a memory, not a
 *   ledger.
 * - An operation ends: with its result, or with an `EchostrError`: `STORE_UNAVAILABLE` when the
 *   store cannot be reached now or is closed, `STORE_FAILED` when it answered with an error.
 *
 * What a store may rely on:
 * - Keys and values are well-formed Unicode text (no lone surrogates). Nothing else is asked of
 *   them: they may be empty, hold line ends and NUL, or be called `__proto__`.
 * - Times are whole milliseconds, from 1 upwards, and count from the call. Anything else is a
 *   `RangeError`, and nothing is changed.
 * - An owner is one run of one handler; two runs never use the same name.
 *
 * @module
 */

import { having } from "../options.ts";
import type { Check } from "../options.ts";

export interface Store {
  /** Whether other processes may see what is in it. False spares them a look at each message. */
  readonly shared: boolean;

  /** The value, or `undefined` if there is none or it has expired. */
  get(key: string): Promise<string | undefined>;

  /** Keeps the value for `ttlMs`, in place of an earlier value and its time. */
  set(key: string, value: string, ttlMs: number): Promise<void>;

  /** Deletes the value. Does nothing if there is none. */
  delete(key: string): Promise<void>;

  /**
   * Compare and set. If the value of the key is `expected` (`undefined`: none, or it has expired), replaces it
   * by `value` for `ttlMs` (`undefined`: deletes it, and `ttlMs` is ignored). So a caller that reads, decides
   * and swaps does not overwrite another's change:
   *
   *     for (let seen = await store.get(key); ; ) {
   *       const swapped = await store.swap(key, seen, next(seen), ttlMs);
   *       if (swapped.done) break;
   *       seen = swapped.value;
   *     }
   */
  swap(
    key: string,
    expected: string | undefined,
    value: string | undefined,
    ttlMs: number,
  ): Promise<Swapped>;

  /**
   * Takes the claim when it is free, or when its lease is over. True means that it is ours for
   * `leaseMs` from now. The owner that holds it already gets true as well, and a new lease. Of any
   * number of owners that call at the same moment exactly one gets true.
   */
  claim(key: string, owner: string, leaseMs: number): Promise<boolean>;

  /** Gives the claim back, if it is ours; false, and nothing is changed, when it is not. */
  release(key: string, owner: string): Promise<boolean>;

  /**
   * Lets go of files, sockets and timers, after what was asked before has ended. Later calls are
   * refused with `STORE_UNAVAILABLE`. Closing twice is closing once.
   */
  close(): Promise<void>;
}

/** Whether the value has replaced the expected one, and the current value. */
export interface Swapped {
  readonly done: boolean;
  readonly value: string | undefined;
}

/** The last moment that a `Date` can hold; a time to live above it is a mistake of units. */
const LONGEST_MS = 8_640_000_000_000_000;

/**
 * The number itself, when it is a time to live.
 *
 * @throws RangeError when it is not a whole number of milliseconds from 1
 */
export function requireDuration(name: "ttlMs" | "leaseMs", ms: number): number {
  if (Number.isInteger(ms) && ms >= 1 && ms <= LONGEST_MS) return ms;
  throw new RangeError(`${name} must be a whole number of milliseconds from 1, got ${ms}`);
}

/** Whether an option is a store, as far as one can see. */
export const aStore: Check<Store> = having<Store>(
  "get",
  "set",
  "delete",
  "swap",
  "claim",
  "release",
  "close",
);
