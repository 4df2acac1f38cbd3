/**
 * How many bytes of bodies a bot holds at once, those being read and those being answered. What one
 * body may hold is bounded; this bounds all of them together.
 *
 * The fuller it is, the more a body must show, so that bodies of strangers, and large ones under a
 * query that somebody has captured, leave room for WeChat's deliveries, which are signed and small.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";

/** The most that a body may hold whose `signature` was not proven; WeChat's are a few KB. */
export const UNSIGNED_BODY_BYTES: number = 64 * 1024;

/** All bodies of a bot together. */
export const BODY_BUDGET_BYTES: number = 64 * 1024 * 1024;

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
   * @throws EchostrError `BODY_BUSY` when there is no room for such a body
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
