/**
 * The store of one process: what runs when nothing is configured. How much it keeps, and what gives
 * way when it is full, is the business of `memory-table.ts`.
 *
 * Everything happens before a call returns; the promise only hands the result over.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { MemoryTable } from "./memory-table.ts";
import type { MemoryOptions, MemoryUsage } from "./memory-table.ts";
import type { Store, Swapped } from "./store.ts";

export class MemoryStore implements Store {
  readonly shared = false;
  readonly #open: MemoryTable;
  #closed = false;

  constructor(options: MemoryOptions = {}) {
    this.#open = new MemoryTable(options);
  }

  async get(key: string): Promise<string | undefined> {
    return this.#table.get(key);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    this.#table.set(key, value, ttlMs);
  }

  async delete(key: string): Promise<void> {
    this.#table.delete(key);
  }

  async swap(
    key: string,
    expected: string | undefined,
    value: string | undefined,
    ttlMs: number,
  ): Promise<Swapped> {
    return this.#table.swap(key, expected, value, ttlMs);
  }

  async claim(key: string, owner: string, leaseMs: number): Promise<boolean> {
    return this.#table.claim(key, owner, leaseMs);
  }

  async release(key: string, owner: string): Promise<boolean> {
    return this.#table.release(key, owner);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#open.clear();
  }

  get usage(): MemoryUsage {
    return this.#open.usage;
  }

  get #table(): MemoryTable {
    if (!this.#closed) return this.#open;
    throw new EchostrError("STORE_UNAVAILABLE", "Memory store is closed");
  }
}
