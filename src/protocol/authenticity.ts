/**
 * Whether a request comes from WeChat: the form of what is signed, then its signature, then its
 * timestamp, so that a clock that is off is only spoken of to someone who knows the token.
 *
 * A signature does not say where its parts begin and end (see `signature.ts`), so somebody who has
 * seen a request can cut the same text in another way. What stands against that:
 *
 * - `timestamp` has exactly 10 digits, and `nonce` 1 to 32 letters and digits. A signature that was
 *   made for an encrypted body is therefore good for nothing else: the shortest `Encrypt` has 44
 *   characters, and no nonce can hold them.
 * - `Encrypt` must be whole base64 of a whole frame (`encryption.ts`), a multiple of 32 bytes. The
 *   texts of such frames differ by at least 40 characters in length, and by 128 where they end with
 *   the same number of `=`. A nonce of 1 to 32 characters can take or give at most 31. So the
 *   length of `Encrypt` cannot change, and no part of it can be moved into the nonce.
 * - In compat and safe mode the time inside `Encrypt` must agree with `timestamp`. Then a nonce
 *   that looks like a timestamp cannot take its place.
 *
 * In plain mode nothing inside is signed, and the third of these is missing: docs/protocol.md says
 * what stays possible.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { CallbackQuery } from "./query.ts";
import { findToken, isNonce, isTimestamp } from "./signature.ts";

/**
 * A nonce that holds this is good for an echo only. The program prints a signed address to try the
 * server with; whoever finds it in a journal must not be able to send a message with it. Wherever
 * the signed text is cut, these letters stay in the nonce, for a timestamp has only digits.
 */
export const ECHO_ONLY_NONCE = "echoOnly";

/**
 * Checks `signature`, which covers token, timestamp and nonce, but not the body.
 *
 * @param purpose what the request asks for; only an `"echo"` may have `ECHO_ONLY_NONCE`
 * @throws EchostrError `SIGNATURE_MISSING`, `QUERY_INVALID`, `SIGNATURE_MISMATCH`
 */
export function checkSignature(
  tokens: readonly string[],
  query: CallbackQuery,
  purpose: "echo" | "message" = "message",
): void {
  const { signature } = query;
  if (signature === undefined) throw missing("signature", query);
  const parts = { signature, ...signedParts(query) };
  if (findToken(tokens, parts) === undefined) throw mismatch("signature");
  if (purpose === "message") refuseEchoOnly(parts.nonce);
}

/**
 * Checks `msg_signature`, which covers the encrypted body as well.
 *
 * @returns the token that it was made with, with which the reply is to be signed
 * @throws EchostrError `SIGNATURE_MISSING`, `QUERY_INVALID`, `SIGNATURE_MISMATCH`
 */
export function checkMsgSignature(
  tokens: readonly string[],
  query: CallbackQuery,
  encrypt: string,
): string {
  const { msg_signature } = query;
  if (msg_signature === undefined) throw missing("msg_signature", query);
  const parts = { signature: msg_signature, encrypt, ...signedParts(query) };
  const token = findToken(tokens, parts);
  if (token === undefined) throw mismatch("msg_signature");
  refuseEchoOnly(parts.nonce);
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
  throw new EchostrError(
    "TIMESTAMP_SKEW",
    `Timestamp must be within ${clockSkewMs / 1000} s of our clock, got one ${apart(skewMs)}: ` +
      "is the clock of this machine right",
  );
}

/**
 * Checks that the time inside an encrypted message is that of the query. Both are WeChat's, so our
 * clock plays no part. It holds for every kind: an exception would be what a forger takes.
 *
 * @param createTime the message's `CreateTime`, which `msg_signature` covers
 * @throws EchostrError `TIMESTAMP_SKEW`
 */
export function checkCreateTime(
  createTime: string,
  query: CallbackQuery,
  clockSkewMs: number,
): void {
  const skewMs = (Number(createTime) - Number(query.timestamp)) * 1000;
  const isTime = isTimestamp(createTime);
  if (isTime && Math.abs(skewMs) <= clockSkewMs) return;
  throw new EchostrError(
    "TIMESTAMP_SKEW",
    `CreateTime of the message must be within ${clockSkewMs / 1000} s of the query's timestamp, ` +
      `got ${isTime ? `one ${apart(skewMs)}` : "one that is not 10 digits"}: the message was ` +
      "sent with another query, or has not the time at which it was sent",
  );
}

function apart(skewMs: number): string {
  return `${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs < 0 ? "behind" : "ahead"}`;
}

/** What came is not shown: a wrong nonce may hold anything, and be as long as the query. */
function signedParts(query: CallbackQuery): { timestamp: string; nonce: string } {
  const { timestamp, nonce } = query;
  if (timestamp === undefined || nonce === undefined) {
    const name = timestamp === undefined ? "timestamp" : "nonce";
    throw new EchostrError("QUERY_INVALID", `Parameter ${name} expected, got none`);
  }
  if (!isTimestamp(timestamp)) throw malformed("timestamp", "10 digits", timestamp);
  if (!isNonce(nonce)) throw malformed("nonce", "1 to 32 characters of 0-9, A-Z and a-z", nonce);
  return { timestamp, nonce };
}

function malformed(name: string, expected: string, got: string): EchostrError {
  const message = `Parameter ${name} must be ${expected}, got another text of ${got.length}`;
  return new EchostrError("QUERY_INVALID", message);
}

function refuseEchoOnly(nonce: string): void {
  if (!nonce.includes(ECHO_ONLY_NONCE)) return;
  throw new EchostrError(
    "SIGNATURE_MISMATCH",
    `Signature must be made for a message, got one for an echo only (nonce ${ECHO_ONLY_NONCE}…)`,
  );
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
