/**
 * Which messages have been delivered: their fingerprints alone, each for as long as a delivery of
 * it could be accepted again. Whoever has captured one may send it until its timestamp is too old.
 *
 * There are two generations. The young one takes what comes. When all of the old one is over, or the
 * young one is full, the old one goes as a whole, and the young one becomes the old one. A fingerprint
 * takes eight bytes in a typed array, at most three quarters of which are used.
 *
 * @module
 */
import type { Fingerprint } from "./fingerprint.ts";

/** The most that both generations take; about 390,000 to 780,000 of the latest messages. */
export const KNOWN_BYTES: number = 8 * 1024 * 1024;

/** The most that a message is known for, where timestamps are accepted for longer than that. */
export const KNOWN_AT_MOST_MS: number = 24 * 60 * 60 * 1000;

const BYTES_PER_SLOT = 8;
const MOST_SLOTS = KNOWN_BYTES / 2 / BYTES_PER_SLOT;
const FEWEST_SLOTS = 1024;
const USED = 0.75;

/** So few do not go for their age: a clock that is set forth and back must not lose them. */
const FEW = 4096;

export class KnownMessages {
  #young = new Generation();
  #old = new Generation();

  has(fingerprint: Fingerprint): boolean {
    return this.#young.has(fingerprint) || this.#old.has(fingerprint);
  }

  /**
   * @param until when no delivery of it could be accepted any more, in milliseconds since 1970
   * @param now in milliseconds since 1970
   */
  note(fingerprint: Fingerprint, until: number, now: number): void {
    const isOver = this.#young.size >= FEW && this.#old.until <= now;
    if (this.#young.isFull || isOver) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    this.#young.add(fingerprint, Math.min(until, now + KNOWN_AT_MOST_MS));
  }

  /** How much memory the fingerprints take. */
  get bytes(): number {
    return this.#young.bytes + this.#old.bytes;
  }
}

/** A table that grows until it is full. */
class Generation {
  #slots = new Int32Array(0);
  size = 0;
  /** When all that is in it is over. */
  until = 0;

  get bytes(): number {
    return this.#slots.byteLength;
  }

  get isFull(): boolean {
    return this.size >= MOST_SLOTS * USED;
  }

  has({ low, high }: Fingerprint): boolean {
    return this.size > 0 && this.#slots[find(this.#slots, low, high) + 1] !== 0;
  }

  add({ low, high }: Fingerprint, until: number): void {
    if (until > this.until) this.until = until;
    if (this.size >= (this.#slots.length / 2) * USED) this.#grow();
    const at = find(this.#slots, low, high);
    if (this.#slots[at + 1] === 0) this.size += 1;
    this.#slots[at] = low;
    this.#slots[at + 1] = high;
  }

  #grow(): void {
    const before = this.#slots;
    const after = new Int32Array(Math.max(FEWEST_SLOTS * 2, before.length * 2));
    for (let from = 0; from < before.length; from += 2) {
      const [low, high] = [Number(before[from]), Number(before[from + 1])];
      if (high === 0) continue;
      const at = find(after, low, high);
      after[at] = low;
      after[at + 1] = high;
    }
    this.#slots = after;
  }
}

/** Where a fingerprint is, or where it would go. There is always a free slot. */
function find(slots: Int32Array, low: number, high: number): number {
  const mask = slots.length - 1;
  let at = (low << 1) & mask;
  while (slots[at + 1] !== 0 && (slots[at] !== low || slots[at + 1] !== high)) at = (at + 2) & mask;
  return at;
}
