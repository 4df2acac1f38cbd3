/**
 * The errors of the lab for invalid input: a description without `MsgType`, a
 * key of 42 characters, a transcript with a broken line.
 *
 * @module
 */
import { EchostrError } from "../../src/errors.ts";

/** @param message what was expected and what was given, without a full stop */
export function invalidInput(message: string, options?: ErrorOptions): EchostrError {
  return new EchostrError("LAB_INPUT_INVALID", message, options);
}

/** An object with fields, and no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
