/**
 * One body while it comes in, for both adapters: its limits, and its share of the budget.
 *
 * Pieces are joined as they come. A list of them would hold an object for each byte of a body that
 * comes byte by byte.
 *
 * @module
 */
import type { Admitted } from "../admit.ts";
import type { BodyBudget } from "./body-budget.ts";
import { UNSIGNED_BODY_BYTES } from "./body-budget.ts";
import { requireSize } from "./body-head.ts";
import { bodyInPieces } from "./refusals.ts";

/** Bounds of a body. */
export interface BodyLimits {
  readonly bodyLimitBytes: number;
  readonly bodyTimeoutMs: number;
  readonly bodies: BodyBudget;
}

const EMPTY = new Uint8Array();

/** What a byte of a body costs: itself, and the text that is made of it while it is still there. */
const COST_PER_BYTE = 2;

/** What a body is joined in at first. */
const FIRST_JOINED_BYTES = 1024;

/** Pieces that a body may come in however small it is, and one more for so many bytes. */
const FREE_PIECES = 1024;
const BYTES_PER_PIECE = 512;

/**
 * Whether a body is cut so small that reading it costs more than it holds. Each chunk of a chunked
 * body is an event, and 64 KiB from a socket can hold ten thousand. Where the length was announced,
 * an event is a packet, which costs its sender as much.
 */
export function isCutTooSmall(pieces: number, size: number): boolean {
  return pieces > FREE_PIECES + size / BYTES_PER_PIECE;
}

/** Collects a body. What it holds is given back by `release`, or when it throws. */
export class BodyCollector {
  readonly #limits: BodyLimits;
  readonly #admitted: Admitted;
  readonly #announced: number | undefined;
  /** Nearly every body is one piece, which then need not be copied. */
  #first: Uint8Array | undefined;
  #joined: Buffer | undefined;
  #size = 0;
  #pieces = 0;
  #held = 0;

  /** @param announced the length that stands in the head, if there is one */
  constructor(limits: BodyLimits, admitted: Admitted, announced: number | undefined) {
    this.#limits = limits;
    this.#admitted = admitted;
    this.#announced = announced;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): Uint8Array {
    return this.#joined?.subarray(0, this.#size) ?? this.#first ?? EMPTY;
  }

  /** @throws EchostrError `BODY_TOO_LARGE`, `BODY_BUSY`, `BODY_PIECES`; it is released then */
  add(piece: Uint8Array): void {
    try {
      this.#count(piece.length);
      if (this.#first === undefined) {
        this.#hold(piece.length);
        this.#first = piece;
      } else {
        this.#join(this.#first, piece);
      }
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /**
   * Counts a body that somebody else has read, and whose bytes are there already.
   *
   * @throws EchostrError `BODY_TOO_LARGE`, `BODY_BUSY`
   */
  addRead(bytes: number): void {
    this.#count(bytes);
    this.#hold(bytes);
  }

  /** Gives back what it holds. */
  release(): void {
    this.#limits.bodies.give(this.#held);
    this.#held = 0;
    this.#first = undefined;
    this.#joined = undefined;
  }

  #count(bytes: number): void {
    this.#size += bytes;
    this.#pieces += 1;
    requireSize(this.#size, `${this.#size} so far`, this.#limits.bodyLimitBytes, this.#admitted);
    if (this.#announced !== undefined || !isCutTooSmall(this.#pieces, this.#size)) return;
    throw bodyInPieces(this.#pieces, this.#size);
  }

  #join(first: Uint8Array, piece: Uint8Array): void {
    const before = this.#size - piece.length;
    if (this.#joined === undefined || this.#size > this.#joined.length) {
      const grown = this.#allocate();
      grown.set(this.#joined?.subarray(0, before) ?? first);
      this.#joined = grown;
    }
    this.#joined.set(piece, before);
  }

  #allocate(): Buffer {
    const capacity = this.#capacity();
    this.#hold(capacity);
    return Buffer.allocUnsafeSlow(capacity);
  }

  /**
   * Room for what came and as much again, so that a body is copied a few times only. A signed one
   * above what strangers may send has room for all of it at once: what it outgrew would be garbage
   * as large as itself.
   */
  #capacity(): number {
    const size = this.#size;
    if (size > UNSIGNED_BODY_BYTES) {
      return Math.max(size, this.#announced ?? Math.min(this.#limits.bodyLimitBytes, 2 * size));
    }
    const twice = Math.max(FIRST_JOINED_BYTES, 2 * size);
    return Math.min(UNSIGNED_BODY_BYTES, twice);
  }

  /** Room that is not filled yet is held too, and counts. */
  #hold(bytes: number): void {
    const held = bytes * COST_PER_BYTE;
    this.#limits.bodies.take(held - this.#held, this.#size, () => this.#admitted.isSigned());
    this.#held = held;
  }
}
