/**
 * Times to live and leases, checked alike by every store, so that a mistake shows with the memory
 * store on a laptop and not first with Redis.
 *
 * @module
 */

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
