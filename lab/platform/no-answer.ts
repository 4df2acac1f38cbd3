/**
 * What a target throws when nothing whole came back: too late, torn off, nobody there.
 *
 * @module
 */
import type { NoAnswerReason } from "./types.ts";

/** There was no answer, why, and after how long. Test `error.name`, not `instanceof`. */
export class LabNoAnswer extends Error {
  readonly reason: NoAnswerReason;
  /** Milliseconds since the request began. */
  readonly ms: number;

  constructor(reason: NoAnswerReason, ms: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.ms = ms;
  }

  override get name(): string {
    return "LabNoAnswer";
  }
}

/** Whether a caught value says that there was no answer. */
export function isNoAnswer(thrown: unknown): thrown is LabNoAnswer {
  return thrown instanceof Error && thrown.name === "LabNoAnswer";
}
