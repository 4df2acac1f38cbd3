/**
 * Followers for whom something may wait, and until when. It spares a look into the store at each
 * message, and is bounded: when there are too many to name, everybody may have something until the
 * last of these is over, and each message costs a look.
 *
 * @module
 */
import type { Clock } from "../clock.ts";

/** The most that the names take, two bytes a character. */
export const FOLLOWERS_BYTES: number = 16 * 1024 * 1024;

/** What a name costs beside its characters. */
const ENTRY_BYTES = 96;

const SWEEP_MS = 60_000;

export class WaitingFollowers {
  readonly #clock: Pick<Clock, "now">;
  readonly #until = new Map<string, number>();
  /** What the names take. */
  bytes = 0;
  #sweptAt = -Infinity;
  /** `undefined` while each of them has a name. */
  #everybodyUntil: number | undefined;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#until.size === 0 && this.#everybodyUntil === undefined;
  }

  /** False is certain. */
  mayHave(follower: string): boolean {
    this.#sweep();
    return this.#everybodyUntil !== undefined || this.#until.has(follower);
  }

  add(follower: string, until: number): void {
    this.#sweep();
    if (this.#everybodyUntil !== undefined) {
      this.#everybodyUntil = Math.max(this.#everybodyUntil, until);
      return;
    }
    const before = this.#until.get(follower);
    if (before === undefined) this.bytes += nameBytes(follower);
    this.#until.set(follower, Math.max(until, before ?? until));
    if (this.bytes > FOLLOWERS_BYTES) this.#overflow();
  }

  delete(follower: string): void {
    if (this.#until.delete(follower)) this.bytes -= nameBytes(follower);
  }

  /** Forgets, now and then, those who never came for what they had. */
  #sweep(): void {
    const now = this.#clock.now();
    // A clock that was set back must not put it off.
    if (Math.abs(now - this.#sweptAt) < SWEEP_MS) return;
    this.#sweptAt = now;
    for (const [follower, until] of this.#until) if (until <= now) this.delete(follower);
    if (this.#everybodyUntil !== undefined && this.#everybodyUntil <= now) {
      this.#everybodyUntil = undefined;
    }
  }

  #overflow(): void {
    this.#everybodyUntil = [...this.#until.values()].reduce((a, b) => Math.max(a, b), 0);
    this.#until.clear();
    this.bytes = 0;
  }
}

function nameBytes(follower: string): number {
  return ENTRY_BYTES + 2 * follower.length;
}
