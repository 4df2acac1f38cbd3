/**
 * The frame of safe mode before it is encrypted, in parts and as bytes: what the inspector colours.
 *
 * ```text
 * 16 random bytes | length of the message, 4 bytes, big endian | message | appid | padding
 * ```
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { invalidInput } from "./lab-input.ts";
import type { FrameParts } from "./types.ts";

const RANDOM_BYTES = 16;
const BLOCK_BYTES = 32;

/**
 * @param random 16 bytes; drawn when not given
 * @throws EchostrError `LAB_INPUT_INVALID` when they are not 16
 */
export function frameParts(
  message: string,
  appId: string,
  random: Uint8Array = randomBytes(RANDOM_BYTES),
): Omit<FrameParts, "base64"> {
  if (random.length !== RANDOM_BYTES) {
    throw invalidInput(`A frame begins with ${RANDOM_BYTES} random bytes, got ${random.length}`);
  }
  const content = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const filled = Buffer.concat([random, length, content, Buffer.from(appId)]);
  const padding = BLOCK_BYTES - (filled.length % BLOCK_BYTES);
  return {
    random: Buffer.from(random).toString("hex"),
    length: content.length,
    message,
    appId,
    padding,
    bytesHex: Buffer.concat([filled, Buffer.alloc(padding, padding)]).toString("hex"),
  };
}
