/**
 * Remembers answers by key, in a way that leaves the garbage collector nothing to do.
 *
 * A `Map` of thousands of keys costs a busy server as much as all the rest of delivery: each key and
 * each entry outlives some collections, is copied by them, and dies old. Here a key is 63 bits in a
 * typed array, and only the answer itself is an object. Nothing is ever taken out one by one: the
 * table is cleared as a whole.
 *
 * @module
 */
import type { Reply } from "../protocol/reply.ts";

/** What is remembered of a message: no reply, one, or the pieces of a long one. */
export interface RememberedAnswer {
  readonly pieces: readonly Reply[];
  /** How many deliveries it has had. */
  readonly deliveries: number;
}

/** A key as 63 bits in two numbers; two keys that meet in both are not to be expected. */
export interface Fingerprint {
  readonly low: number;
  readonly high: number;
}

/** Two hashes in one pass: FNV-1a, and the same with another start and another prime. */
export function fingerprintOf(key: string): Fingerprint {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x5bd1e995);
    high ^= high >>> 15;
  }
  // A slot of which both are 0 is free: no key may have that.
  return { low, high: high | 1 };
}

/** A table of a fixed size. */
export class AnswerTable {
  readonly #mask: number;
  readonly #fingerprints: Int32Array;
  readonly #deliveries: Uint8Array;
  readonly #answers: (Reply | readonly Reply[] | undefined)[];
  #latestText: Reply | undefined;
  size = 0;

  /** @param slots a power of two; use at most half of them, so that a search stays short */
  constructor(slots: number) {
    this.#mask = slots - 1;
    this.#fingerprints = new Int32Array(slots * 2);
    this.#deliveries = new Uint8Array(slots);
    this.#answers = new Array<undefined>(slots).fill(undefined);
  }

  get({ low, high }: Fingerprint): RememberedAnswer | undefined {
    const slot = this.#slotOf(low, high);
    if (this.#isFree(slot)) return undefined;
    const answer = this.#answers[slot];
    return {
      pieces: answer === undefined ? [] : isPieces(answer) ? answer : [answer],
      deliveries: Number(this.#deliveries[slot]),
    };
  }

  set({ low, high }: Fingerprint, { pieces, deliveries }: RememberedAnswer): void {
    const slot = this.#slotOf(low, high);
    if (this.#isFree(slot)) this.size += 1;
    this.#fingerprints[slot * 2] = low;
    this.#fingerprints[slot * 2 + 1] = high;
    this.#deliveries[slot] = Math.min(255, deliveries);
    this.#answers[slot] = pieces.length > 1 ? pieces : this.#reuse(pieces[0]);
  }

  /** Many bots say the same to most: an answer equal to the one before it is kept once. */
  #reuse(reply: Reply | undefined): Reply | undefined {
    const before = this.#latestText;
    if (reply?.MsgType !== "text") return reply;
    if (before?.MsgType === "text" && before.Content === reply.Content) return before;
    this.#latestText = reply;
    return reply;
  }

  clear(): void {
    this.size = 0;
    this.#fingerprints.fill(0);
    this.#answers.fill(undefined);
  }

  /** Where a key is, or where it would go. There is always a free slot. */
  #slotOf(low: number, high: number): number {
    let slot = low & this.#mask;
    while (!this.#isFree(slot)) {
      const at = slot * 2;
      if (this.#fingerprints[at] === low && this.#fingerprints[at + 1] === high) return slot;
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #isFree(slot: number): boolean {
    return this.#fingerprints[slot * 2] === 0 && this.#fingerprints[slot * 2 + 1] === 0;
  }
}

function isPieces(answer: Reply | readonly Reply[]): answer is readonly Reply[] {
  return Array.isArray(answer);
}
