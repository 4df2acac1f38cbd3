/**
 * Limits of bodies: for each one while it arrives, and for all of a bot's together.
 *
 * The size of each body is limited, and so is that of all bodies being read or answered. The fuller this
 * budget is, the stricter the conditions for a body, so that unsigned bodies, and large ones with a captured
 * query, leave room for WeChat's deliveries, which are signed and small.
 *
 * @module
 */
import type { Admitted } from "../admit.ts";
import { EchostrError } from "../errors.ts";

/** Bounds of a body. */
export interface BodyLimits {
  readonly bodyLimitBytes: number;
  readonly bodyTimeoutMs: number;
  readonly bodies: BodyBudget;
}

/** The most that a body may hold whose `signature` was not proven; WeChat's are a few KB. */
export const UNSIGNED_BODY_BYTES: number = 64 * 1024;

/** All bodies of a bot together. */
export const BODY_BUDGET_BYTES: number = 32 * 1024 * 1024;

/** Up to which part of the budget a body is taken, whatever it is, and if it is signed. */
const ANY_SHARE = 1 / 2;
const SIGNED_SHARE = 3 / 4;

/** The bytes of all bodies that are held. */
export class BodyBudget {
  readonly #limit: number;
  #held = 0;

  constructor(limitBytes: number = BODY_BUDGET_BYTES) {
    this.#limit = limitBytes;
  }

  get heldBytes(): number {
    return this.#held;
  }

  /**
   * Counts bytes that a body needs.
   *
   * @param bytes how many more
   * @param size how many the body has then
   * @param isSigned asked only when it matters
   * @throws EchostrError `BODY_BUSY` if there is no room for such a body
   */
  take(bytes: number, size: number, isSigned: () => boolean): void {
    const held = this.#held + bytes;
    if (held > this.#limit * ANY_SHARE && !this.#mayHave(held, size, isSigned)) {
      throw new EchostrError(
        "BODY_BUSY",
        `All bodies together must be at most ${this.#limit} bytes, got ${this.#held} already`,
      );
    }
    this.#held = held;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }

  #mayHave(held: number, size: number, isSigned: () => boolean): boolean {
    if (held > this.#limit || !isSigned()) return false;
    return held <= this.#limit * SIGNED_SHARE || size <= UNSIGNED_BODY_BYTES;
  }
}

/**
 * The length that the head announces, if it does.
 *
 * @param length the header `Content-Length`; Node's parser accepts only a number
 * @throws EchostrError `BODY_TOO_LARGE`, before anything else of the request is looked at
 */
export function announcedSize(
  length: string | null | undefined,
  limitBytes: number,
): number | undefined {
  if (length === null || length === undefined) return undefined;
  const size = Number(length) || 0;
  requireAtMost(limitBytes, size, length);
  return size;
}

const EMPTY = /* @__PURE__ */ new Uint8Array();

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

/**
 * Collects one body. What it holds is given back by `release`, or when it throws.
 *
 * Pieces are joined as they come. A list of them would hold an object for each byte of a body that
 * comes byte by byte.
 */
export class BodyCollector {
  /** The length in the head, if there is one. */
  readonly announced: number | undefined;
  readonly #limits: BodyLimits;
  readonly #admitted: Admitted;
  /** Nearly every body is one piece, which then need not be copied. */
  #first: Uint8Array | undefined;
  #joined: Buffer | undefined;
  #size = 0;
  #pieces = 0;
  #held = 0;

  /**
   * @param announced the length in the head, if there is one
   * @throws EchostrError `BODY_TOO_LARGE` when more is announced than this request may send
   */
  constructor(limits: BodyLimits, admitted: Admitted, announced: number | undefined) {
    this.#limits = limits;
    this.#admitted = admitted;
    this.announced = announced;
    if (announced !== undefined) this.#requireSize(announced, String(announced));
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

  /** The error of a body that did not come to its end in time. */
  tooSlow(timeoutMs: number): EchostrError {
    const message = `Body must arrive within ${timeoutMs / 1000} s, got ${this.#size} B`;
    return new EchostrError("BODY_TIMEOUT", message);
  }

  #count(bytes: number): void {
    this.#size += bytes;
    this.#pieces += 1;
    this.#requireSize(this.#size, `${this.#size} so far`);
    if (this.announced !== undefined || !isCutTooSmall(this.#pieces, this.#size)) return;
    const got = `${this.#pieces} chunks for ${this.#size} B`;
    throw new EchostrError("BODY_PIECES", `Body must come in chunks of more bytes, got ${got}`);
  }

  /** Refuses a body for its size, announced or reached. */
  #requireSize(size: number, got: string): void {
    requireAtMost(this.#limits.bodyLimitBytes, size, got);
    if (size <= UNSIGNED_BODY_BYTES || this.#admitted.isSigned()) return;
    const where = " where signature does not show that it is from WeChat";
    requireAtMost(UNSIGNED_BODY_BYTES, size, got, where);
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
   * Room for twice the bytes received, so that a body is copied only a few times. A signed body above the
   * limit of unsigned ones gets room for all of it at once: the buffers it outgrew would be garbage of the
   * same size.
   */
  #capacity(): number {
    const size = this.#size;
    if (size > UNSIGNED_BODY_BYTES) {
      return Math.max(size, this.announced ?? Math.min(this.#limits.bodyLimitBytes, 2 * size));
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

function requireAtMost(limitBytes: number, size: number, got: string, where = ""): void {
  if (size <= limitBytes) return;
  const message = `Body must be at most ${limitBytes} bytes${where}, got ${got}`;
  throw new EchostrError("BODY_TOO_LARGE", message);
}
