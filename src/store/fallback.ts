/**
 * A store that continues without the shared one. Every call goes to the shared one, called Redis here, though
 * it may be a SQLite file, and everything this process writes is kept in memory too. When Redis cannot be
 * reached, memory answers with what this process knows, and no call fails.
 *
 * - A value that was *set* during an outage is found here at once, and is written to Redis when it is back,
 *   where the other processes find it too.
 * - A value that was *deleted* during an outage stays deleted: the deletion is kept and sent later.
 * - A *swap* during an outage is compared with the value that this process last knew in Redis. When Redis is
 *   back, it is written if that value is still there, or none; another process's value stays. From then on
 *   only Redis compares.
 * - A *claim* that this process holds is in memory as well: a repeat of the message that arrives
 *   here during the outage does not run the handler again. When Redis is back, it learns of the
 *   claims that are still held.
 *
 * During an outage the processes do not see each other; no fallback can change that. The same message may run
 * once in each; of two values set under one key the one written back last stays, of two swapped the first.
 *
 * The log gets one sentence when Redis is gone and one when it is back.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { MemoryTable } from "./memory-table.ts";
import type { Store, Swapped } from "./store.ts";
import { WriteBack } from "./write-back.ts";

/** Is told whether the primary can be reached. */
export interface Watcher {
  /** It answers: for the first time, or again. */
  back(): void;
  /** It is away, told once until it is back. */
  away(error: EchostrError): void;
}

/** What tells it: `RedisConnection`, `BusyFile`. */
export interface Watched {
  watch(watcher: Watcher): void;
}

export interface FallbackStoreOptions {
  readonly primary: Store;
  readonly connection: Watched;
  /** Belongs to this store alone. */
  readonly memory: MemoryTable;
  /** How the log calls the primary: `Redis at localhost:6379`. */
  readonly name: string;
  readonly onNotice: (message: string) => void;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** What is known of the primary. */
type State =
  | { readonly name: "there" }
  /** Memory answers. `refusing`: it is connected but answers with errors, until a write succeeds. */
  | { readonly name: "away" | "refusing"; readonly since: number }
  /** It is nothing that could be shared; to go on in memory would hide that. */
  | { readonly name: "unfit"; readonly since: number; readonly error: EchostrError };

export class FallbackStore implements Store {
  readonly shared = true;
  readonly #options: FallbackStoreOptions;
  readonly #primary: Store;
  readonly #memory: MemoryTable;
  readonly #writeBack: WriteBack;
  #state: State = { name: "there" };
  #closed: Promise<void> | undefined;

  constructor(options: FallbackStoreOptions) {
    this.#options = options;
    this.#primary = options.primary;
    this.#memory = options.memory;
    this.#writeBack = new WriteBack(options.primary, options.memory);
    options.connection.watch({
      back: () => this.#noticeBack(),
      away: (error) => this.#noticeAway(error),
    });
  }

  async get(key: string): Promise<string | undefined> {
    this.#requireUsable();
    const known = this.#writeBack.value(key);
    if (this.#writeBack.has(key)) return known;
    return this.#ask(
      () => this.#primary.get(key),
      () => known,
    );
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    this.#requireUsable();
    // Noted first, and in the same turn as Redis is asked: an older value that is being written
    // back must not come after this one.
    this.#writeBack.noteCopy(key, value, ttlMs);
    await this.#ask(
      async () => {
        await this.#primary.set(key, value, ttlMs);
        this.#noticeAccepted();
      },
      () => this.#writeBack.missedValue(key, value, ttlMs),
    );
  }

  async delete(key: string): Promise<void> {
    this.#requireUsable();
    this.#writeBack.missedDeletion(key);
    await this.#ask(
      async () => {
        await this.#primary.delete(key);
        this.#writeBack.wroteDeletion(key);
      },
      () => {},
    );
  }

  async swap(
    key: string,
    expected: string | undefined,
    value: string | undefined,
    ttlMs: number,
  ): Promise<Swapped> {
    this.#requireUsable();
    const tried = this.#writeBack.swap(key, expected, value, ttlMs);
    return this.#ask(
      async () => {
        const swapped = await tried.ask();
        if (swapped.done) this.#noticeAccepted();
        return swapped;
      },
      () => tried.postpone(),
    );
  }

  async claim(key: string, owner: string, leaseMs: number): Promise<boolean> {
    this.#requireUsable();
    if (!this.#memory.claim(key, owner, leaseMs)) return false;
    return this.#ask(
      async () => {
        const ours = await this.#primary.claim(key, owner, leaseMs);
        this.#noticeAccepted();
        if (!ours) this.#memory.release(key, owner);
        return ours;
      },
      () => true,
    );
  }

  async release(key: string, owner: string): Promise<boolean> {
    this.#requireUsable();
    const ours = this.#memory.release(key, owner);
    return this.#ask(
      async () => (await this.#primary.release(key, owner)) || ours,
      () => ours,
    );
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    await this.#writeBack.ended;
    await this.#primary.close();
    const lost = this.#writeBack.count;
    this.#memory.clear();
    const { name, onNotice } = this.#options;
    if (lost > 0) onNotice(`${name} was closed while it missed ${lost} writes, which are lost`);
  }

  /** Asks Redis, and where that fails for a reason of Redis's, memory. */
  async #ask<Result>(primary: () => Promise<Result>, instead: () => Result): Promise<Result> {
    try {
      return await primary();
    } catch (error) {
      // A mistake of the caller's is not an outage, and what is no Redis for us never will be.
      if (!(error instanceof EchostrError) || error.code === "STORE_INVALID") throw error;
      if (error.code === "STORE_FAILED") {
        const { name } = this.#options;
        this.#goOnWithout("refusing", `${name} answers with an error: ${error.message}`);
      }
      return instead();
    }
  }

  #requireUsable(): void {
    if (this.#closed !== undefined) {
      throw new EchostrError("STORE_UNAVAILABLE", `${this.#options.name} was closed`);
    }
    if (this.#state.name === "unfit") throw this.#state.error;
  }

  /** Told once until it is back. */
  #goOnWithout(name: "away" | "refusing", sentence: string): void {
    if (this.#state.name !== "there" || this.#closed !== undefined) return;
    const { clock, onNotice } = this.#options;
    this.#state = { name, since: clock() };
    onNotice(`${sentence}; continuing in the memory of this process`);
  }

  #noticeAway(error: EchostrError): void {
    if (error.code !== "STORE_INVALID") return this.#goOnWithout("away", error.message);
    if (this.#closed !== undefined) return;
    const { clock, onNotice } = this.#options;
    this.#state = { name: "unfit", since: clock(), error };
    onNotice(error.message);
  }

  #noticeAccepted(): void {
    if (this.#state.name === "refusing") this.#noticeBack();
  }

  #noticeBack(): void {
    if (this.#state.name === "there" || this.#closed !== undefined) return;
    const { name, clock, onNotice } = this.#options;
    const seconds = Math.round((clock() - this.#state.since) / 1000);
    this.#state = { name: "there" };
    const unwritten = this.#writeBack.count;
    onNotice(`${name} is back after ${seconds} s; missed writes to send: ${unwritten}`);
    this.#writeBack.start();
  }
}
