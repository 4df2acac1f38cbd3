/**
 * How the options of a single call are read, and those of the methods that have some.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import { flag, notMeant, numberOf, oneOf, readOptions } from "../options.ts";
import type { Check, Read, Rows, Table } from "../options.ts";
import { inputInvalid } from "./api-error.ts";

/** What a single call may be told. */
export interface CallOptions {
  /** Default: GET without a body, POST with one. */
  readonly method?: "GET" | "POST" | undefined;
  /** Whether it may be sent again if it is unknown whether it arrived. See `repeatable.ts`. */
  readonly repeat?: boolean | undefined;
  /** In place of the client's. */
  readonly timeoutMs?: number | undefined;
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** `Infinity` is for who has a signal. */
const limit: Check<number> = (value, name) => {
  if (typeof value === "number" && value >= 1) return value;
  throw notMeant(`${name} of a call`, "at least 1", value, numberOf(value));
};

/** Of another realm, or of a package, it is another class. */
export const aSignal: Check<AbortSignal> = (value, name) => {
  const { aborted, addEventListener } = Object(value) as Partial<AbortSignal>;
  if (typeof aborted === "boolean" && typeof addEventListener === "function") {
    return value as AbortSignal;
  }
  throw notMeant(`${name} of a call`, "an AbortSignal", value);
};

/** How they are read. */
export const CALL_OPTIONS: Table<CallOptions> = {
  method: { check: oneOf("GET", "POST") },
  repeat: { check: flag },
  timeoutMs: { check: limit },
  signal: { check: aSignal },
};

/**
 * Reads what a method of the API was told, by a table.
 *
 * @throws EchostrError `API_INPUT_INVALID` for an option that is not known, or cannot be meant
 */
export function readInput<Of extends Rows>(rows: Of, options: object): Read<Of> {
  try {
    return readOptions(rows, options);
  } catch (error) {
    throw inputInvalid(messageOf(error));
  }
}
