/**
 * How WeChat and a server prove themselves to each other.
 *
 * Both sides know a *token*. Every request carries `timestamp`, `nonce` and `signature` in its
 * query; the signature is made so:
 *
 * 1. take the three strings token, timestamp, nonce (in safe and compat mode, for
 *    `msg_signature`, also the text of `<Encrypt>`),
 * 2. sort them by code unit — as strings, never as numbers, never by locale,
 * 3. join them without a separator,
 * 4. take the SHA-1 as 40 lower-case hexadecimal digits.
 *
 * What this does *not* do: the plain `signature` covers neither the body nor the openid. Whoever
 * learns one valid triple can forge plain bodies until its timestamp is too old. Only
 * `msg_signature`, which takes the encrypted body in, binds the body.
 *
 * Nor does it say where one part ends and the next one begins: `1714036504` and `1514711492` give
 * the same text when they change places, and so does every other cut that keeps the order. So the
 * parts must have a fixed form, and `verifySignature` refuses all others: a timestamp has exactly
 * 10 digits, a nonce 1 to 32 letters and digits. docs/protocol.md says what that leaves possible.
 *
 * @module
 */
import { hash, timingSafeEqual } from "node:crypto";

/** The signed parts of a request, as they stand in its query (decoded). */
export interface SignedParts {
  /** `signature`, or `msg_signature` when `encrypt` is given: what is to be checked. */
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
  return hash("sha1", joinSorted(token, timestamp, nonce, encrypt), "hex");
}

/**
 * Whether a text has the form that timestamps of the platform have: exactly 10 digits, so unix
 * seconds of the years 2001 to 2286.
 */
export function isTimestamp(text: string): boolean {
  return TIMESTAMP_FORM.test(text);
}

/** Whether a text has a form that covers the platform's nonces: 1 to 32 of `0-9`, `A-Z`, `a-z`. */
export function isNonce(text: string): boolean {
  return NONCE_FORM.test(text);
}

const TIMESTAMP_FORM = /^[0-9]{10}$/;
const NONCE_FORM = /^[0-9A-Za-z]{1,32}$/;

/**
 * Tells whether a signature was made with one of the tokens. Takes the same time wherever the
 * first wrong digit stands, and never throws, whatever the length or characters of the parts.
 *
 * @param tokens the current token, or several while one is being replaced
 * @returns `false` also when the timestamp is not 10 digits or the nonce not 1 to 32 letters and
 *   digits, since the signature of other parts could be used for them
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

/** The token that made the signature; `undefined` when none of them did. */
export function findToken(tokens: readonly string[], parts: SignedParts): string | undefined {
  const { signature, timestamp, nonce, encrypt } = parts;
  if (!SIGNATURE_FORM.test(signature)) return undefined;
  if (!isTimestamp(timestamp) || !isNonce(nonce)) return undefined;
  for (const token of tokens) {
    if (equalDigests(sign(token, timestamp, nonce, encrypt), signature)) return token;
  }
  return undefined;
}

/** The form of a signature is no secret; with it fixed, both sides fill the same 40 bytes. */
const SIGNATURE_FORM = /^[0-9a-f]{40}$/;

const expectedBytes = Buffer.alloc(40);
const givenBytes = Buffer.alloc(40);

/** Compares in constant time, in two buffers made once: allocating two per request is dearer. */
function equalDigests(expected: string, given: string): boolean {
  expectedBytes.write(expected, "latin1");
  givenBytes.write(given, "latin1");
  return timingSafeEqual(expectedBytes, givenBytes);
}

/** `[a, b, c, d].sort().join("")` without the array: it runs for every request. */
function joinSorted(a: string, b: string, c: string, d?: string): string {
  const low = a < b ? a : b;
  const high = a < b ? b : a;
  const first = c < low ? c : low;
  const last = c < high ? high : c;
  const middle = c < low ? low : c < high ? c : high;
  if (d === undefined) return first + middle + last;
  if (d < middle) return (d < first ? d + first : first + d) + middle + last;
  return first + middle + (d < last ? d + last : last + d);
}
