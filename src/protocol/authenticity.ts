/**
 * Whether a request comes from WeChat: its signature first, then its timestamp, so that a clock
 * that is off is only spoken of to someone who knows the token.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { CallbackQuery } from "./query.ts";
import { findToken } from "./signature.ts";

/**
 * Checks `signature`, which covers token, timestamp and nonce, but not the body.
 *
 * @throws EchostrError `SIGNATURE_MISSING`, `SIGNATURE_MISMATCH`
 */
export function checkSignature(tokens: readonly string[], query: CallbackQuery): void {
  const { signature } = query;
  if (signature === undefined) throw missing("signature", query);
  const parts = { signature, ...signedParts(query) };
  if (findToken(tokens, parts) === undefined) throw mismatch("signature");
}

/**
 * Checks `msg_signature`, which covers the encrypted body as well.
 *
 * @returns the token that it was made with, with which the reply is to be signed
 * @throws EchostrError `SIGNATURE_MISSING`, `SIGNATURE_MISMATCH`
 */
export function checkMsgSignature(
  tokens: readonly string[],
  query: CallbackQuery,
  encrypt: string,
): string {
  const { msg_signature } = query;
  if (msg_signature === undefined) throw missing("msg_signature", query);
  const token = findToken(tokens, { signature: msg_signature, encrypt, ...signedParts(query) });
  if (token === undefined) throw mismatch("msg_signature");
  return token;
}

/**
 * Checks that the request is not old. The rule is ours: WeChat documents none, but a signature
 * that never ends could be used for ever by whoever once saw it.
 *
 * @param now our clock, in milliseconds since 1970
 * @throws EchostrError `TIMESTAMP_SKEW`
 */
export function checkTimestamp(query: CallbackQuery, now: number, clockSkewMs: number): void {
  const skewMs = Number(query.timestamp) * 1000 - now;
  if (Math.abs(skewMs) <= clockSkewMs) return;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  throw new EchostrError(
    "TIMESTAMP_SKEW",
    `Timestamp must be within ${clockSkewMs / 1000} s of our clock, got one ${seconds} s ` +
      `${skewMs < 0 ? "behind" : "ahead"}: is the clock of this machine right`,
  );
}

function signedParts(query: CallbackQuery): { timestamp: string; nonce: string } {
  const { timestamp, nonce } = query;
  if (timestamp === undefined || nonce === undefined) {
    const name = timestamp === undefined ? "timestamp" : "nonce";
    throw new EchostrError("QUERY_INVALID", `Parameter ${name} expected, got none`);
  }
  if (!/^[0-9]{1,15}$/.test(timestamp)) {
    throw new EchostrError("QUERY_INVALID", "Parameter timestamp must be unix seconds");
  }
  return { timestamp, nonce };
}

function missing(name: string, query: CallbackQuery): EchostrError {
  const hint =
    query.msg_signature !== undefined
      ? "only msg_signature came: 企业微信 signs so, an official account does not"
      : "the official debugging tool sends none in plain mode, WeChat always does";
  return new EchostrError("SIGNATURE_MISSING", `Parameter ${name} expected, got none: ${hint}`);
}

function mismatch(name: string): EchostrError {
  return new EchostrError(
    "SIGNATURE_MISMATCH",
    `Parameter ${name} was not made with our token: is the token of the account's settings ours`,
  );
}
