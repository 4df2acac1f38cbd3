/**
 * JSON as the platform expects it and as it writes it.
 *
 * Outgoing: raw UTF-8. Characters that `JSON.stringify` would escape as `\u…` - control characters and lone
 * surrogates - are refused with 40033 or shown to the follower as escapes, so they are left out. Incoming: ids
 * of 64 bits are bare numbers, which `JSON.parse` would round; those become strings. Names of followers may
 * hold raw control characters, which JSON does not allow.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import { removeForbidden } from "../protocol/reply.ts";
import { inputInvalid } from "./api-error.ts";

/**
 * @throws EchostrError `API_INPUT_INVALID` for what JSON cannot hold
 *
 * @example
 * formatJson({ content: "你好\u0002" }); // '{"content":"你好"}'
 */
export function formatJson(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "string" ? removeForbidden(inner) : inner,
    );
  } catch (cause) {
    const [first = ""] = messageOf(cause).split("\n");
    throw inputInvalid(`Body of a call must be something that JSON can hold: ${first}`, { cause });
  }
  if (json !== undefined) return json;
  throw inputInvalid(`Body of a call must be something that JSON can hold, got a ${typeof value}`);
}

/**
 * What is no object would be refused with 47001, and of a Map, a Blob or a Promise nothing would be
 * left in JSON.
 *
 * @throws EchostrError `API_INPUT_INVALID`
 */
export function checkBody(body: unknown): unknown {
  const kind = Object.prototype.toString.call(body).slice(8, -1);
  if (["Object", "Array", "Undefined"].includes(kind)) return body;
  const hint = kind === "String" ? ": give the object itself, it is made JSON here" : "";
  throw inputInvalid(`Body of a call must be an object or a FormData, got a ${kind}${hint}`);
}

/**
 * A string, which is passed over, or a whole number of sixteen digits and more. A long string is
 * passed over in one go, since a choice at each character overflows the stack; and so is one
 * without an end, and one with a line end behind a backslash, lest each quotation mark in it be
 * tried as the beginning of another.
 */
const STRING_OR_LONG = /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|(?<![\w.+-])-?\d{16,}(?![\w.])/g;

/** More than any answer has: a value may take a hundred bytes, and 64 MiB of brackets took three gigabytes. */
const MOST_VALUES = 500_000;

/** Whether more values begin in a text than one may have. Strings are passed over. */
function hasTooManyValues(text: string): boolean {
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') at = endOfString(text, at);
    else if (character !== "[" && character !== "{" && character !== ",") continue;
    values += 1;
    if (values > MOST_VALUES) return true;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === "\\" ? 2 : 1;
  return at;
}

/** Blanks in place of control characters, which are bytes of their own in UTF-8. */
function withoutControls(text: string): string {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 1) if (Number(bytes[at]) < BLANK) bytes[at] = BLANK;
  return bytes.toString();
}

const BLANK = 0x20;

/**
 * @returns the value; whole numbers that a double cannot hold are strings
 * @throws SyntaxError also for more than 500,000 values
 *
 * @example
 * parseJson('{"msg_id":7287429385930260481}'); // { msg_id: "7287429385930260481" }
 */
export function parseJson(text: string): unknown {
  if (hasTooManyValues(text)) throw new SyntaxError(`At most ${MOST_VALUES} values expected, got more`);
  const exact = text.replace(STRING_OR_LONG, (part) =>
    part.startsWith('"') || Number.isSafeInteger(Number(part)) ? part : `"${part}"`,
  );
  try {
    return JSON.parse(exact);
  } catch (error) {
    const clean = withoutControls(exact);
    if (clean === exact) throw error;
    return JSON.parse(clean);
  }
}
