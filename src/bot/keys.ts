/**
 * The names under which a process and a store keep what belongs to a follower or a message, and the number by which a
 * process remembers one.
 *
 * A name begins with the configured account, never with a field of the message: `ToUserName` is written by the
 * sender, and with several accounts on one store the owner of one could read the answers and sessions of
 * another by writing its name there.
 *
 * @module
 */
import { hash } from "../crypto.ts";
import type { Message } from "../protocol/message.ts";

/** Ids of WeChat have 16 to 28 characters. A longer one is not WeChat's, and is replaced by a digest. */
const LONGEST_PART = 64;

/**
 * A field as one line of a key: unchanged, or a digest if it is too long, has several lines, or halves of surrogate
 * pairs, which are all one character to a store.
 */
function keyPart(field: string): string {
  if (field.length <= LONGEST_PART && !field.includes("\n") && field.isWellFormed()) return field;
  return `#${hash("sha256", JSON.stringify(field), "hex")}`;
}

/**
 * @param accountId the account as it is configured; holds no line end
 * @returns three lines, at most 65 characters each beside the account's
 *
 * @example
 * followerKey("wx1", "gh_1", "oF"); // "wx1\ngh_1\noF"
 */
export function followerKey(accountId: string, toUserName: string, fromUserName: string): string {
  return `${accountId}\n${keyPart(toUserName)}\n${keyPart(fromUserName)}`;
}

/**
 * FNV-1a over a text's first code units: to tell texts apart that were made by hand, this is
 * enough, and it leaves the key, of which thousands are remembered, short.
 */
function checksum(text: string): number {
  const end = Math.min(text.length, 64);
  let sum = 0x811c9dc5 ^ text.length;
  for (let index = 0; index < end; index += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  }
  return sum >>> 0;
}

/**
 * The key of a message; equal for its repeats, different for everything else. Its text has at most some
 * 500 characters, whatever the message.
 *
 * WeChat's own rule is `MsgId` for messages and follower + `CreateTime` for events. In the field it
 * is too coarse: equal ids were seen for two followers, and two different events of a follower in
 * the same second. So a message's key is account (as it is configured, and as the message names
 * it), follower, `CreateTime`, `MsgId`, `MsgType` and a checksum of its text; an event's is account,
 * follower, `CreateTime`, name, `EventKey` and a digest of all its fields. A repeat is equal in all of
 * them. (Type and text are there for those who try a bot with bodies made by hand, in which the id is
 * always the one of the documents.) Timestamp and nonce of the request say nothing: nobody knows
 * whether a repeat has new ones.
 *
 * @param accountId the account as it is configured
 */
export function deliveryKey(accountId: string, message: Message): MessageKey {
  const fields = message as { readonly [field: string]: unknown };
  const { MsgId } = fields;
  const { ToUserName, FromUserName, CreateTime, MsgType } = message;
  if (MsgType !== "event" && typeof MsgId === "string" && MsgId !== "") {
    const { Content } = fields;
    const text = typeof Content === "string" ? checksum(Content) : 0;
    return new MessageKey(accountId, [ToUserName, FromUserName, CreateTime, MsgId, MsgType, text]);
  }
  const name = typeof fields["Event"] === "string" ? fields["Event"] : MsgType;
  const eventKey = typeof fields["EventKey"] === "string" ? fields["EventKey"] : "";
  const digest = hash("sha1", JSON.stringify(message), "hex");
  return new MessageKey(accountId, [ToUserName, FromUserName, CreateTime, name.toLowerCase(), eventKey, digest]);
}

/** Its text is made when somebody asks for it: of most messages nothing but the fingerprint is wanted. */
export class MessageKey {
  readonly #accountId: string;
  /** What the message says, unchanged; a number is below 2^32. */
  readonly parts: readonly (string | number)[];
  /** By which the process remembers it among those of its account, when that has been asked for. */
  fingerprint: number | undefined = undefined;
  #text: string | undefined;

  constructor(accountId: string, parts: readonly (string | number)[]) {
    this.#accountId = accountId;
    this.parts = parts;
  }

  /** The account and the parts, each on a line. */
  get text(): string {
    const toLine = (part: string | number): string => (typeof part === "number" ? `${part}` : keyPart(part));
    return (this.#text ??= [this.#accountId, ...this.parts.map(toLine)].join("\n"));
  }
}

/** The part of a key that names account and follower. */
export function followerOf(key: string): string {
  return key.split("\n", 3).join("\n");
}

/** How many bytes of a seed are used. */
export const SEED_BYTES = 8;

/**
 * Makes the function that gives equal numbers of 53 bits for equal keys, and never 0. Two keys that
 * meet are not to be expected.
 *
 * The hash is HalfSipHash-1-3 over words of 32 bits: of each part of the key its length, and then its code units,
 * two a word; a number is a word. A hash without a seed, or one as simple as FNV-1a with one, can be met on
 * purpose: keys that differ only in the high bits of their code units fall into the same slot of a table, and a
 * table of which all keys are in one slot takes a search through all of them.
 *
 * @param seed random bytes, at least `SEED_BYTES`; fingerprints of two seeds have nothing in common
 *
 * @example
 * const fingerprintOf = seedFingerprints(random(SEED_BYTES));
 */
export function seedFingerprints(seed: Uint8Array): (parts: readonly (string | number)[]) => number {
  const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
  const [k0, k1] = [view.getInt32(0, true), view.getInt32(4, true)];
  return (parts) => halfSipHash(parts, k0, k1);
}

/** The units are read where they are: bytes, or a text that is put together, would cost as much as the hash. */
function halfSipHash(parts: readonly (string | number)[], k0: number, k1: number): number {
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  let words = 0;
  // Each word once, then the last with their length in bytes, then three rounds for each half.
  for (let index = 0; index <= parts.length; index += 1) {
    const part = parts[index] ?? (words << 26);
    const text = typeof part === "number" ? "" : part;
    let word = typeof part === "number" ? part : part.length;
    for (let at = 0; ; at += 2) {
      v3 ^= word;
      v0 = (v0 + v1) | 0; v1 = (v1 << 5) | (v1 >>> 27); v1 ^= v0; v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0; v3 = (v3 << 8) | (v3 >>> 24); v3 ^= v2;
      v0 = (v0 + v3) | 0; v3 = (v3 << 7) | (v3 >>> 25); v3 ^= v0;
      v2 = (v2 + v1) | 0; v1 = (v1 << 13) | (v1 >>> 19); v1 ^= v2; v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
      words += 1;
      if (at >= text.length) break;
      word = text.charCodeAt(at);
      if (at + 1 < text.length) word |= text.charCodeAt(at + 1) << 16;
    }
  }
  v2 ^= 0xee;
  let low = 0;
  for (let round = 0; round < 6; round += 1) {
    if (round === 3) {
      low = v1 ^ v3;
      v1 ^= 0xdd;
    }
    v0 = (v0 + v1) | 0; v1 = (v1 << 5) | (v1 >>> 27); v1 ^= v0; v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0; v3 = (v3 << 8) | (v3 >>> 24); v3 ^= v2;
    v0 = (v0 + v3) | 0; v3 = (v3 << 7) | (v3 >>> 25); v3 ^= v0;
    v2 = (v2 + v1) | 0; v1 = (v1 << 13) | (v1 >>> 19); v1 ^= v2; v2 = (v2 << 16) | (v2 >>> 16);
  }
  // A double holds 53 of the 64 bits. One is always set, for a slot that is 0 is free.
  const high = ((v1 ^ v3) >>> 11) | 1;
  return high * 2 ** 32 + (low >>> 0);
}
