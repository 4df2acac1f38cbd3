/**
 * Which HTTP status a refusal has. Errors of the protocol do not know of HTTP; this is the one
 * place where the two meet.
 *
 * @module
 */
import { codeOf } from "../errors.ts";
import type { RefusalCode } from "../errors.ts";

/**
 * Anybody who is not WeChat, or WeChat with other settings than ours, gets 403, whatever the cause: a wrong
 * token and a padding that does not fit look the same outside. A signed request that cannot be read gets 400.
 * Each of these codes has its status, so that a new one is not forgotten. The other codes refuse no request:
 * errors of settings are thrown in the program, and for errors of a bot's own code WeChat gets the answer of
 * `onError`, or success.
 */
const STATUS_OF: Readonly<Record<RefusalCode, number>> = {
  PATH_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  QUERY_INVALID: 400,
  SIGNATURE_MISSING: 403,
  SIGNATURE_MISMATCH: 403,
  MSG_SIGNATURE_MISSING: 403,
  TIMESTAMP_SKEW: 403,
  BODY_PLAIN: 403,
  BODY_ENCRYPTED: 403,
  BODY_JSON: 400,
  BODY_XML: 400,
  BODY_EMPTY: 400,
  BODY_TOO_LARGE: 413,
  BODY_COMPRESSED: 415,
  BODY_TIMEOUT: 408,
  BODY_PIECES: 400,
  BODY_BUSY: 503,
  BODY_ABORTED: 400,
  BODY_PARSED: 500,
  HTTP_INVALID: 400,
  UTF8_INVALID: 400,
  JSON_INVALID: 400,
  XML_INVALID: 400,
  XML_DOCTYPE: 400,
  XML_LIMIT: 400,
  MESSAGE_INVALID: 400,
  DECRYPT_BASE64: 403,
  DECRYPT_LENGTH: 403,
  DECRYPT_PADDING: 403,
  DECRYPT_FRAME: 403,
  DECRYPT_APPID: 403,
};

/** The status for a thrown value; 500 for what echostr does not name. */
export function statusOf(error: unknown): number {
  const code = codeOf(error) ?? "";
  return Object.hasOwn(STATUS_OF, code) ? STATUS_OF[code as RefusalCode] : 500;
}

/** What the peer reads with a status: nothing that it does not know already. */
export function sentenceOf(status: number): string {
  return SENTENCES[status] ?? "Error\n";
}

const SENTENCES: Readonly<Record<number, string>> = {
  400: "Bad request\n",
  403: "Forbidden\n",
  404: "Not found\n",
  405: "Method not allowed\n",
  408: "Request took too long\n",
  413: "Body too large\n",
  415: "Compressed bodies are not accepted\n",
  417: "Expectation failed\n",
  500: "Internal error\n",
  503: "Not now\n",
};

/** For a person who opens the callback address in a browser. */
export const BROWSER_SENTENCE: string =
  "This is the callback address of a WeChat Official Account: WeChat talks to it, " +
  "there is nothing to see here.\n这里是微信公众号的回调地址，只供微信服务器访问。\n";
