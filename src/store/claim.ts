/**
 * The right to do one piece of work, among all processes that share a store: which one sends to a follower,
 * has a session, or fetches the next access_token.
 *
 * A claim belongs to its owner until the owner releases it or its lease expires. Work that may take longer
 * renews the lease. A process that is killed stops renewing, so a waiting one gets the claim when the lease
 * expires.
 *
 * A claim can be lost while its owner still works: the process was stopped for longer than the lease, or the
 * store lost its data. So the protected work must tolerate being done twice now and then.
 *
 * @module
 */
import { pause } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Store } from "./store.ts";

/** What a claim is made from. */
export interface ClaimParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Names the work. */
  readonly key: string;
  /** A name that no other owner of this key has, in any process. */
  readonly owner: string;
  readonly leaseMs: number;
}

/** How long somebody tries to get a claim that another holds. */
export interface Patience {
  readonly everyMs: number;
  /** Asked after each try that failed; true ends the waiting. */
  readonly isOver?: () => boolean | Promise<boolean>;
}

/** One owner's claim. `take` and `wait` fail as the store does. */
export class Claim {
  readonly #parts: ClaimParts;
  #timer: unknown;

  constructor(parts: ClaimParts) {
    this.#parts = parts;
  }

  /** One try. True: the claim is ours for `leaseMs` from now. */
  take(): Promise<boolean> {
    const { store, key, owner, leaseMs } = this.#parts;
    return store.claim(key, owner, leaseMs);
  }

  /** Tries until the claim is ours; false when `patience` ended before. */
  async wait({ everyMs, isOver }: Patience): Promise<boolean> {
    while (!(await this.take())) {
      if (await isOver?.()) return false;
      await pause(this.#parts.clock, everyMs);
    }
    return true;
  }

  /**
   * Renews the claim three times in a lease, until it is given back or lost. A renewal that fails is no
   * harm: the next one may succeed. One that finds the claim with another owner is the last: what was
   * lost is not taken again when that one gives it back, for the work is done by then.
   */
  keep(): void {
    const { clock, leaseMs } = this.#parts;
    const look = (isOurs: boolean): void => {
      if (!isOurs) clock.clearTimeout(this.#timer);
    };
    this.#timer = clock.setTimeout(() => {
      // After the store has lost its memory, the claim stands again.
      this.take().then(look, () => {});
      this.keep();
    }, leaseMs / 3);
  }

  /**
   * Gives the claim back. Never fails: should the store, the lease ends by itself.
   *
   * @returns false when it was no longer ours, or the store failed
   */
  async release(): Promise<boolean> {
    const { store, clock, key, owner } = this.#parts;
    clock.clearTimeout(this.#timer);
    try {
      return await store.release(key, owner);
    } catch {
      return false;
    }
  }
}
