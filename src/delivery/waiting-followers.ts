/**
 * Followers who may have something that waits for them, and until when. It spares a look into the
 * store at each message, and is bounded: when there are too many to name, everybody may have
 * something until the last of these is over, and each message costs a look.
 *
 * @module
 */

/** The most that the names take, two bytes a character. */
export const FOLLOWERS_BYTES: number = 16 * 1024 * 1024;

/** What a name costs beside its characters. */
const ENTRY_BYTES = 96;

export class WaitingFollowers {
  readonly #until = new Map<string, number>();
  #bytes = 0;
  /** `undefined` while each of them has a name. */
  #everybodyUntil: number | undefined;

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#until.size === 0 && this.#everybodyUntil === undefined;
  }

  /** False is certain. */
  mayHave(follower: string): boolean {
    return this.#everybodyUntil !== undefined || this.#until.has(follower);
  }

  add(follower: string, until: number): void {
    if (this.#everybodyUntil !== undefined) {
      this.#everybodyUntil = Math.max(this.#everybodyUntil, until);
      return;
    }
    if (!this.#until.has(follower)) this.#bytes += bytesOf(follower);
    this.#until.set(follower, until);
    if (this.#bytes > FOLLOWERS_BYTES) this.#overflow();
  }

  delete(follower: string): void {
    if (this.#until.delete(follower)) this.#bytes -= bytesOf(follower);
  }

  /** Forgets those who never came for what they had. */
  sweep(now: number): void {
    for (const [follower, until] of this.#until) if (until <= now) this.delete(follower);
    if (this.#everybodyUntil !== undefined && this.#everybodyUntil <= now) {
      this.#everybodyUntil = undefined;
    }
  }

  #overflow(): void {
    let latest = 0;
    for (const until of this.#until.values()) latest = Math.max(latest, until);
    this.#everybodyUntil = latest;
    this.#until.clear();
    this.#bytes = 0;
  }
}

function bytesOf(follower: string): number {
  return ENTRY_BYTES + 2 * follower.length;
}
