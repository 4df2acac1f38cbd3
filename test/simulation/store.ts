/**
 * The store that the processes of a history share: one table, and for each process a way to it that
 * takes its time. What a process asks reaches the table later, and the answer comes back later still,
 * so a process can be killed or frozen in between, with the table changed or not.
 *
 * The table keeps the contract of `src/store/store.ts`. Its time is the world's: a process whose clock
 * jumps does not move it.
 *
 * @module
 */
import type { Store } from "../../src/index.ts";
import type { Swapped } from "../../src/store/store.ts";
import { EchostrError } from "../../src/index.ts";
import { between, percent } from "./chance.ts";
import type { Chance } from "./chance.ts";
import { partsIn } from "./record.ts";
import type { HistoryRecord } from "./record.ts";
import type { World } from "./world.ts";

/** How long the way to the store takes. */
export type Latency = "none" | "fast" | "slow" | "spiky";

export interface StoreTrouble {
  latency: Latency;
  /** Of a hundred calls so many fail, half of them after they have taken effect, until the calm. */
  readonly failsPercent: number;
  readonly calmAt: number;
  /** Spans in which every call fails. */
  readonly away: readonly Span[];
  /** Spans in which nothing is answered, and all of it after. */
  readonly still: readonly Span[];
  /** When everything is forgotten. */
  readonly forgetsAt: readonly number[];
}

/** In milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

interface Entry {
  readonly value: string;
  readonly until: number;
}

export class SharedTable {
  readonly #world: World;
  readonly #record: HistoryRecord;
  readonly #values = new Map<string, Entry>();
  readonly #claims = new Map<string, Entry>();

  /** Called after each change of a value. */
  onChange: () => void = () => {};

  constructor(world: World, record: HistoryRecord) {
    this.#world = world;
    this.#record = record;
  }

  get(key: string): string | undefined {
    return this.#live(this.#values, key);
  }

  set(key: string, value: string, ttlMs: number): void {
    this.#note(key, value);
    this.#values.set(key, { value, until: this.#world.now + whole(ttlMs) });
    this.onChange();
  }

  delete(key: string): void {
    this.#note(key, undefined);
    this.#values.delete(key);
    this.onChange();
  }

  swap(key: string, expected: string | undefined, value: string | undefined, ttlMs: number): Swapped {
    const there = this.get(key);
    if (there !== expected) return { done: false, value: there };
    if (value === undefined) this.delete(key);
    else this.set(key, value, ttlMs);
    return { done: true, value };
  }

  claim(key: string, owner: string, leaseMs: number): boolean {
    const holder = this.#live(this.#claims, key);
    if (holder !== undefined && holder !== owner) return false;
    this.#claims.set(key, { value: owner, until: this.#world.now + whole(leaseMs) });
    return true;
  }

  release(key: string, owner: string): boolean {
    return this.#live(this.#claims, key) === owner && this.#claims.delete(key);
  }

  forget(): void {
    this.#values.clear();
    this.#claims.clear();
  }

  /** What is in it now, each in words. */
  contents(): string[] {
    const values = [...this.#values.keys()].filter((key) => this.get(key) !== undefined);
    const claims = [...this.#claims.keys()].filter((key) => this.#live(this.#claims, key));
    return [...values.map((key) => `value ${key}`), ...claims.map((key) => `claim ${key}`)];
  }

  /** All that is in it, to tell states apart. */
  snapshot(): string {
    const values = [...this.#values].map(([key, { value }]) => `${key}=${value}`);
    return [...values, ...this.#claims.keys()].sort().join("|");
  }

  #live(entries: Map<string, Entry>, key: string): string | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > this.#world.now) return entry.value;
    entries.delete(key);
    return undefined;
  }

  /** Writes down which states a message goes through, and when its answer was first seen here. */
  #note(key: string, value: string | undefined): void {
    const [kind = ""] = key.split("\n", 1);
    if (kind === "session" || kind.startsWith("access_token")) return;
    const states = this.#record.states.get(key) ?? [];
    this.#record.states.set(key, states);
    const state = `${kind} ${stateOf(value)}`;
    // A lease that is renewed is no other state.
    if (kind === "run" && states.at(-1) === state) return;
    states.push(state);
    for (const { message } of value === undefined ? [] : partsIn(value)) {
      if (!this.#record.publishedAt.has(message)) {
        this.#record.publishedAt.set(message, this.#world.now);
      }
    }
    this.#world.tell(() => `    store: ${wordsOf(key)} ${value === undefined ? "-" : stateOf(value)}`);
  }
}

/** Without account and follower of a message. */
function wordsOf(key: string): string {
  const [kind = "", ...rest] = key.split("\n");
  return `${kind} ${rest.slice(2).join(" ")}`;
}

function stateOf(value: string | undefined): string {
  if (value === undefined) return "-";
  const [, state = "value"] = /"state":"(\w+)"/.exec(value) ?? [];
  return state;
}

/** As `requireDuration` of the contract. */
function whole(ms: number): number {
  if (Number.isInteger(ms) && ms >= 1) return ms;
  throw new RangeError(`A whole number of milliseconds from 1 expected, got ${ms}`);
}

/** How a process reaches the store: what leaves it, and what comes back into it. */
export interface Line {
  /** Runs what leaves the process, unless it is dead; later, if it is frozen. */
  readonly out: (send: () => void) => void;
  /** Runs in the process, unless it is dead; later, if it is frozen. */
  readonly in: (receive: () => void) => void;
}

export interface LineParts {
  readonly world: World;
  readonly chance: Chance;
  readonly record: HistoryRecord;
  readonly table: SharedTable;
  readonly trouble: StoreTrouble;
  readonly line: Line;
  /** Of the process. */
  readonly name: string;
}

/** So many calls at one moment are none that anybody needs. */
const MOST_CALLS = 3000;

/** The store as one process sees it. */
export function storeOver(parts: LineParts): Store {
  const { world, chance, record, table, trouble, line, name } = parts;
  /** Calls of one process take effect in the order in which they were made. */
  let lastAt = 0;

  let calls = 0;
  let callsAt = 0;
  /** Whoever asks for ever without letting time pass would keep the history at one moment. */
  const isSpinning = (): boolean => {
    calls = callsAt === world.now ? calls + 1 : 0;
    callsAt = world.now;
    if (calls === MOST_CALLS) record.wrong.push(`${name} calls the store for ever without a pause`);
    return calls >= MOST_CALLS;
  };

  const call = <Result>(work: () => Result): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (isSpinning()) return;
      line.out(() => {
        const back = (settle: () => void, ms: number): void => {
          if (ms === 0) line.in(settle);
          else world.after(ms, () => line.in(settle));
        };
        const arrive = (): void => {
          const share = world.now < trouble.calmAt ? trouble.failsPercent : 0;
          const fails = isAway(trouble, world.now) || percent(chance, share);
          if (fails) record.faults.push({ fault: "store fails", at: world.now, until: world.now });
          const takesEffect = !fails || (!isAway(trouble, world.now) && percent(chance, 50));
          const delay = delayOf(trouble.latency, chance);
          try {
            const result = takesEffect ? work() : undefined;
            if (fails) back(() => reject(new EchostrError("STORE_UNAVAILABLE", "Store is away")), delay);
            else back(() => resolve(result as Result), delay);
          } catch (error) {
            record.wrong.push(`The store was called with what it refuses: ${String(error)}`);
            back(() => reject(error), delay);
          }
        };
        const at = Math.max(lastAt, world.now + delayOf(trouble.latency, chance));
        const still = trouble.still.find(({ from, to }) => at >= from && at < to);
        lastAt = still?.to ?? at;
        if (lastAt <= world.now) arrive();
        else world.after(lastAt - world.now, arrive);
      });
    });

  return {
    shared: true,
    get: (key) => call(() => table.get(key)),
    set: (key, value, ttlMs) => call(() => table.set(key, value, ttlMs)),
    delete: (key) => call(() => table.delete(key)),
    swap: (key, expected, value, ttlMs) =>
      call(() => table.swap(key, expected, value, ttlMs)),
    claim: (key, owner, leaseMs) =>
      call(() => table.claim(key, owner, leaseMs)),
    release: (key, owner) => call(() => table.release(key, owner)),
    close: async () => {},
  };
}

function isAway({ away }: StoreTrouble, now: number): boolean {
  return away.some(({ from, to }) => now >= from && now < to);
}

function delayOf(latency: Latency, chance: Chance): number {
  switch (latency) {
    case "none":
      return 0;
    case "fast":
      return between(chance, 1, 5);
    case "slow":
      return between(chance, 10, 120);
    case "spiky":
      return percent(chance, 3) ? between(chance, 400, 4000) : between(chance, 1, 5);
    default:
      return latency satisfies never;
  }
}
