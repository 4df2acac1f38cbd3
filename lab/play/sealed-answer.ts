/**
 * Takes an encrypted answer apart for the inspector: its signature step by step, its frame in
 * parts. Whether it is right, the judge says; here it is only shown, as far as it can be read.
 *
 * @module
 */
import { createDecipheriv } from "node:crypto";
import { readAnswerXml } from "../platform/answer-reader.ts";
import type { AnswerElement } from "../platform/answer-reader.ts";
import { readAnswerJson } from "../platform/json-format.ts";
import { hashSteps } from "../platform/sealing.ts";
import type { LabAccount } from "../platform/types.ts";
import type { FrameParts, SealedAnswer } from "./view.ts";

const HEAD_BYTES = 20;

/** @returns `undefined` when the answer is not encrypted, or cannot be read */
export function openSealedAnswer(text: string, account: LabAccount): SealedAnswer | undefined {
  const root = read(text);
  const field = (name: string): string =>
    root?.children.find((child) => child.name === name)?.text.trim() ?? "";
  const encrypt = field("Encrypt");
  if (encrypt === "") return undefined;
  const signature = hashSteps({
    token: account.token,
    timestamp: field("TimeStamp"),
    nonce: field("Nonce"),
    encrypt,
  });
  return { given: field("MsgSignature"), signature, frame: readFrame(encrypt, account) };
}

function read(text: string): AnswerElement | undefined {
  try {
    return readAnswerJson(text) ?? readAnswerXml(text);
  } catch {
    return undefined;
  }
}

function readFrame(base64: string, { encodingAesKey = "" }: LabAccount): FrameParts | undefined {
  const key = Buffer.from(`${encodingAesKey}=`, "base64");
  const bytes = Buffer.from(base64, "base64");
  if (key.length !== 32 || bytes.length === 0 || bytes.length % 16 !== 0) return undefined;
  const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const frame = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const padding = frame.at(-1) ?? 0;
  const content = frame.length - padding;
  const length = frame.length < HEAD_BYTES ? -1 : frame.readUInt32BE(16);
  if (length < 0 || HEAD_BYTES + length > content) return undefined;
  return {
    random: frame.toString("hex", 0, 16),
    length,
    message: frame.toString("utf8", HEAD_BYTES, HEAD_BYTES + length),
    appId: frame.toString("utf8", HEAD_BYTES + length, content),
    padding,
    bytesHex: frame.toString("hex"),
    base64,
  };
}
