/**
 * Encrypted frames that are wrong in one chosen place, and right in all others: padding, length
 * field, appid. They are made with the account's own key, so a server that decrypts them has only
 * the frame itself to see it by.
 *
 * @module
 */
import { createCipheriv, randomBytes } from "node:crypto";

/** What to make wrong. */
export interface Tampering {
  /** What is written into the length field instead of the message's length. */
  readonly lengthField?: number;
  readonly appId?: string;
  /** The padding for a frame of so many bytes; together a multiple of 16. */
  readonly padding?: (frameBytes: number) => Uint8Array;
}

const BLOCK_BYTES = 32;

/**
 * @param key the EncodingAESKey of 43 characters
 * @returns base64, for `<Encrypt>`
 */
export function encryptTampered(
  message: string | Uint8Array,
  key: string,
  appId: string,
  tampering: Tampering = {},
): string {
  const content = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE((tampering.lengthField ?? content.length) >>> 0);
  const tail = Buffer.from(tampering.appId ?? appId);
  const frame = Buffer.concat([randomBytes(16), length, content, tail]);
  const padding = (tampering.padding ?? rightPadding)(frame.length);
  const bytes = Buffer.from(`${key}=`, "base64");
  const cipher = createCipheriv("aes-256-cbc", bytes, bytes.subarray(0, 16));
  cipher.setAutoPadding(false);
  const whole = Buffer.concat([frame, padding]);
  return Buffer.concat([cipher.update(whole), cipher.final()]).toString("base64");
}

/** As it should be: 1 to 32 bytes that each say how many they are. */
export function rightPadding(frameBytes: number): Uint8Array {
  const bytes = BLOCK_BYTES - (frameBytes % BLOCK_BYTES);
  return Buffer.alloc(bytes, bytes);
}

/** Bytes that all say `value`, as many as fill the frame up: a number that they are not. */
export function paddingOf(value: number): (frameBytes: number) => Uint8Array {
  return (frameBytes) => Buffer.alloc(rightPadding(frameBytes).length, value);
}

/** As many bytes as are right, and the last of them says so; the first does not. */
export function unevenPadding(frameBytes: number): Uint8Array {
  const padding = Buffer.from(rightPadding(frameBytes));
  padding[0] = (padding[0] ?? 0) ^ 1;
  return padding;
}
