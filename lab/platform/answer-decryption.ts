/**
 * Opens the encrypted envelope of an answer as the platform would: `MsgSignature` first, then the
 * frame, each byte of it. Like the reader of XML it is written a second time, so that what the
 * server's own encryption does wrong is seen here.
 *
 * @module
 */
import { createDecipheriv, createHash } from "node:crypto";
import type { AnswerElement } from "./answer-reader.ts";
import { decode, quote } from "./answer-text.ts";
import type { Findings } from "./findings.ts";
import type { LabAccount } from "./types.ts";

const BLOCK_BYTES = 32;
const HEAD_BYTES = 20;
const ENVELOPE_FIELDS = ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"] as const;

/**
 * @param root an answer that has `Encrypt`
 * @returns the message inside; `undefined` if it cannot be decrypted, and the findings say why
 */
export function openAnswer(
  root: AnswerElement,
  account: LabAccount,
  findings: Findings,
): string | undefined {
  const field = (name: string): string =>
    root.children.find((child) => child.name === name)?.text.trim() ?? "";
  const missing = ENVELOPE_FIELDS.filter((name) => field(name) === "");
  if (missing.length > 0) {
    findings.add("ENVELOPE-INCOMPLETE", `The encrypted answer has no ${missing.join(", no ")}`);
    if (field("Encrypt") === "") return undefined;
  } else {
    checkSignature(field, account, findings);
  }
  const timestamp = field("TimeStamp");
  if (timestamp !== "" && !/^\d{10}$/.test(timestamp)) {
    findings.add(
      "ENVELOPE-TIMESTAMP",
      `TimeStamp must be a time in seconds, got ${quote(timestamp)}`,
    );
  }
  const frame = decryptFrame(field("Encrypt"), account, findings);
  return frame === undefined ? undefined : readFrame(frame, account.appId, findings);
}

function checkSignature(
  field: (name: string) => string,
  account: LabAccount,
  findings: Findings,
): void {
  const parts = [account.token, field("TimeStamp"), field("Nonce"), field("Encrypt")];
  const digest = (joined: string): string => createHash("sha1").update(joined).digest("hex");
  const given = field("MsgSignature");
  if (given === digest([...parts].sort().join(""))) return;
  // The two mistakes that are made most.
  const cause =
    given === digest(parts.slice(0, 3).sort().join(""))
      ? "it leaves Encrypt out"
      : given === digest(parts.join(""))
        ? "the four strings are not sorted"
        : "token, TimeStamp, Nonce and Encrypt give another one";
  findings.add("MSG-SIGNATURE-WRONG", `MsgSignature is wrong: ${cause}`);
}

/** @returns the frame without its padding */
function decryptFrame(
  encrypted: string,
  { appId, encodingAesKey = "" }: LabAccount,
  findings: Findings,
): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encrypted) || encrypted.length % 4 !== 0) {
    findings.add("DECRYPT-BASE64", `Encrypt is not base64: ${quote(encrypted)}`);
    return undefined;
  }
  const bytes = Buffer.from(encrypted, "base64");
  if (bytes.length % 16 !== 0) {
    findings.add("DECRYPT-LENGTH", `Encrypt holds ${bytes.length} bytes, no multiple of 32`);
    return undefined;
  }
  const key = Buffer.from(`${encodingAesKey}=`, "base64");
  const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const frame = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const padding = frame.at(-1) ?? 0;
  const filling = frame.subarray(frame.length - padding);
  const isWhole =
    padding >= 1 && padding <= BLOCK_BYTES && filling.every((byte) => byte === padding);
  if (!isWhole && !holdsMessage(frame, appId)) {
    findings.add("DECRYPT-KEY", "Encrypt was made with another key, or in another way");
    return undefined;
  }
  if (!isWhole || frame.length % BLOCK_BYTES !== 0) {
    const last = frame.subarray(-4).toString("hex");
    const cause = `the frame has ${frame.length} bytes and ends with ${last}`;
    findings.add("DECRYPT-PADDING", `The padding is not made for blocks of 32 bytes: ${cause}`);
    return isWhole ? frame.subarray(0, frame.length - padding) : undefined;
  }
  return frame.subarray(0, frame.length - padding);
}

/** Whether message and appid stand where they should: then the key is right, whatever follows. */
function holdsMessage(frame: Buffer, appId: string): boolean {
  const end = frame.length >= HEAD_BYTES ? HEAD_BYTES + frame.readUInt32BE(16) : Infinity;
  return end <= frame.length && frame.subarray(end).toString("latin1").startsWith(appId);
}

function readFrame(frame: Buffer, appId: string, findings: Findings): string | undefined {
  const rest = frame.length - HEAD_BYTES;
  const length = rest < 0 ? -1 : frame.readUInt32BE(16);
  if (length < 0 || length > rest) {
    const cause =
      rest < 0
        ? `it has ${frame.length} bytes in all`
        : `its length field says ${length}, ${rest} follow`;
    findings.add("DECRYPT-FRAME", `The frame does not hold its message: ${cause}`);
    return undefined;
  }
  const tail = frame.toString("utf8", HEAD_BYTES + length);
  if (tail !== appId && tail.endsWith(appId)) {
    const over = Buffer.byteLength(tail) - Buffer.byteLength(appId);
    const cause = `the length field leaves out ${over} of them`;
    findings.add("DECRYPT-FRAME", `The length of the message must be in bytes: ${cause}`);
    return undefined;
  }
  if (tail !== appId) {
    findings.add(
      "DECRYPT-APPID",
      `${appId} must follow the message in the frame, got ${quote(tail)}`,
    );
  }
  return decode(frame.subarray(HEAD_BYTES, HEAD_BYTES + length), "The encrypted message", findings);
}
