/**
 * The other side of the wire, for tests: an independent writer of what WeChat sends and reader of
 * what we answer. Nothing here comes from src, so that no fault there hides behind the same fault.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { wireEncrypt, wireDecrypt } from "./wire-encryption.ts";
import { readWire, textAt, type WireNode } from "./reader.ts";
import { watch } from "./watch.ts";

export {
  wireDecrypt,
  wireEncrypt,
  wireEncryptFrame,
  wireFrame,
  wirePadding,
} from "./wire-encryption.ts";

/** Markup that `wireXml` writes as it is, for values with a form of their own. */
export interface WireRaw {
  readonly raw: string;
}
export type WirePairs = readonly (readonly [name: string, value: WireValue])[];
export interface WireRecord {
  readonly [name: string]: WireValue;
}
export type WireValue = string | number | WireRaw | WirePairs | WireRecord;

export function raw(xml: string): WireRaw {
  return { raw: xml };
}

/**
 * A body in the form the platform uses: strings in CDATA, numbers bare, nested fields as elements.
 * Pairs instead of a record allow repeated names.
 */
export function wireXml(fields: WirePairs | WireRecord): string {
  return `<xml>${wireFields(fields)}</xml>`;
}

function wireFields(fields: WirePairs | WireRecord): string {
  const pairs: WirePairs = isPairs(fields) ? fields : Object.entries(fields);
  for (const [name, value] of pairs) {
    if (name === "FromUserName" && typeof value === "string") watch.secrets.learnOpenId(value);
  }
  return pairs.map(([name, value]) => `<${name}>${wireValue(value)}</${name}>\n`).join("");
}

function wireValue(value: WireValue): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `<![CDATA[${value.split("]]>").join("]]]]><![CDATA[>")}]]>`;
  if (isPairs(value)) return wireFields(value);
  return "raw" in value && typeof value.raw === "string"
    ? value.raw
    : wireFields(value as WireRecord);
}

function isPairs(value: WireValue): value is WirePairs {
  return Array.isArray(value);
}

/** The fields every message carries; a test adds or overrides its own. */
export function wireEnvelope(fields: WireRecord = {}): WireRecord {
  return {
    ToUserName: "gh_97417a04a28d",
    FromUserName: "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
    CreateTime: 1714112445,
    MsgType: "text",
    ...fields,
  };
}

let lastMsgId = 6054768590064713728n;

/** Each text is a message of its own, with an id that no number could hold. */
export function wireText(content: string, fields: WireRecord = {}): string {
  lastMsgId += 1n;
  return wireXml(wireEnvelope({ Content: content, MsgId: raw(String(lastMsgId)), ...fields }));
}

/** The JSON form, which mini programs may choose and an official account never sends. */
export function wireJson(fields: Record<string, unknown>): string {
  return JSON.stringify(fields);
}

/** 40 hex digits over the parts, in the order of their UTF-16 code units. */
export function wireSign(
  token: string,
  timestamp: string,
  nonce: string,
  encrypt?: string,
): string {
  const parts = [token, timestamp, nonce];
  if (encrypt !== undefined) parts.push(encrypt);
  const ordered = parts.sort((a, b) => Buffer.compare(bigEndian(a), bigEndian(b)));
  return createHash("sha1")
    .update(Buffer.from(ordered.join(""), "utf8"))
    .digest("hex");
}

function bigEndian(value: string): Buffer {
  return Buffer.from(value, "utf16le").swap16();
}

export interface WireDelivery {
  readonly token: string;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly mode?: "plain" | "compat" | "safe";
  /** A plain body, as `wireXml` makes it. */
  readonly body: string;
  readonly encodingAesKey?: string;
  readonly appId?: string;
  readonly openId?: string;
}

/** What a push looks like: query without the question mark, and body. */
export function wireRequest(delivery: WireDelivery): { query: string; body: string } {
  const { token, timestamp = "1714112445", nonce = "415670741", mode = "plain" } = delivery;
  const query = new URLSearchParams({
    signature: wireSign(token, timestamp, nonce),
    timestamp,
    nonce,
  });
  if (delivery.openId !== undefined) {
    watch.secrets.learnOpenId(delivery.openId);
    query.set("openid", delivery.openId);
  }
  if (mode === "plain") return { query: query.toString(), body: delivery.body };
  const { encodingAesKey, appId } = delivery;
  if (encodingAesKey === undefined || appId === undefined) throw new Error(`${mode} needs a key`);
  const encrypt = wireEncrypt(delivery.body, { encodingAesKey, appId });
  query.set("encrypt_type", "aes");
  query.set("msg_signature", wireSign(token, timestamp, nonce, encrypt));
  return { query: query.toString(), body: envelope(delivery.body, encrypt, mode) };
}

function envelope(body: string, encrypt: string, mode: "compat" | "safe"): string {
  const element = `<Encrypt><![CDATA[${encrypt}]]></Encrypt>\n`;
  if (mode === "compat") return body.replace(/<\/xml>\s*$/, () => `${element}</xml>`);
  const account = textAt(readWire(body), "ToUserName") ?? "";
  return `<xml><ToUserName><![CDATA[${account}]]></ToUserName>\n${element}</xml>`;
}

/** The query of the handshake that follows on saving the address in the account's settings. */
export function wireHandshake(fields: {
  readonly token: string;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly echostr?: string;
}): string {
  const { token, timestamp = "1714036504", nonce = "1514711492" } = fields;
  const signature = wireSign(token, timestamp, nonce);
  const echostr = fields.echostr ?? "4375120948345356249";
  return new URLSearchParams({ signature, timestamp, nonce, echostr }).toString();
}

export type WireReply = string | { readonly [name: string]: WireReply | readonly WireReply[] };

/** A reply as nested fields; `item` is always a list. Throws when the XML is of another form. */
export function wireReadReply(xml: string): Record<string, WireReply | readonly WireReply[]> {
  const root = readWire(xml);
  if (root.name !== "xml") throw new Error(`The root is <${root.name}> instead of <xml>`);
  return fieldsOf(root);
}

function fieldsOf(node: WireNode): Record<string, WireReply | readonly WireReply[]> {
  const fields: Record<string, WireReply | readonly WireReply[]> = Object.create(null);
  for (const child of node.children) {
    const value = child.children.length > 0 ? fieldsOf(child) : child.text;
    if (child.name === "item") fields["item"] = [...((fields["item"] ?? []) as WireReply[]), value];
    else if (child.name in fields) throw new Error(`<${child.name}> came twice`);
    else fields[child.name] = value;
  }
  return fields;
}

/** Opens an encrypted reply as the platform does: signature first, then the frame. */
export function wireOpenReply(
  xml: string,
  { token, encodingAesKey }: { readonly token: string; readonly encodingAesKey: string },
): { xml: string; appId: string; timestamp: string; nonce: string } {
  const root = readWire(xml);
  const [encrypt = "", signature = "", timestamp = "", nonce = ""] = [
    "Encrypt",
    "MsgSignature",
    "TimeStamp",
    "Nonce",
  ].map((name) => textAt(root, name));
  if (signature !== wireSign(token, timestamp, nonce, encrypt)) {
    throw new Error("The reply's MsgSignature is wrong");
  }
  const { message, appId } = wireDecrypt(encrypt, encodingAesKey);
  return { xml: message, appId, timestamp, nonce };
}
