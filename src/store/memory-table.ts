/**
 * Values and claims in memory, bounded on both sides, so that a million followers cannot fill the
 * machine.
 *
 * Values are evicted: at the limit the one that was set longest ago goes. Claims are not: each belongs to a
 * handler that is running now, and forgetting one would let the handler run twice; when there is no room for
 * another, it is refused with `STORE_FAILED`.
 *
 * This is the store's contract without the promises. `memory.ts` adds them; `fallback.ts` needs the
 * results in the same turn of the event loop.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { count, readOptions } from "../options.ts";
import type { Table } from "../options.ts";
import { ExpiringMap } from "./expiring-map.ts";
import type { LiveEntry } from "./expiring-map.ts";
import { requireDuration } from "./store.ts";
import type { Swapped } from "./store.ts";

/** How much is kept. */
export interface MemoryBounds {
  /** Most values, and, counted apart, most claims. Default 100,000. */
  readonly maxEntries?: number | undefined;
  /** Most bytes of values with their keys, and, counted apart, of claims. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
}

export interface MemoryOptions extends MemoryBounds {
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** Told once, in a sentence, when a value had to be forgotten before its time. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** How much is held, what is over but not yet swept included. */
export interface MemoryUsage {
  readonly values: number;
  readonly claims: number;
  readonly bytes: number;
}

/** The most bytes of values, and, counted apart, of claims. */
export const STORE_BYTES: number = 64 * 1024 * 1024;

const BOUNDS = {
  maxEntries: { check: count(), default: 100_000 },
  maxBytes: { check: count(), default: STORE_BYTES },
} satisfies Table<MemoryBounds>;
export const MEMORY_BOUNDS: Table<MemoryBounds> = BOUNDS;

export class MemoryTable {
  readonly #values: ExpiringMap;
  readonly #claims: ExpiringMap;
  readonly #maxBytes: number;

  constructor(options: MemoryOptions = {}) {
    let { clock = Date.now, onNotice, ...given } = options;
    const { maxEntries, maxBytes } = readOptions(BOUNDS, given, "memory.");
    this.#maxBytes = maxBytes;
    const bounds = { maxEntries, maxBytes, clock };
    const onDrop = (): void => {
      const tell = onNotice;
      onNotice = undefined;
      tell?.(
        `Memory store is full (${maxEntries} values or ${maxBytes} bytes): ` +
          "the oldest values are forgotten before their time",
      );
    };
    this.#values = new ExpiringMap({ ...bounds, whenFull: "drop-oldest", onDrop });
    this.#claims = new ExpiringMap({ ...bounds, whenFull: "refuse" });
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  /** The value with the time that is left to it. */
  entry(key: string): LiveEntry | undefined {
    return this.#values.entry(key);
  }

  set(key: string, value: string, ttlMs: number): void {
    if (this.#values.set(key, value, requireDuration("ttlMs", ttlMs))) return;
    throw new EchostrError(
      "STORE_FAILED",
      `Value of ${value.length} characters is too large for a memory of ${this.#maxBytes} bytes`,
    );
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  swap(
    key: string,
    expected: string | undefined,
    value: string | undefined,
    ttlMs: number,
  ): Swapped {
    if (value !== undefined) requireDuration("ttlMs", ttlMs);
    const stands = this.get(key);
    if (stands !== expected) return { done: false, value: stands };
    if (value === undefined) this.delete(key);
    else this.set(key, value, ttlMs);
    return { done: true, value };
  }

  claim(key: string, owner: string, leaseMs: number): boolean {
    requireDuration("leaseMs", leaseMs);
    const holder = this.holder(key);
    if (holder !== undefined && holder !== owner) return false;
    if (this.#claims.set(key, owner, leaseMs)) return true;
    throw new EchostrError(
      "STORE_FAILED",
      `Memory store is full: ${this.#claims.size} claims held`,
    );
  }

  release(key: string, owner: string): boolean {
    return this.holder(key) === owner && this.#claims.delete(key);
  }

  /** The owner that holds the claim now. */
  holder(key: string): string | undefined {
    return this.#claims.get(key);
  }

  clear(): void {
    this.#values.clear();
    this.#claims.clear();
  }

  /** The values that are alive, oldest first. */
  values(): LiveEntry[] {
    return this.#values.live();
  }

  /** The claims that are held; their value is the owner. */
  claims(): LiveEntry[] {
    return this.#claims.live();
  }

  get usage(): MemoryUsage {
    const bytes = this.#values.bytes + this.#claims.bytes;
    return { values: this.#values.size, claims: this.#claims.size, bytes };
  }
}
