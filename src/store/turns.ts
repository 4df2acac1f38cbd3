/**
 * Work that must be done one piece after the other: what is asked for under the same key waits for the
 * one before it, in this process and, where the store is shared, in all others.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { Claim } from "./claim.ts";
import type { Store } from "./store.ts";

/** What turns are taken with. */
export interface TurnParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Returns a unique name with each call. */
  readonly newOwner: () => string;
}

/** How the processes take turns. */
export interface TurnTimes {
  /** How long a turn stands when its process is killed. It is renewed while the work is done. */
  readonly leaseMs: number;
  /** How often a process asks whether it is its turn. */
  readonly everyMs: number;
}

export class Turns {
  readonly #times: TurnTimes;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(times: TurnTimes) {
    this.#times = times;
  }

  /**
   * Does work when it is its turn. Fails as the work does, or the store.
   *
   * @param patienceMs how long to wait for a turn before working without one. Default: no limit
   */
  async take<T>(
    key: string,
    parts: TurnParts,
    work: () => Promise<T>,
    patienceMs: number = Infinity,
  ): Promise<T> {
    const before = this.#last.get(key);
    const mine = this.#inTurn(key, parts, before, work, patienceMs);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }

  async #inTurn<T>(
    key: string,
    { store, clock, newOwner }: TurnParts,
    before: Promise<unknown> | undefined,
    work: () => Promise<T>,
    patienceMs: number,
  ): Promise<T> {
    if (before === undefined && !store.shared) return work();
    const { leaseMs, everyMs } = this.#times;
    const patience = waitFor(patienceMs, clock);
    const claim = new Claim({ store, clock, key, owner: newOwner(), leaseMs });
    let isOurs = false;
    try {
      if (before !== undefined) await Promise.race([before.catch(() => {}), patience.end]);
      if (store.shared) isOurs = await claim.wait({ everyMs, isOver: patience.isOver });
    } finally {
      patience.stop();
    }
    if (!isOurs) return work();
    claim.keep();
    try {
      return await work();
    } finally {
      await claim.release();
    }
  }
}

/** Time that a timer counts: by a clock that is set back it would take longer. */
function waitFor(ms: number, clock: Clock): { end: Promise<void>; isOver: () => boolean; stop: () => void } {
  let isOver = false;
  let timer: unknown;
  const end = new Promise<void>((resolve) => {
    if (ms !== Infinity) timer = clock.setTimeout(resolve, ms);
  }).then(() => void (isOver = true));
  return { end, isOver: () => isOver, stop: () => clock.clearTimeout(timer) };
}
