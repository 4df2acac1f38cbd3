/**
 * What memory holds while Redis is the store, and what Redis is owed of it after an outage.
 *
 * Each value in memory is marked: a *copy* of what Redis has, a value that is *owed*, the note of a
 * *deletion* that is owed, or a *swap* that is owed. A copy is only asked for when Redis cannot be:
 * another process may have changed or deleted the value since. What is owed is newer than anything
 * Redis has, and goes before it.
 *
 * A swap is owed together with what this process knew to stand in Redis before. It is written where
 * that stands there still, or nothing does (Redis may have lost its memory). Where another process
 * has written something else meanwhile, theirs stays and ours is forgotten.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { LiveEntry } from "./expiring-map.ts";
import type { MemoryTable } from "./memory-table.ts";
import { requireDuration } from "./store.ts";
import type { Store, Swapped } from "./store.ts";

const COPY = "=";
const OWED = "+";
const DELETION = "-";
/** Before a JSON text of two: what stood in Redis, and the value. Null stands for nothing. */
const SWAP = "~";

/** How long a deletion is owed. What Redis kept for longer than that would be seen again. */
const DELETION_MS = 24 * 60 * 60 * 1000;

/** So many at a time are written back: enough to fill the line, and few beside the traffic. */
const AT_ONCE = 64;

/** A swap that was tried in memory. */
export interface Tried {
  /** Redis decides, after it was given what it is owed under the key; memory learns what it says. */
  ask(): Promise<Swapped>;
  /** Redis cannot: memory has decided, and Redis is owed what came of it. */
  owe(): Swapped;
}

export class WriteBack {
  readonly #primary: Store;
  readonly #memory: MemoryTable;
  #running: Promise<void> = Promise.resolve();

  constructor(primary: Store, memory: MemoryTable) {
    this.#primary = primary;
    this.#memory = memory;
  }

  /** Whether something is owed under the key. */
  has(key: string): boolean {
    return isOwed(this.#memory.get(key));
  }

  /** What this process knows to be the value. */
  value(key: string): string | undefined {
    return valueOf(this.#memory.get(key));
  }

  noteCopy(key: string, value: string, ttlMs: number): void {
    try {
      this.#memory.set(key, COPY + value, ttlMs);
    } catch (error) {
      // Too large for memory is not too large for Redis, but what is held is no copy any more.
      if (!(error instanceof EchostrError)) throw error;
      this.#memory.delete(key);
    }
  }

  /** The copy did not reach Redis. Something newer that has taken its place stays. */
  oweValue(key: string, value: string, ttlMs: number): void {
    const held = this.#memory.get(key);
    if (held === undefined || held === COPY + value) this.#memory.set(key, OWED + value, ttlMs);
  }

  oweDeletion(key: string): void {
    this.#memory.set(key, DELETION, DELETION_MS);
  }

  paidDeletion(key: string): void {
    if (this.#memory.get(key) === DELETION) this.#memory.delete(key);
  }

  /** Swaps what this process knows, before this returns; then it is asked of Redis, or owed. */
  swap(key: string, expected: string | undefined, value: string | undefined, ttlMs: number): Tried {
    if (value !== undefined) requireDuration("ttlMs", ttlMs);
    const before = this.#memory.entry(key);
    const known = valueOf(before?.value);
    if (known === expected) this.#note(key, value, ttlMs);
    return {
      ask: async () => {
        const paid = isOwed(before?.value) && before !== undefined ? this.#pay(before) : undefined;
        // The others are a single call each, so the order of the calls is enough.
        if (before?.value.startsWith(SWAP) === true) await paid;
        const held = this.#memory.get(key);
        const asked = this.#primary.swap(key, expected, value, ttlMs);
        const [swapped] = await Promise.all([asked, paid]);
        // What was written here while Redis was asked is newer than its answer.
        if (this.#memory.get(key) !== held || isOwed(held)) return swapped;
        if (swapped.done) this.#note(key, value, ttlMs);
        else if (valueOf(held) !== swapped.value) this.#memory.delete(key);
        return swapped;
      },
      owe: () => {
        if (known !== expected) return { done: false, value: known };
        const held = this.#memory.get(key);
        // Something newer that was written here in between stays.
        if (held === undefined || (value !== undefined && held === COPY + value)) {
          this.#oweSwap(key, before?.value, value, ttlMs);
        }
        return { done: true, value };
      },
    };
  }

  /** @param before what memory held; on top of a value or a deletion that is owed it is one too */
  #oweSwap(
    key: string,
    before: string | undefined,
    value: string | undefined,
    ttlMs: number,
  ): void {
    const base = before?.startsWith(SWAP) === true ? readSwap(before)[0] : valueOf(before);
    const isPlain = before === DELETION || before?.startsWith(OWED) === true;
    if (isPlain && value === undefined) this.oweDeletion(key);
    else if (isPlain) this.#memory.set(key, OWED + (value ?? ""), ttlMs);
    else if (base !== undefined || value !== undefined) {
      const owed = SWAP + JSON.stringify([base ?? null, value ?? null]);
      this.#memory.set(key, owed, value === undefined ? DELETION_MS : ttlMs);
    }
  }

  #note(key: string, value: string | undefined, ttlMs: number): void {
    if (value === undefined) this.#memory.delete(key);
    else this.noteCopy(key, value, ttlMs);
  }

  /** How much is owed. */
  get count(): number {
    let count = 0;
    for (const { value } of this.#memory.values()) if (isOwed(value)) count += 1;
    return count;
  }

  /** Fulfilled when nothing is being written back. */
  get ended(): Promise<void> {
    return this.#running;
  }

  /**
   * Writes everything that is owed, and the claims that are held; ends early when Redis is away
   * again.
   */
  start(): void {
    this.#running = this.#running.then(() => this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    // A claim first: each moment without it another process may take it.
    if (!(await inGroups([...this.#memory.claims()], (claim) => this.#writeClaim(claim)))) return;
    const owed = [...this.#memory.values()].filter(({ value }) => isOwed(value));
    await inGroups(owed, (entry) => this.#writeOne(entry));
  }

  /** Where another process took it meanwhile, the owner learns it when it renews. */
  async #writeClaim({ key, value, ttlMs }: LiveEntry): Promise<void> {
    if (this.#memory.holder(key) === value) await this.#primary.claim(key, value, Math.ceil(ttlMs));
  }

  async #writeOne(entry: LiveEntry): Promise<void> {
    if (this.#memory.get(entry.key) === entry.value) await this.#pay(entry);
  }

  async #pay({ key, value: held, ttlMs }: LiveEntry): Promise<void> {
    const ms = Math.ceil(ttlMs);
    const value = valueOf(held);
    let isOurs = true;
    if (held.startsWith(SWAP)) isOurs = await this.#paySwap(key, held, ms);
    else if (value === undefined) await this.#primary.delete(key);
    else await this.#primary.set(key, value, ms);
    if (this.#memory.get(key) === held) this.#note(key, isOurs ? value : undefined, ms);
  }

  /** Whether what stands in Redis now is ours. */
  async #paySwap(key: string, held: string, ttlMs: number): Promise<boolean> {
    const [base, value] = readSwap(held);
    const { done, value: stands } = await this.#primary.swap(key, base, value, ttlMs);
    if (done || stands === value) return true;
    return stands === undefined && (await this.#primary.swap(key, undefined, value, ttlMs)).done;
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

function isOwed(held: string | undefined): boolean {
  return held !== undefined && !held.startsWith(COPY);
}

/**
 * True when each could be done. One that Redis refuses for itself does not keep the others back.
 */
async function inGroups(
  entries: readonly LiveEntry[],
  write: (entry: LiveEntry) => Promise<void>,
): Promise<boolean> {
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    const results = await Promise.allSettled(entries.slice(at, at + AT_ONCE).map(write));
    if (results.some((result) => result.status === "rejected" && isAway(result.reason))) {
      return false;
    }
  }
  return true;
}

function isAway(reason: unknown): boolean {
  return !(reason instanceof EchostrError) || reason.code === "STORE_UNAVAILABLE";
}
