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

/**
 * @returns the value; whole numbers that a double cannot hold are strings
 * @throws SyntaxError
 *
 * @example
 * parseJson('{"msg_id":7287429385930260481}'); // { msg_id: "7287429385930260481" }
 */
export function parseJson(text: string): unknown {
  const exact = text.replace(STRING_OR_LONG, (part) =>
    part.startsWith('"') || Number.isSafeInteger(Number(part)) ? part : `"${part}"`,
  );
  try {
    return JSON.parse(exact);
  } catch (error) {
    const clean = exact.replace(/[\u0000-\u001f]/g, " ");
    if (clean === exact) throw error;
    return JSON.parse(clean);
  }
}
