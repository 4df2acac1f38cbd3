/**
 * Remembers answers by key, in a way that leaves the garbage collector nothing to do, and in no more
 * bytes than it is given.
 *
 * A `Map` of thousands of keys costs a busy server as much as all the rest of delivery: each key and
 * each entry outlives some collections, is copied by them, and dies old. Here a key is 63 bits in a
 * typed array, and an answer is a piece of a buffer. That it is copied there has a second reason: the
 * text of an answer may be a part of a text that is a thousand times as long, and V8 keeps the whole
 * for the part. Nothing is ever taken out one by one: the table is cleared as a whole.
 *
 * @module
 */
import type { Reply } from "../protocol/reply.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** What is remembered of a message. */
export interface RememberedAnswer {
  /** What a delivery gets: of a long answer the first piece. */
  readonly reply: Reply | undefined;
  /** How many deliveries it has had. */
  readonly deliveries: number;
}

/** The most bytes of answers in a table, two for each code unit. */
export const ANSWERS_BYTES: number = 8 * 1024 * 1024;

const FIRST_BYTES = 65_536;

/** So few code units are written faster one by one than by a call of `Buffer.write`. */
const SHORT = 128;

/** Nothing to say; the text of a text reply; any other reply, as JSON. */
const NOTHING = 0;
const TEXT = 1;
const JSON_TEXT = 2;
type Form = typeof NOTHING | typeof TEXT | typeof JSON_TEXT;

/** A table of a fixed number of answers and a bound in bytes. */
export class AnswerTable {
  readonly #mask: number;
  readonly #fingerprints: Int32Array;
  readonly #deliveries: Uint8Array;
  readonly #forms: Uint8Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  #texts: Buffer = Buffer.alloc(0);
  #used = 0;
  /** Many bots say the same to most: a text equal to the one before it is kept once. */
  #latest: string | undefined;
  #latestAt = 0;
  size = 0;

  /** @param slots a power of two; use at most half of them, so that a search stays short */
  constructor(slots: number) {
    this.#mask = slots - 1;
    this.#fingerprints = new Int32Array(slots * 2);
    this.#deliveries = new Uint8Array(slots);
    this.#forms = new Uint8Array(slots);
    this.#starts = new Int32Array(slots);
    this.#ends = new Int32Array(slots);
  }

  /** How much memory the answers take. */
  get bytes(): number {
    return this.#texts.length;
  }

  get(fingerprint: Fingerprint): RememberedAnswer | undefined {
    const slot = this.#slotOf(fingerprint);
    if (this.#isFree(slot)) return undefined;
    return { reply: this.#read(slot), deliveries: Number(this.#deliveries[slot]) };
  }

  /**
   * Remembers the answer of a message. Of one that is known already the answer stays as it is.
   *
   * @returns false, and nothing is changed, when its bytes find no room
   */
  set(fingerprint: Fingerprint, { reply, deliveries }: RememberedAnswer): boolean {
    const slot = this.#slotOf(fingerprint);
    if (this.#isFree(slot) && !this.#add(slot, fingerprint, reply)) return false;
    this.#deliveries[slot] = Math.min(255, deliveries);
    return true;
  }

  clear(): void {
    this.size = 0;
    this.#used = 0;
    this.#texts = Buffer.alloc(0);
    this.#latest = undefined;
    this.#fingerprints.fill(0);
  }

  #add(slot: number, { low, high }: Fingerprint, reply: Reply | undefined): boolean {
    const [form, text] = written(reply);
    const start = this.#keep(text);
    if (start === undefined) return false;
    this.#starts[slot] = start;
    this.#ends[slot] = start + 2 * text.length;
    this.#forms[slot] = form;
    this.#fingerprints[slot * 2] = low;
    this.#fingerprints[slot * 2 + 1] = high;
    this.size += 1;
    return true;
  }

  /** Where the text stands now. */
  #keep(text: string): number | undefined {
    if (text === this.#latest) return this.#latestAt;
    const start = this.#used;
    const end = start + 2 * text.length;
    if (end > ANSWERS_BYTES) return undefined;
    if (end > this.#texts.length) this.#grow(end);
    this.#used = end;
    this.#latest = text;
    this.#latestAt = start;
    this.#write(text, start);
    return start;
  }

  /** Code units as they are: a handler's text need not be well formed. */
  #write(text: string, start: number): void {
    if (text.length > SHORT) {
      this.#texts.write(text, start, "utf16le");
      return;
    }
    let at = start;
    for (let index = 0; index < text.length; index += 1, at += 2) {
      const unit = text.charCodeAt(index);
      this.#texts[at] = unit;
      this.#texts[at + 1] = unit >> 8;
    }
  }

  #grow(least: number): void {
    let bytes = Math.max(FIRST_BYTES, this.#texts.length);
    while (bytes < least) bytes *= 2;
    const texts = Buffer.alloc(bytes);
    this.#texts.copy(texts, 0, 0, this.#used);
    this.#texts = texts;
  }

  #read(slot: number): Reply | undefined {
    const form = this.#forms[slot];
    if (form === NOTHING) return undefined;
    const text = this.#texts.toString("utf16le", this.#starts[slot], this.#ends[slot]);
    return form === TEXT ? { MsgType: "text", Content: text } : (JSON.parse(text) as Reply);
  }

  /** Where a key is, or where it would go. There is always a free slot. */
  #slotOf({ low, high }: Fingerprint): number {
    let slot = low & this.#mask;
    while (!this.#isFree(slot)) {
      const at = slot * 2;
      if (this.#fingerprints[at] === low && this.#fingerprints[at + 1] === high) return slot;
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #isFree(slot: number): boolean {
    return this.#fingerprints[slot * 2 + 1] === 0;
  }
}

function written(reply: Reply | undefined): [form: Form, text: string] {
  if (reply === undefined) return [NOTHING, ""];
  if (reply.MsgType === "text" && typeof reply.Content === "string") return [TEXT, reply.Content];
  try {
    return [JSON_TEXT, JSON.stringify(reply)];
  } catch {
    // A handler's object of which no JSON can be made: its repeats get nothing.
    return [NOTHING, ""];
  }
}
