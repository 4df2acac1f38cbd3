/**
 * The corpus of callback bodies in test/fixtures, read once.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { watch } from "./watch.ts";

const FOLDER = new URL("../fixtures/payloads/", import.meta.url);

export interface Payload {
  /** File name without `.xml`. */
  readonly name: string;
  /** As INDEX.tsv has it: `msg:text`, `event:SCAN`, `event:subscribe+qrscene`, `reply:news`, … */
  readonly kind: string;
  readonly bytes: Buffer;
  /** The same without its byte order mark. */
  readonly text: string;
}

export const payloads: readonly Payload[] = readIndex();

/** What WeChat sends in the clear. */
export const inboundPayloads: readonly Payload[] = payloads.filter(
  ({ kind }) => !kind.startsWith("reply:") && kind !== "encrypted-safe-body",
);

export function payload(name: string): Payload {
  const found = payloads.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`No payload is named ${name}`);
  return found;
}

export interface CryptoVector {
  readonly id: string;
  readonly kind: "signature-only" | "full";
  readonly token: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly echostr?: string;
  readonly signature?: string;
  readonly msg_signature?: string;
  readonly encodingAESKey?: string;
  readonly appid?: string;
  readonly random?: string;
  readonly encrypt?: string;
  readonly plaintext?: string;
  readonly pad?: number;
}

export const cryptoVectors: readonly CryptoVector[] = JSON.parse(
  readFileSync(new URL("../fixtures/crypto-vectors.json", import.meta.url), "utf8"),
) as CryptoVector[];

function readIndex(): Payload[] {
  const [, ...rows] = readFileSync(new URL("INDEX.tsv", FOLDER), "utf8").trimEnd().split("\n");
  return rows.map((row) => {
    const [name = "", kind = ""] = row.split("\t");
    const bytes = readFileSync(new URL(`${name}.xml`, FOLDER));
    const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
    const [, openId = ""] = /<FromUserName>\s*(?:<!\[CDATA\[)?([^\]<\s]+)/.exec(text) ?? [];
    watch.secrets.learnOpenId(openId);
    return { name, kind, bytes, text };
  });
}
