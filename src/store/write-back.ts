/**
 * What memory holds while Redis is the store, and what Redis is owed of it after an outage.
 *
 * Each value in memory is marked: a *copy* of what Redis has, a value that is *owed*, or the note
 * of a *deletion* that is owed. A copy is only asked for when Redis cannot be: another process may
 * have changed or deleted the value since. What is owed is newer than anything Redis has, and goes
 * before it.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { LiveEntry } from "./expiring-map.ts";
import type { MemoryTable } from "./memory-table.ts";
import type { Store } from "./store.ts";

const COPY = "=";
const OWED = "+";
const DELETION = "-";

/** How long a deletion is owed. What Redis kept for longer than that would be seen again. */
const DELETION_MS = 24 * 60 * 60 * 1000;

/** So many at a time are written back: enough to fill the line, and few beside the traffic. */
const AT_ONCE = 64;

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
    const held = this.#memory.get(key);
    return held === undefined || held === DELETION ? undefined : held.slice(1);
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

  async #writeOne({ key, value: held, ttlMs }: LiveEntry): Promise<void> {
    if (this.#memory.get(key) !== held) return;
    if (held === DELETION) await this.#primary.delete(key);
    else await this.#primary.set(key, held.slice(1), Math.ceil(ttlMs));
    if (held === DELETION) this.paidDeletion(key);
    else if (this.#memory.get(key) === held) this.noteCopy(key, held.slice(1), Math.ceil(ttlMs));
  }
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
