/**
 * What is remembered about an answered message: its answer, for a minute or two, for the repeats; and that it
 * was delivered, for as long as a delivery of it could be accepted again. An attacker who has captured one can
 * send it until its timestamp is too old.
 *
 * Both are kept in two generations. New entries go into the young one. When it is full, or all of the old one
 * has expired, the old one is dropped as a whole and the young one becomes the old one: no entry is removed by
 * itself.
 *
 * @module
 */
import { seedFingerprints } from "../bot/keys.ts";
import type { MessageKey } from "../bot/keys.ts";
import type { Reply } from "../protocol/reply.ts";

/** How long an answer is remembered at least. WeChat's last repeat comes after 10 to 15 seconds. */
export const REMEMBER_MS = 60_000;

/** How many answers a generation holds: under a heavy load, fewer seconds are remembered. */
const MOST_ANSWERS = 8000;

/** The most bytes of answers in a generation, two for each code unit. */
export const ANSWERS_BYTES: number = 8 * 1024 * 1024;

/** The most that fingerprints take; about 390,000 to 780,000 of the latest messages. */
export const KNOWN_BYTES: number = 8 * 1024 * 1024;

/** The most that a message is known for, where timestamps are accepted for longer than that. */
export const KNOWN_AT_MOST_MS: number = 24 * 60 * 60 * 1000;

const FEWEST_SLOTS = 1024;
/** The most of the slots that are taken. */
const USED = 0.75;

/** The most fingerprints in a generation. */
const MOST_KNOWN = (KNOWN_BYTES / Float64Array.BYTES_PER_ELEMENT) * (USED / 2);

/** So few do not go for their age: a clock that is set forth and back must not lose them. */
const FEW = 4096;

/** What a repeat gets. */
export interface RememberedAnswer {
  /** Of a long answer the first piece. */
  readonly reply: Reply | undefined;
  /** How many deliveries the message has had. */
  readonly deliveries: number;
}

export class Remembered {
  readonly #seed: () => Uint8Array;
  #fingerprintOf: ((parts: MessageKey["parts"]) => number) | undefined;
  readonly #known = new Fingerprints();
  #answers = new Answers(0);
  #answersBefore = new Answers(0);

  /**
   * @param seed draws random bytes, so that an attacker cannot find keys with the same fingerprint: for the
   * first message, since some runtimes have none while a module is loaded
   */
  constructor(seed: () => Uint8Array) {
    this.#seed = seed;
  }

  /** What a repeat gets; `"delivered"` when the message is known, and its answer is not. */
  get(key: MessageKey): RememberedAnswer | "delivered" | undefined {
    const fingerprint = this.#fingerprint(key);
    // Nearly every message is new, and then this alone is looked up.
    if (!this.#known.has(fingerprint)) return undefined;
    return this.#answers.get(fingerprint) ?? this.#answersBefore.get(fingerprint) ?? "delivered";
  }

  /**
   * Notes that a message was delivered.
   *
   * @param until when no delivery of it could be accepted any more, in milliseconds since 1970
   * @param now in milliseconds since 1970
   * @returns whether that was known
   */
  note(key: MessageKey, until: number, now: number): boolean {
    return this.#known.add(this.#fingerprint(key), Math.min(until, now + KNOWN_AT_MOST_MS), now);
  }

  /** The same, with its answer. Of a message that has one already it stays as it is. */
  keep(key: MessageKey, answer: RememberedAnswer, until: number, now: number): void {
    // It is looked for only where the message is known.
    const isKnown = this.note(key, Math.max(until, now + REMEMBER_MS), now);
    const fingerprint = this.#fingerprint(key);
    const isOver = this.#answers.isFull || now - this.#answers.since > REMEMBER_MS;
    if (!isOver && isKnown && this.#answers.recount(fingerprint, answer.deliveries)) return;
    if (!isOver && this.#answers.add(fingerprint, answer)) return;
    this.#answersBefore = this.#answers;
    this.#answers = new Answers(now);
    // What is too long for an empty one is not remembered; the message is known all the same.
    this.#answers.add(fingerprint, answer);
  }

  /** How much memory the fingerprints take, and the answers. */
  get bytes(): { readonly known: number; readonly answers: number } {
    return {
      known: this.#known.bytes,
      answers: this.#answers.bytes + this.#answersBefore.bytes,
    };
  }

  /** A key is looked for and then, most of the time, remembered. It may be a part of a body: none is held here. */
  #fingerprint(key: MessageKey): number {
    this.#fingerprintOf ??= seedFingerprints(this.#seed());
    return (key.fingerprint ??= this.#fingerprintOf(key.parts));
  }
}

/**
 * A generation of answers, in the order in which they were given. Only a repeat looks for one, and then among all
 * of them; nearly every message has none, and is but written behind the others.
 */
class Answers {
  readonly #fingerprints = new Float64Array(MOST_ANSWERS);
  readonly #answers: Kept[] = [];
  #latest: Kept | undefined;
  /** When the first of them may have come, in milliseconds since 1970. */
  readonly since: number;
  bytes = 0;

  constructor(since: number) {
    this.since = since;
  }

  get isFull(): boolean {
    return this.#answers.length >= MOST_ANSWERS;
  }

  get(fingerprint: number): RememberedAnswer | undefined {
    const found = this.#answers[this.#fingerprints.indexOf(fingerprint)];
    return found && { reply: read(found), deliveries: found.deliveries };
  }

  /** @returns whether it is here */
  recount(fingerprint: number, deliveries: number): boolean {
    const index = this.#fingerprints.indexOf(fingerprint);
    const found = this.#answers[index];
    if (found !== undefined) this.#answers[index] = { ...found, deliveries };
    return found !== undefined;
  }

  /** @returns false, and nothing is changed, when its bytes find no room */
  add(fingerprint: number, answer: RememberedAnswer): boolean {
    // Many bots say the same to most: an answer equal to the one before it is kept once.
    const kept = isKeptAs(this.#latest, answer) ? this.#latest : this.#write(answer);
    if (kept === undefined) return false;
    this.#latest = kept;
    this.#fingerprints[this.#answers.length] = fingerprint;
    this.#answers.push(kept);
    return true;
  }

  #write({ reply, deliveries }: RememberedAnswer): Kept | undefined {
    const [form, text] = write(reply);
    if (text === this.#latest?.text) return { form, text: this.#latest.text, deliveries };
    if (this.bytes + 2 * text.length > ANSWERS_BYTES) return undefined;
    this.bytes += 2 * text.length;
    return { form, text: copyOf(text), deliveries };
  }
}

interface Kept {
  readonly form: Form;
  readonly text: string;
  readonly deliveries: number;
}

/** Nothing to say; the text of a text reply; any other reply, as JSON. */
type Form = "nothing" | "text" | "json";

/** A text answer as it was kept. */
function isKeptAs(kept: Kept | undefined, { reply, deliveries }: RememberedAnswer): boolean {
  const isText = kept?.form === "text" && reply?.MsgType === "text";
  return isText && kept.text === reply.Content && kept.deliveries === deliveries;
}

function write(reply: Reply | undefined): [form: Form, text: string] {
  if (reply === undefined) return ["nothing", ""];
  if (reply.MsgType === "text" && typeof reply.Content === "string") return ["text", reply.Content];
  try {
    return ["json", JSON.stringify(reply)];
  } catch {
    // A handler's object of which no JSON can be made: its repeats get nothing.
    return ["nothing", ""];
  }
}

function read({ form, text }: Kept): Reply | undefined {
  if (form === "nothing") return undefined;
  return form === "text" ? { MsgType: "text", Content: text } : (JSON.parse(text) as Reply);
}

/**
 * The text of an answer may be a part of a text that is a thousand times as long, and V8 keeps the
 * whole for the part. A handler's text need not be well formed: its code units are kept as they are.
 */
function copyOf(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}

/**
 * Two generations of fingerprints in one table, so that one look tells: the young ones as they are, the old ones
 * below zero. A slot that is 0 is free.
 */
class Fingerprints {
  #slots = new Float64Array(0);
  #young = 0;
  /** How many there were; some may be young again. */
  #old = 0;
  /** When all that is in a generation is over. */
  #youngUntil = 0;
  #oldUntil = 0;

  get bytes(): number {
    return this.#slots.byteLength;
  }

  has(fingerprint: number): boolean {
    return this.#slots.length > 0 && this.#slots[slotOf(this.#slots, fingerprint)] !== 0;
  }

  /** @returns whether it is here already */
  add(fingerprint: number, until: number, now: number): boolean {
    const isOver = this.#young >= FEW && this.#oldUntil <= now;
    if (this.#young >= MOST_KNOWN || isOver) this.#age();
    else if (this.#young + this.#old >= this.#slots.length * USED) this.#grow();
    if (until > this.#youngUntil) this.#youngUntil = until;
    const slot = slotOf(this.#slots, fingerprint);
    const before = this.#slots[slot];
    if (before === fingerprint) return true;
    this.#slots[slot] = fingerprint;
    this.#young += 1;
    return before !== 0;
  }

  /** The old ones go, and the young ones are the old ones. */
  #age(): void {
    const [young, before] = [this.#young, this.#slots];
    let length = FEWEST_SLOTS;
    while (length * USED < 2 * young) length *= 2;
    this.#slots = new Float64Array(length);
    for (const fingerprint of before) {
      if (fingerprint > 0) this.#slots[slotOf(this.#slots, fingerprint)] = -fingerprint;
    }
    [this.#old, this.#young] = [young, 0];
    [this.#oldUntil, this.#youngUntil] = [this.#youngUntil, 0];
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(Math.max(FEWEST_SLOTS, before.length * 2));
    for (const fingerprint of before) {
      if (fingerprint !== 0) this.#slots[slotOf(this.#slots, Math.abs(fingerprint))] = fingerprint;
    }
  }
}

/** Where a fingerprint is, or where it would go. There is always a free slot. */
function slotOf(slots: Float64Array, fingerprint: number): number {
  const mask = slots.length - 1;
  // Its lower 32 bits.
  let slot = (fingerprint | 0) & mask;
  while (slots[slot] !== 0 && Math.abs(slots[slot] ?? 0) !== fingerprint) slot = (slot + 1) & mask;
  return slot;
}
