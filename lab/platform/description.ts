/**
 * Checks that something which came from outside — a line of a transcript, an argument, a form of
 * the page — is a description of a message.
 *
 * @module
 */
import { invalidInput, isRecord } from "./lab-input.ts";
import type { Description } from "./types.ts";

/** What may stand between `<` and `>`: no name of the wire needs more than this. */
const ELEMENT_NAME = /^[A-Za-z_][\w.-]*$/;

/** Deeper than anything that WeChat sends, and shallow enough for every reader. */
const MAX_DEPTH = 8;

/**
 * @returns the same value, now known to be a description
 * @throws EchostrError `LAB_INPUT_INVALID`
 *
 * @example
 * readDescription(JSON.parse('{ "MsgType": "text", "Content": "你好" }'));
 */
export function readDescription(value: unknown): Description {
  if (!isRecord(value)) throw invalidInput(`A message must be an object, got ${kindOf(value)}`);
  const { MsgType } = value;
  if (typeof MsgType !== "string" || MsgType === "") {
    throw invalidInput(
      `A message needs MsgType, such as "text" or "event", got ${kindOf(MsgType)}`,
    );
  }
  checkFields(value, "", 1);
  return value as Description;
}

function checkFields(fields: Readonly<Record<string, unknown>>, path: string, depth: number): void {
  if (depth > MAX_DEPTH)
    throw invalidInput(`Fields may be nested ${MAX_DEPTH} deep, ${path} is deeper`);
  for (const [name, value] of Object.entries(fields)) {
    if (!ELEMENT_NAME.test(name)) {
      throw invalidInput(`A field must have a name that can be an element, got "${name}"`);
    }
    checkValue(value, path === "" ? name : `${path}/${name}`, depth);
  }
}

function checkValue(value: unknown, path: string, depth: number): void {
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) {
      if (Array.isArray(item)) throw invalidInput(`${path} must not hold a list in a list`);
      checkValue(item, path, depth);
    }
    return;
  }
  if (isRecord(value)) return checkFields(value, path, depth + 1);
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw invalidInput(`${path} must be a finite number, got ${value}`);
  }
  if (!["string", "number", "bigint", "boolean", "undefined"].includes(typeof value)) {
    throw invalidInput(`${path} must be text, a number, fields or a list, got ${kindOf(value)}`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : value === undefined ? "nothing" : `a ${typeof value}`;
}
