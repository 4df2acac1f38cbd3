/**
 * Safe mode: how a message is locked into `<Encrypt>`.
 *
 * The key of 43 characters that the console gives, `EncodingAESKey`, is base64 without its `=`: 32
 * bytes, the AES key. Its first 16 bytes are also the initialization vector, for every message.
 * What is encrypted (AES-256-CBC) is a frame:
 *
 * ```text
 * 16 random bytes | length of the message, 4 bytes, big endian | message, UTF-8 | appid | padding
 * ```
 *
 * The padding makes the frame a multiple of **32** bytes — not 16, the block of AES — with 1 to 32
 * bytes that each hold their number (PKCS#7). Node's own padding knows blocks of 16 and refuses
 * more, hence `setAutoPadding(false)` and padding by hand.
 *
 * To be checked in this order: `msg_signature` (in `signature.ts`) before anything is decrypted,
 * then every byte of the padding, the length, the appid. A peer must not learn which of them
 * failed; the codes of the errors here are for the log.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from "../crypto.ts";
import type { KeyObject } from "node:crypto";
import { EchostrError, settingInvalid } from "../errors.ts";
import { decodeUtf8 } from "./xml.ts";

/** A key made ready for use. */
export interface AesKey {
  /** Made once: on Node 24 a raw key in every call would halve the speed. */
  readonly key: KeyObject;
  readonly iv: Uint8Array;
}

const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
const FRAME_HEAD_BYTES = RANDOM_BYTES + LENGTH_BYTES;
const BLOCK_BYTES = 32;

/**
 * Makes the key ready.
 *
 * @param encodingAesKey the 43 characters of the console, A–Z, a–z, 0–9
 * @throws EchostrError `AES_KEY_INVALID`
 */
export function parseAesKey(encodingAesKey: string): AesKey {
  if (typeof encodingAesKey !== "string" || encodingAesKey.length !== 43) {
    const got = typeof encodingAesKey === "string" ? encodingAesKey.length : typeof encodingAesKey;
    throw new EchostrError("AES_KEY_INVALID", `EncodingAESKey must be 43 characters, got ${got}`);
  }
  if (!/^[A-Za-z0-9]+$/.test(encodingAesKey)) {
    throw new EchostrError(
      "AES_KEY_INVALID",
      "EncodingAESKey must consist of A-Z, a-z and 0-9, got another character",
    );
  }
  // The 43rd character may carry two bits too many; Node's decoder leaves them out.
  const bytes = Buffer.from(`${encodingAesKey}=`, "base64");
  return { key: createSecretKey(bytes), iv: bytes.subarray(0, 16) };
}

/**
 * Decrypts the text of `<Encrypt>`. Check `msg_signature` first.
 *
 * @param encrypted base64
 * @param appId the account's appid, which must stand at the end of the frame
 * @returns the message
 * @throws EchostrError `DECRYPT_BASE64`, `DECRYPT_LENGTH`, `DECRYPT_PADDING`, `DECRYPT_FRAME`,
 *   `DECRYPT_APPID`, `UTF8_INVALID`: tell them apart in a log, never to the peer
 *
 * @example
 * decrypt(encrypted, parseAesKey(encodingAesKey), "wxba5fad812f8e6fb9");
 */
export function decrypt(encrypted: string, key: AesKey, appId: string): string {
  requireParts("Encrypted message", encrypted, key, appId);
  const frame = removePadding(decryptBlocks(encrypted, key));
  if (frame.length < FRAME_HEAD_BYTES) {
    throw new EchostrError(
      "DECRYPT_FRAME",
      `Decrypted frame must be at least ${FRAME_HEAD_BYTES} bytes, got ${frame.length}`,
    );
  }
  const length = frame.readUInt32BE(RANDOM_BYTES);
  const rest = frame.length - FRAME_HEAD_BYTES;
  if (length > rest) {
    throw new EchostrError(
      "DECRYPT_FRAME",
      `Length field of the decrypted frame must be at most ${rest}, got ${length}`,
    );
  }
  const end = FRAME_HEAD_BYTES + length;
  if (!frame.subarray(end).equals(Buffer.from(appId))) {
    const got = shown(frame.toString("latin1", end));
    throw new EchostrError(
      "DECRYPT_APPID",
      `Message is for another appid: expected "${appId}", got "${got}"`,
    );
  }
  return decodeUtf8(frame.subarray(FRAME_HEAD_BYTES, end));
}

/**
 * Decrypts with the first key that fits: the current one, then the previous one.
 *
 * @returns the message and the key that worked, which also encrypts the reply
 * @throws EchostrError what the current key met, when none of them fits
 */
export function decryptWithAny(
  encrypted: string,
  keys: readonly AesKey[],
  appId: string,
): { readonly message: string; readonly key: AesKey } {
  let first: unknown;
  for (const key of keys) {
    try {
      return { message: decrypt(encrypted, key, appId), key };
    } catch (error) {
      first ??= error;
    }
  }
  throw first ?? new EchostrError("BODY_ENCRYPTED", "Body is encrypted, but there is no key");
}

/**
 * Encrypts a message for `<Encrypt>`.
 *
 * @param random 16 bytes; drawn when not given
 * @returns base64
 * @throws EchostrError `SETTING_INVALID` for what is no text, and a key that `parseAesKey` did not make
 */
export function encrypt(
  message: string,
  key: AesKey,
  appId: string,
  random: Uint8Array = randomBytes(RANDOM_BYTES),
): string {
  if (random.length !== RANDOM_BYTES) {
    throw new RangeError(`random must be ${RANDOM_BYTES} bytes, got ${random.length}`);
  }
  requireParts("Message", message, key, appId);
  const messageBytes = Buffer.byteLength(message);
  const content = FRAME_HEAD_BYTES + messageBytes + Buffer.byteLength(appId);
  const padding = BLOCK_BYTES - (content % BLOCK_BYTES);
  const frame = Buffer.alloc(content + padding, padding);
  frame.set(random, 0);
  frame.writeUInt32BE(messageBytes, RANDOM_BYTES);
  frame.write(message, FRAME_HEAD_BYTES);
  frame.write(appId, FRAME_HEAD_BYTES + messageBytes);
  const cipher = createCipheriv("aes-256-cbc", key.key, key.iv).setAutoPadding(false);
  // Without padding of Node's own, `update` hands everything out and `final` has nothing left.
  // (Asking `update` for base64 would go through a string decoder and take twice the time.)
  return cipher.update(frame).toString("base64");
}

function decryptBlocks(encrypted: string, key: AesKey): Buffer {
  const bytes = decodeBase64(encrypted);
  if (bytes.length % BLOCK_BYTES !== 0) {
    throw new EchostrError(
      "DECRYPT_LENGTH",
      `Encrypted bytes must be a multiple of ${BLOCK_BYTES}, got ${bytes.length}`,
    );
  }
  const decipher = createDecipheriv("aes-256-cbc", key.key, key.iv).setAutoPadding(false);
  return decipher.update(bytes);
}

/**
 * Node's decoder passes over what is not base64. A text in which it found nothing to pass over has
 * as many bytes as its length says; that is faster to check than every character.
 */
function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  const filling = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const isWhole = text !== "" && text.length % 4 === 0;
  // What it takes for digits too: those of base64url, and characters whose low byte is a digit.
  const isOther = text.includes("-") || text.includes("_") || Buffer.byteLength(text) > text.length;
  if (!isWhole || isOther || bytes.length !== (text.length / 4) * 3 - filling) {
    throw new EchostrError("DECRYPT_BASE64", "Encrypt must be base64, got other characters");
  }
  return bytes;
}

function removePadding(frame: Buffer): Buffer {
  const padding = frame.readUInt8(frame.length - 1);
  if (padding < 1 || padding > BLOCK_BYTES) {
    throw new EchostrError(
      "DECRYPT_PADDING",
      `Padding must be 1 to ${BLOCK_BYTES}, got ${padding}: the key is probably wrong`,
    );
  }
  const end = frame.length - padding;
  for (let i = end; i < frame.length; i += 1) {
    if (frame[i] !== padding) {
      throw new EchostrError(
        "DECRYPT_PADDING",
        `Each of the ${padding} bytes of padding must be ${padding}, got ${frame[i]}`,
      );
    }
  }
  return frame.subarray(0, end);
}

/** An appid for the log: it is not a secret, but with a wrong key it may be anything. */
function shown(appId: string): string {
  return /^[\w-]{1,64}$/.test(appId) ? appId : `${appId.length} other characters`;
}

/** Programs without types call this too. */
function requireParts(name: string, text: unknown, key: Partial<AesKey> | null | undefined, appId: unknown): void {
  let wrong: string | undefined;
  if (typeof appId !== "string") wrong = `AppID must be a text, got ${typeof appId}`;
  if (key?.key === undefined) wrong = `Key must come from parseAesKey, got ${typeof key}`;
  if (typeof text !== "string") wrong = `${name} must be a text, got ${typeof text}`;
  if (wrong !== undefined) throw settingInvalid(wrong);
}
