/**
 * A fallback store over a "Redis" that can be taken away and brought back in one line.
 *
 * @module
 */
import { EchostrError } from "../../src/errors.ts";
import { FallbackStore } from "../../src/store/fallback.ts";
import { MemoryTable } from "../../src/store/memory-table.ts";
import type { MemoryOptions } from "../../src/store/memory-table.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Store, Swapped } from "../../src/store/store.ts";
import { watch } from "../support/watch.ts";
import { turnedClock } from "./turned-clock.ts";

/** A store that can be taken away, like a Redis that another process uses too. */
export class Removable implements Store {
  readonly shared = true;
  readonly inner: Store;
  failure: EchostrError | undefined;
  calls: string[] = [];
  #watcher: { back(): void; away(error: EchostrError): void } | undefined;

  constructor(inner: Store) {
    this.inner = inner;
  }

  watch(watcher: { back(): void; away(error: EchostrError): void }): void {
    this.#watcher = watcher;
  }

  leave(): void {
    const message = "Redis at here cannot be reached: cable pulled";
    this.failure = new EchostrError("STORE_UNAVAILABLE", message);
    this.#watcher?.away(this.failure);
  }

  refuse(): void {
    this.failure = new EchostrError("STORE_FAILED", "no room");
  }

  async comeBack(): Promise<void> {
    this.failure = undefined;
    this.#watcher?.back();
    await settle();
  }

  get = (key: string): Promise<string | undefined> => this.#call("get", () => this.inner.get(key));
  set = (key: string, value: string, ttlMs: number): Promise<void> =>
    this.#call(`set ${key}`, () => this.inner.set(key, value, ttlMs));
  delete = (key: string): Promise<void> =>
    this.#call(`delete ${key}`, () => this.inner.delete(key));
  swap = (...words: Parameters<Store["swap"]>): Promise<Swapped> =>
    this.#call(`swap ${words[0]}`, () => this.inner.swap(...words));
  claim = (key: string, owner: string, leaseMs: number): Promise<boolean> =>
    this.#call(`claim ${key}`, () => this.inner.claim(key, owner, leaseMs));
  release = (key: string, owner: string): Promise<boolean> =>
    this.#call(`release ${key}`, () => this.inner.release(key, owner));
  close = (): Promise<void> => this.inner.close();

  async #call<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    this.calls.push(name);
    if (this.failure !== undefined) throw this.failure;
    return run();
  }
}

/** Lets everything go on that only waits for its turn. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

export interface Opened {
  readonly store: FallbackStore;
  readonly redis: Removable;
  readonly shared: Store;
  readonly notices: string[];
  turn(ms: number): void;
}

/** A fallback store over a shared one, which stands for Redis as the other processes see it. */
export function open(memory: MemoryOptions = {}): Opened {
  const { clock, turn } = turnedClock();
  const shared = new MemoryStore({ clock });
  const redis = new Removable(shared);
  const notices: string[] = [];
  const store = new FallbackStore({
    primary: redis,
    connection: redis,
    memory: new MemoryTable({ clock, ...memory }),
    name: "Redis at here",
    onNotice: (message) => {
      watch.notice("notice of a store", message);
      notices.push(message);
    },
    clock,
  });
  return { store, redis, shared, notices, turn };
}
