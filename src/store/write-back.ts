/**
 * The memory beside Redis, and the writes that Redis has missed during an outage.
 *
 * Each entry in memory is marked: a *copy* of what Redis has, or an *unwritten* value, deletion or swap.
 * A copy is read only while Redis cannot be reached: another process may have changed or deleted the
 * value since. An unwritten entry is newer than anything in Redis, and takes precedence.
 *
 * An unwritten swap keeps the value that this process last knew in Redis. It is written if Redis still has
 * that value, or none (Redis may have lost its data). If another process has written something else in
 * the meantime, its value stays and ours is dropped.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { LiveEntry } from "./expiring-map.ts";
import type { MemoryTable } from "./memory-table.ts";
import { requireDuration } from "./store.ts";
import type { Store, Swapped } from "./store.ts";

const COPY = "=";
const UNWRITTEN = "+";
const DELETION = "-";
/** Before a JSON array: the value that was in Redis, and the new one. Null means none. */
const SWAP = "~";

/** How long a deletion stays unwritten. What Redis kept for longer would be seen again. */
const DELETION_MS = 24 * 60 * 60 * 1000;

/** How many are written at a time: enough to use the connection, and few beside the traffic. */
const AT_ONCE = 64;

/** A swap that was done in memory first. */
export interface Tried {
  /** Redis decides, after an unwritten entry of the key was written; memory takes over the result. */
  ask(): Promise<Swapped>;
  /** Redis cannot be reached: memory decides, and the result stays unwritten. */
  postpone(): Swapped;
}

export class WriteBack {
  readonly #primary: Store;
  readonly #memory: MemoryTable;
  #running: Promise<void> = Promise.resolve();

  constructor(primary: Store, memory: MemoryTable) {
    this.#primary = primary;
    this.#memory = memory;
  }

  /** Whether the key has an unwritten entry. */
  has(key: string): boolean {
    return isUnwritten(this.#memory.get(key));
  }

  /** What this process knows to be the value. */
  value(key: string): string | undefined {
    return valueOf(this.#memory.get(key));
  }

  noteCopy(key: string, value: string, ttlMs: number): void {
    try {
      this.#memory.set(key, COPY + value, ttlMs);
    } catch (error) {
      // Too large for memory is not too large for Redis, but the entry in memory is no longer a copy.
      if (!(error instanceof EchostrError)) throw error;
      this.#memory.delete(key);
    }
  }

  /** The copy did not reach Redis. A newer entry that has replaced it stays. */
  missedValue(key: string, value: string, ttlMs: number): void {
    const held = this.#memory.get(key);
    if (held === undefined || held === COPY + value) this.#memory.set(key, UNWRITTEN + value, ttlMs);
  }

  missedDeletion(key: string): void {
    this.#memory.set(key, DELETION, DELETION_MS);
  }

  wroteDeletion(key: string): void {
    if (this.#memory.get(key) === DELETION) this.#memory.delete(key);
  }

  /** Swaps in memory at once; after that Redis is asked, or the swap stays unwritten. */
  swap(key: string, expected: string | undefined, value: string | undefined, ttlMs: number): Tried {
    if (value !== undefined) requireDuration("ttlMs", ttlMs);
    const before = this.#memory.entry(key);
    const known = valueOf(before?.value);
    if (known === expected) this.#note(key, value, ttlMs);
    return {
      ask: async () => {
        const written = isUnwritten(before?.value) && before !== undefined ? this.#write(before) : undefined;
        // The others are a single call each, so the order of the calls is enough.
        if (before?.value.startsWith(SWAP) === true) await written;
        const held = this.#memory.get(key);
        const asked = this.#primary.swap(key, expected, value, ttlMs);
        const [swapped] = await Promise.all([asked, written]);
        // What was written here while Redis was asked is newer than its answer.
        if (this.#memory.get(key) !== held || isUnwritten(held)) return swapped;
        if (swapped.done) this.#note(key, value, ttlMs);
        else if (valueOf(held) !== swapped.value) this.#memory.delete(key);
        return swapped;
      },
      postpone: () => {
        if (known !== expected) return { done: false, value: known };
        const held = this.#memory.get(key);
        // Something newer that was written here in between stays.
        if (held === undefined || (value !== undefined && held === COPY + value)) {
          this.#missedSwap(key, before?.value, value, ttlMs);
        }
        return { done: true, value };
      },
    };
  }

  /** @param before what memory held; after an unwritten value or deletion the result is one as well */
  #missedSwap(
    key: string,
    before: string | undefined,
    value: string | undefined,
    ttlMs: number,
  ): void {
    const base = before?.startsWith(SWAP) === true ? readSwap(before)[0] : valueOf(before);
    const isPlain = before === DELETION || before?.startsWith(UNWRITTEN) === true;
    if (isPlain && value === undefined) this.missedDeletion(key);
    else if (isPlain) this.#memory.set(key, UNWRITTEN + (value ?? ""), ttlMs);
    else if (base !== undefined || value !== undefined) {
      const swap = SWAP + JSON.stringify([base ?? null, value ?? null]);
      this.#memory.set(key, swap, value === undefined ? DELETION_MS : ttlMs);
    }
  }

  #note(key: string, value: string | undefined, ttlMs: number): void {
    if (value === undefined) this.#memory.delete(key);
    else this.noteCopy(key, value, ttlMs);
  }

  /** How many entries are unwritten. */
  get count(): number {
    return this.#unwritten().length;
  }

  /** Fulfilled when nothing is being written back. */
  get ended(): Promise<void> {
    return this.#running;
  }

  /**
   * Writes all unwritten entries, and the claims that are held; stops early when Redis cannot be reached
   * again.
   */
  start(): void {
    this.#running = this.#running.then(() => this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    // A claim first: each moment without it another process may take it. If one has, the owner learns
    // it when it renews.
    const isThere = await inGroups(this.#memory.claims(), async ({ key, value, ttlMs }) => {
      if (this.#memory.holder(key) !== value) return;
      await this.#primary.claim(key, value, Math.ceil(ttlMs));
    });
    if (!isThere) return;
    await inGroups(this.#unwritten(), async (entry) => {
      if (this.#memory.get(entry.key) === entry.value) await this.#write(entry);
    });
  }

  #unwritten(): LiveEntry[] {
    return this.#memory.values().filter(({ value }) => isUnwritten(value));
  }

  async #write({ key, value: held, ttlMs }: LiveEntry): Promise<void> {
    const ms = Math.ceil(ttlMs);
    const value = valueOf(held);
    let isOurs = true;
    if (held.startsWith(SWAP)) isOurs = await this.#writeSwap(key, held, ms);
    else if (value === undefined) await this.#primary.delete(key);
    else await this.#primary.set(key, value, ms);
    if (this.#memory.get(key) === held) this.#note(key, isOurs ? value : undefined, ms);
  }

  /** Whether Redis now has our value. */
  async #writeSwap(key: string, held: string, ttlMs: number): Promise<boolean> {
    const [base, value] = readSwap(held);
    const { done, value: current } = await this.#primary.swap(key, base, value, ttlMs);
    if (done || current === value) return true;
    return current === undefined && (await this.#primary.swap(key, undefined, value, ttlMs)).done;
  }
}

function valueOf(held: string | undefined): string | undefined {
  if (held === undefined || held === DELETION) return undefined;
  return held.startsWith(SWAP) ? readSwap(held)[1] : held.slice(1);
}

function readSwap(held: string): [base: string | undefined, value: string | undefined] {
  const [base, value] = JSON.parse(held.slice(1)) as [string | null, string | null];
  return [base ?? undefined, value ?? undefined];
}

function isUnwritten(held: string | undefined): boolean {
  return held !== undefined && !held.startsWith(COPY);
}

/** True if each was tried while Redis could be reached. One that Redis refuses does not stop the others. */
async function inGroups(
  entries: readonly LiveEntry[],
  write: (entry: LiveEntry) => Promise<void>,
): Promise<boolean> {
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    const results = await Promise.allSettled(entries.slice(at, at + AT_ONCE).map(write));
    const isAway = results.some((result) => {
      if (result.status === "fulfilled") return false;
      const reason: unknown = result.reason;
      return !(reason instanceof EchostrError) || reason.code === "STORE_UNAVAILABLE";
    });
    if (isAway) return false;
  }
  return true;
}
