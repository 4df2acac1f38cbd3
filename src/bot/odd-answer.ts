/**
 * What is said of an answer that is none, and of one that is not meant as it stands.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";

/**
 * What WeChat takes for nothing to say, and other servers send as it is: whoever read WeChat's pages may
 * answer with it.
 */
export const SUCCESS = "success";

export const SUCCESS_HINT: string =
  'A handler answered "success", which is taken for nothing to say: it may as well answer nothing. ' +
  'Whoever wants to send the word answers text("success") (said once)';

/** @param index where it stands in an array */
export function answerInvalid(answer: unknown, index: number | undefined): EchostrError {
  const place = index === undefined ? "" : ` at index ${index}`;
  return new EchostrError(
    "ANSWER_INVALID",
    "Handler must answer with a string, a reply, an array of these or nothing, " +
      `got ${describe(answer)}${place}`,
  );
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  if ("msgtype" in value) return "a customer-service message, which api.customerService.send takes";
  const name = (value.constructor as { name?: unknown } | null | undefined)?.name;
  const isNamed = typeof name === "string" && name !== "" && name !== "Object";
  return `an object without MsgType${isNamed ? ` (${name})` : ""}`;
}
