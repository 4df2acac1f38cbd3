/**
 * WeChat's side of the conversation: makes the requests that the platform sends to an account's
 * server, and reads the answers the way the platform does. It shares no code with what is tested.
 */

import assert from "node:assert/strict";
import type { Answer, Sent } from "../support/http.ts";
import { readWire, textAt } from "../support/reader.ts";
import { watch } from "../support/watch.ts";
import {
  type WireRecord,
  raw,
  wireEncrypt,
  wireOpenReply,
  wireSign,
  wireXml,
} from "../support/wire.ts";

/** What the platform knows of an account, and where it delivers. */
export interface Account {
  readonly token: string;
  readonly path: string;
  readonly encodingAesKey: string;
  readonly appId: string;
}

/** The query of a request, decoded; a member that is `undefined` is left out. */
export type Query = Readonly<Record<string, string | undefined>>;

export const ACCOUNT: Account = {
  token: "tok3nOfTheAccount",
  path: "/wx",
  encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  appId: "wx5823bf96d3bd56c7",
};

export const FOLLOWER = "oFollower_7Kc-93aBqXyZ0123456";
watch.secrets.learnOpenId(FOLLOWER);
export const OFFICIAL = "gh_0fficia1acc0";

/** A key that `ACCOUNT` does not have. */
export const OTHER_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

let nonces = 1_514_711_000;

export function nowInSeconds(): string {
  return String(Math.floor(Date.now() / 1000));
}

/** The request with which the platform checks an address that was just saved. */
export function verification(account: Account, echostr: string, query: Query = {}): Sent {
  const target = addressOf(account.path, { ...signedQuery(account, query), echostr, ...query });
  return { method: "GET", target };
}

/** A delivery as an account in plain mode gets it. */
export function plainDelivery(account: Account, body: string, query: Query = {}): Sent {
  const target = addressOf(account.path, { ...signedQuery(account, query), ...query });
  return { method: "POST", target, headers: { "Content-Type": "text/xml" }, body };
}

/** A delivery as an account in safe mode gets it: only the cipher text. */
export function safeDelivery(account: Account, body: string, query: Query = {}): Sent {
  const encrypt = encryptFor(account, body);
  return encryptedDelivery(account, encrypt, wrap(encrypt), query);
}

/** A delivery as an account in compat mode gets it: the plain fields and the cipher text. */
export function compatDelivery(
  account: Account,
  body: string,
  options: { plainFields?: string; query?: Query } = {},
): Sent {
  const encrypt = encryptFor(account, body);
  const plain = options.plainFields ?? body;
  const both = plain.replace("</xml>", `<Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`);
  return encryptedDelivery(account, encrypt, both, options.query);
}

/** `body` under the signatures that the platform would make for `encrypt`. */
export function encryptedDelivery(
  account: Account,
  encrypt: string,
  body: string,
  query: Query = {},
): Sent {
  const signed = signedQuery(account, query);
  const msgSignature = wireSign(account.token, signed.timestamp, signed.nonce, encrypt);
  const target = addressOf(account.path, {
    ...signed,
    openid: FOLLOWER,
    encrypt_type: "aes",
    msg_signature: msgSignature,
    ...query,
  });
  return { method: "POST", target, headers: { "Content-Type": "text/xml" }, body };
}

export function encryptFor(account: Account, body: string): string {
  return wireEncrypt(body, account);
}

/** The body of a delivery in safe mode. */
export function wrap(encrypt: string): string {
  return `<xml><ToUserName><![CDATA[${OFFICIAL}]]></ToUserName>` +
    `<Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
}

/** Reads an encrypted answer as the platform does: first its signature, then its content. */
export function openReply(account: Account, answer: Answer): { xml: string; nonce: string } {
  assert.equal(answer.status, 200);
  const { xml, nonce, appId, timestamp } = wireOpenReply(answer.body, account);
  assert.equal(appId, account.appId);
  assert.match(timestamp, /^\d{10}$/);
  return { xml, nonce };
}

let lastMsgId = 7348281234567900000n;

/** Each text is a message of its own. */
export function textMessage(content: string, fields: WireRecord = {}): string {
  lastMsgId += 1n;
  return message({
    MsgType: "text",
    Content: content,
    MsgId: raw(String(lastMsgId)),
    ...fields,
  });
}

export function imageMessage(): string {
  return message({
    MsgType: "image",
    PicUrl: "http://mmbiz.qpic.cn/picture",
    MediaId: "media_id-1",
    MsgId: raw("7348281234567890124"),
  });
}

/** A message with the fields that all messages have, and those given. */
export function message(fields: WireRecord): string {
  return wireXml({
    ToUserName: OFFICIAL,
    FromUserName: FOLLOWER,
    CreateTime: raw(nowInSeconds()),
    ...fields,
  });
}

/** The text of an element of the root. */
export function field(xml: string, name: string): string {
  const found = textAt(readWire(xml), name);
  assert.notEqual(found, undefined, `<${name}> is missing in ${xml}`);
  return found ?? "";
}

export function addressOf(path: string, query: Query): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    }
  }
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function signedQuery(
  account: Account,
  query: Query,
): { signature: string; timestamp: string; nonce: string } {
  nonces += 1;
  const timestamp = query["timestamp"] ?? nowInSeconds();
  const nonce = query["nonce"] ?? String(nonces);
  return { signature: wireSign(account.token, timestamp, nonce), timestamp, nonce };
}
