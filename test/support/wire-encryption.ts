/**
 * The platform's encryption (AES-256-CBC, PKCS#7 to 32 bytes), written a second time for tests.
 * Every part of the frame can be made wrong on purpose: padding, length field, appid, or all of it.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

export interface WireEncryption {
  readonly encodingAesKey: string;
  readonly appId: string;
  /** 16 bytes. */
  readonly random?: Uint8Array;
  /** The number written into the length field when it is not to be the message's. */
  readonly lengthField?: number;
  /** The bytes that fill the frame up, when they are not to be the right ones. */
  readonly padding?: (length: number) => Uint8Array;
}

export function wireEncrypt(message: string | Uint8Array, settings: WireEncryption): string {
  const frame = wireFrame(message, settings);
  const padding = (settings.padding ?? wirePadding)(frame.length);
  return wireEncryptFrame(Buffer.concat([frame, padding]), settings.encodingAesKey);
}

/** 16 random bytes, the message's length, the message, the appid: all but the padding. */
export function wireFrame(message: string | Uint8Array, settings: WireEncryption): Buffer {
  const content = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeInt32BE((settings.lengthField ?? content.length) | 0);
  const random = settings.random ?? randomBytes(16);
  return Buffer.concat([random, length, content, Buffer.from(settings.appId)]);
}

/** 1 to 32 bytes, each of them saying how many they are. */
export function wirePadding(length: number): Buffer {
  const pad = 32 - (length % 32);
  return Buffer.alloc(pad, pad);
}

/** Encrypts bytes as they are; their number has to be a multiple of 16. */
export function wireEncryptFrame(frame: Uint8Array, encodingAesKey: string): string {
  const key = Buffer.from(`${encodingAesKey}=`, "base64");
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(frame), cipher.final()]).toString("base64");
}

export function wireDecrypt(
  encrypted: string,
  encodingAesKey: string,
): { random: Buffer; message: string; appId: string; pad: number } {
  const key = Buffer.from(`${encodingAesKey}=`, "base64");
  const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const frame = Buffer.concat([decipher.update(encrypted, "base64"), decipher.final()]);
  const pad = frame.at(-1) ?? 0;
  const padding = frame.subarray(-pad);
  if (frame.length % 32 !== 0 || pad < 1 || pad > 32 || padding.some((byte) => byte !== pad)) {
    throw new Error(
      `Wrong padding of a frame of ${frame.length} bytes: ${padding.toString("hex")}`,
    );
  }
  const end = 20 + frame.readUInt32BE(16);
  return {
    random: frame.subarray(0, 16),
    message: frame.subarray(20, end).toString("utf8"),
    appId: frame.subarray(end, frame.length - pad).toString("utf8"),
    pad,
  };
}
