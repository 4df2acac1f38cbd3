/**
 * A store that notes what is asked of it, and fails where it is told to.
 *
 * @module
 */
import { MemoryStore } from "../../src/store/memory.ts";
import type { Store, Swapped } from "../../src/store/store.ts";

type Call = "get" | "set" | "delete" | "swap" | "claim" | "release";

export class NotingStore implements Store {
  readonly shared: boolean;
  /** Each call with its words, such as `claim run.k one 3000`; line ends are dots. */
  readonly calls: string[] = [];
  /** Calls that begin so fail. */
  failing: readonly string[] = [];
  /** Writes that begin so wait until `letGo`. */
  holding: readonly string[] = [];
  #held: (() => void)[] = [];
  readonly #store: Store;

  constructor(clock: { now(): number }, shared: boolean) {
    this.shared = shared;
    this.#store = new MemoryStore({ clock: () => clock.now() });
  }

  /** What was asked since the last time, without the questions. */
  taken(): string[] {
    return this.calls.splice(0).filter((call) => !call.startsWith("get "));
  }

  letGo(): void {
    this.holding = [];
    for (const go of this.#held.splice(0)) go();
  }

  async get(key: string): Promise<string | undefined> {
    this.#note("get", key);
    return this.#store.get(key);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#hold(this.#note("set", key, value, ttlMs));
    return this.#store.set(key, value, ttlMs);
  }

  async delete(key: string): Promise<void> {
    this.#note("delete", key);
    return this.#store.delete(key);
  }

  async swap(
    key: string,
    expected: string | undefined,
    value: string | undefined,
    ttlMs: number,
  ): Promise<Swapped> {
    await this.#hold(this.#note("swap", key, expected ?? "nothing", value ?? "nothing", ttlMs));
    return this.#store.swap(key, expected, value, ttlMs);
  }

  async claim(key: string, owner: string, leaseMs: number): Promise<boolean> {
    this.#note("claim", key, owner, leaseMs);
    return this.#store.claim(key, owner, leaseMs);
  }

  async release(key: string, owner: string): Promise<boolean> {
    this.#note("release", key, owner);
    return this.#store.release(key, owner);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #hold(said: string): Promise<void> {
    if (!this.holding.some((begin) => said.startsWith(begin))) return;
    await new Promise<void>((resolve) => this.#held.push(resolve));
  }

  #note(call: Call, ...words: readonly (string | number)[]): string {
    const said = [call, ...words].join(" ").replaceAll("\n", ".");
    this.calls.push(said);
    if (this.failing.some((begin) => said.startsWith(begin))) throw new Error(`${call} is broken`);
    return said;
  }
}
