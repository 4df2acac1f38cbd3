/**
 * How WeChat and a server prove themselves to each other.
 *
 * Both sides know a *token*. Every request carries `timestamp`, `nonce` and `signature` in its query; the
 * signature is computed like this:
 *
 * 1. take the three strings token, timestamp, nonce (in safe and compat mode, for
 *    `msg_signature`, also the text of `<Encrypt>`),
 * 2. sort them by code unit — as strings, never as numbers, never by locale,
 * 3. join them without a separator,
 * 4. take the SHA-1 as 40 lower-case hexadecimal digits.
 *
 * The plain `signature` covers neither the body nor the openid. Anybody who learns one valid triple can forge
 * plain bodies until its timestamp is too old. Only `msg_signature`, which includes the encrypted body, covers
 * the body.
 *
 * It does not fix where one part ends and the next one begins either: `1714036504` and `1514711492` give the
 * same text when they are swapped, and so does every other split that keeps the order. So somebody who has
 * seen a request can split the same text in another way. These rules prevent that:
 *
 * - `timestamp` has exactly 10 digits, and `nonce` 1 to 32 letters and digits. A signature that was made for
 *   an encrypted body is therefore valid for nothing else: the shortest `Encrypt` has 44 characters, and no
 *   nonce can hold them.
 * - `Encrypt` must be whole base64 of a whole frame (`encryption.ts`), a multiple of 32 bytes. The
 *   texts of such frames differ by at least 40 characters in length, and by 128 where they end with
 *   the same number of `=`. A nonce of 1 to 32 characters can take or give at most 31. So the
 *   length of `Encrypt` cannot change, and no part of it can be moved into the nonce.
 * - In compat and safe mode the time inside `Encrypt` must agree with `timestamp`. Then a nonce that looks
 *   like a timestamp cannot replace it.
 *
 * In plain mode nothing inside is signed, so the third rule does not apply: docs/protocol.md says what remains
 * possible.
 *
 * @module
 */
import { hash, timingSafeEqual } from "../crypto.ts";
import { EchostrError } from "../errors.ts";
import { queryInvalid } from "./query.ts";
import type { CallbackQuery } from "./query.ts";

/** The signed parts of a request, from its query (decoded). */
export interface SignedParts {
  /** The signature to check: `signature`, or `msg_signature` if `encrypt` is given. */
  readonly signature: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** The text of `<Encrypt>` exactly as in the body; only for `msg_signature`. */
  readonly encrypt?: string | undefined;
}

/**
 * Makes a signature.
 *
 * @param encrypt the text of `<Encrypt>`, for a `msg_signature`
 * @returns 40 lower-case hexadecimal digits
 *
 * @example
 * sign("AAAAA", "1714036504", "1514711492"); // "f464b24fc39322e44b38aa78f5edd27bd1441696"
 */
export function sign(token: string, timestamp: string, nonce: string, encrypt?: string): string {
  // Without a fourth string, an empty one is sorted first and adds nothing.
  return hash("sha1", [token, timestamp, nonce, encrypt ?? ""].sort().join(""), "hex");
}

/**
 * Tells whether a signature was made with one of the tokens. Takes the same time wherever the
 * first wrong digit stands, and never throws, whatever the length or characters of the parts.
 *
 * @param tokens the current token, or several while one is being replaced
 * @returns `false` also for an empty token, with which anybody can sign, and when the timestamp is not
 *   10 digits or the nonce not 1 to 32 letters and digits, since the signature of other parts could be
 *   used for them
 *
 * @example
 * verifySignature("AAAAA", {
 *   signature: "f464b24fc39322e44b38aa78f5edd27bd1441696",
 *   timestamp: "1714036504",
 *   nonce: "1514711492",
 * }); // true
 */
export function verifySignature(tokens: string | readonly string[], parts: SignedParts): boolean {
  return findToken(typeof tokens === "string" ? [tokens] : tokens, parts) !== undefined;
}

/** Exactly 10 digits: unix seconds of the years 2001 to 2286. */
const TIMESTAMP_FORM = /^[0-9]{10}$/;

/** WeChat documents no form for a nonce; this covers all that were seen. */
const NONCE_FORM = /^[0-9A-Za-z]{1,32}$/;

/** The form of a signature is not a secret; with it fixed, both sides fill the same 40 bytes. */
const SIGNATURE_FORM = /^[0-9a-f]{40}$/;

/** The token that made the signature; `undefined` when none of them did. */
function findToken(tokens: readonly string[], parts: SignedParts): string | undefined {
  const { signature, timestamp, nonce, encrypt } = (parts ?? {}) as SignedParts;
  if (!SIGNATURE_FORM.test(signature)) return undefined;
  if (!TIMESTAMP_FORM.test(timestamp) || !NONCE_FORM.test(nonce)) return undefined;
  for (const token of tokens ?? []) {
    // Such as a variable that is not set.
    if (!token) continue;
    if (equalDigests(sign(token, timestamp, nonce, encrypt), signature)) return token;
  }
  return undefined;
}

const expectedBytes = /* @__PURE__ */ Buffer.alloc(40);
const givenBytes = /* @__PURE__ */ Buffer.alloc(40);

/** Compares in constant time, in two buffers made once: allocating two per request is dearer. */
function equalDigests(expected: string, given: string): boolean {
  expectedBytes.write(expected, "latin1");
  givenBytes.write(given, "latin1");
  return timingSafeEqual(expectedBytes, givenBytes);
}

/**
 * A nonce that contains this is valid only for an echo. The program prints a signed address to test the
 * server; somebody who finds it in a journal must not be able to send a message with it. Wherever the signed
 * text is split, these letters stay in the nonce, since a timestamp has only digits.
 */
export const ECHO_ONLY_NONCE = "echoOnly";

/**
 * Checks `signature`, which covers token, timestamp and nonce, but not the body. The timestamp is
 * compared with our clock afterwards, so that a clock that is off is only spoken of to someone who
 * knows the token.
 *
 * @param purpose what the request asks for; only an `"echo"` may have `ECHO_ONLY_NONCE`
 * @throws EchostrError `SIGNATURE_MISSING`, `QUERY_INVALID`, `SIGNATURE_MISMATCH`
 */
export function checkSignature(
  tokens: readonly string[],
  query: CallbackQuery,
  purpose: "echo" | "message" = "message",
): void {
  requireToken(tokens, query, "signature");
  if (purpose === "message") refuseEchoOnly(query);
}

/**
 * Checks `msg_signature`, which covers the encrypted body as well.
 *
 * @returns the token that it was made with, which also signs the reply
 * @throws EchostrError `SIGNATURE_MISSING`, `QUERY_INVALID`, `SIGNATURE_MISMATCH`
 */
export function checkMsgSignature(
  tokens: readonly string[],
  query: CallbackQuery,
  encrypt: string,
): string {
  const token = requireToken(tokens, query, "msg_signature", encrypt);
  refuseEchoOnly(query);
  return token;
}

/** The token that made a signature of the query. */
function requireToken(
  tokens: readonly string[],
  query: CallbackQuery,
  name: "signature" | "msg_signature",
  encrypt?: string,
): string {
  const signature = query[name];
  if (signature === undefined) {
    const problem = `Parameter ${name} expected, got none: ${whyMissing(query)}`;
    throw new EchostrError("SIGNATURE_MISSING", problem);
  }
  const token = findToken(tokens, { signature, encrypt, ...signedParts(query) });
  if (token !== undefined) return token;
  throw new EchostrError(
    "SIGNATURE_MISMATCH",
    `Parameter ${name} was not made with our token: is the token of the account's settings ours`,
  );
}

/**
 * Checks that the request is not old. The rule is ours: WeChat documents none, but anybody who once saw a
 * signature that never expires could use it for ever.
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
  const isTime = TIMESTAMP_FORM.test(createTime);
  if (isTime && Math.abs(skewMs) <= clockSkewMs) return;
  throw new EchostrError(
    "TIMESTAMP_SKEW",
    `CreateTime of the message must be within ${clockSkewMs / 1000} s of the query's timestamp, ` +
      `got ${isTime ? `one ${apart(skewMs)}` : "one that is not 10 digits"}: the message was ` +
      "sent with another query, or has not the time of sending",
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
    throw queryInvalid(`Parameter ${name} expected, got none`);
  }
  if (!TIMESTAMP_FORM.test(timestamp)) throw malformed("timestamp", "10 digits", timestamp);
  if (!NONCE_FORM.test(nonce)) {
    throw malformed("nonce", "1 to 32 characters of 0-9, A-Z and a-z", nonce);
  }
  return { timestamp, nonce };
}

function malformed(name: string, expected: string, got: string): EchostrError {
  return queryInvalid(`Parameter ${name} must be ${expected}, got another text of ${got.length}`);
}

function refuseEchoOnly({ nonce }: CallbackQuery): void {
  if (nonce?.includes(ECHO_ONLY_NONCE) !== true) return;
  throw new EchostrError(
    "SIGNATURE_MISMATCH",
    `Signature must be made for a message, got one for an echo only (nonce ${ECHO_ONLY_NONCE}…)`,
  );
}

function whyMissing(query: CallbackQuery): string {
  if (query.msg_signature !== undefined) {
    return "only msg_signature came: that is how 企业微信 signs, not an official account";
  }
  return Object.values(query).some((value) => value !== undefined)
    ? "the official debugging tool sends none in plain mode, WeChat always does"
    : "no parameter of WeChat's came, so this is not WeChat, or a proxy drops the query";
}
