/**
 * Queries as the platform writes them, and as somebody writes them who does not know the token.
 *
 * @module
 */
import { sign } from "../../src/protocol/signature.ts";
import { randomNonce } from "../platform/identifiers.ts";

/** Parameters in their order; one that is `undefined` is left out. */
export type QueryFields = Readonly<Record<string, string | undefined>>;

/** @returns the query without its question mark, every value in percent encoding */
export function formatQuery(fields: QueryFields): string {
  return Object.entries(fields)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
    )
    .join("&");
}

/**
 * `signature`, `timestamp` and `nonce`, with `encrypt` also `msg_signature`.
 *
 * @param now milliseconds since 1970
 */
export function signedFields(token: string, now: number, encrypt?: string): QueryFields {
  const timestamp = String(Math.floor(now / 1000));
  const nonce = randomNonce();
  return {
    signature: sign(token, timestamp, nonce),
    timestamp,
    nonce,
    ...(encrypt !== undefined && {
      encrypt_type: "aes",
      msg_signature: sign(token, timestamp, nonce, encrypt),
    }),
  };
}

/** A token from many examples, and so of many servers; not the right one here. */
export function exampleToken(rightOne: string): string {
  return rightOne === "weixin" ? "wechat" : "weixin";
}
