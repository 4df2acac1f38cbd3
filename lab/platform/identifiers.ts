/**
 * The identifiers that the platform hands out: of messages, of followers, of media, of requests.
 * They have the form of the real ones, for a server that reads a `MsgId` as a number of 53 bits
 * should be found out here.
 *
 * @module
 */
import { randomBytes } from "node:crypto";

/** Ids of 64 bits are text here, for a number could not hold them; WeChat writes them bare. */
export const BARE_IF_DIGITS: ReadonlySet<string> = new Set(["MsgId", "MsgID", "MsgDataId"]);

let lastMessageId = 0n;

/** A decimal number of 64 bits, larger than those before and than any number of 53 bits. */
export function nextMessageId(nowMs: number): string {
  const byTime = BigInt(Math.floor(nowMs)) << 22n;
  lastMessageId = byTime > lastMessageId ? byTime : lastMessageId + 1n;
  return lastMessageId.toString();
}

/** 28 characters, as those of real followers. */
export function randomOpenId(): string {
  return `o${randomText(27)}`;
}

/** 64 characters. */
export function randomMediaId(): string {
  return randomText(64);
}

/** Digits, as the platform's nonces are. */
export function randomNonce(): string {
  return String(randomBytes(4).readUInt32BE() + 1);
}

/** A number that no double can hold, as in the documents' example of a handshake. */
export function randomEchostr(): string {
  const eighteen = String(randomBytes(8).readBigUInt64BE()).padStart(18, "0").slice(-18);
  return `4${eighteen}`;
}

/** Letters, digits, `-` and `_`. */
export function randomText(length: number): string {
  return randomBytes(length).toString("base64url").slice(0, length);
}
