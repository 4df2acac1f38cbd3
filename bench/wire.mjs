// The platform's side of the wire for the benchmark: requests as raw bytes, the check of a reply.
// Written with node:crypto alone and without a line of src, so that a fault there cannot hide here.

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
} from "node:crypto";

export const account = {
  token: "benchtoken",
  aesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  appId: "wx0123456789abcdef",
  originalId: "gh_0123456789ab",
};

// The key object is made once: on Node 24 a key passed as bytes costs 40 µs a call.
const keyBytes = Buffer.from(`${account.aesKey}=`, "base64");
const key = createSecretKey(keyBytes);
const vector = keyBytes.subarray(0, 16);

const QUESTION = "你好，请问今天的天气怎么样？ weather now?";

/** The text message of the benchmarks, 341 bytes, laid out like the sample of the platform. */
export function textMessage({ openId, messageId, seconds, content = QUESTION }) {
  return `<xml>
  <ToUserName><![CDATA[${account.originalId}]]></ToUserName>
  <FromUserName><![CDATA[${openId}]]></FromUserName>
  <CreateTime>${seconds}</CreateTime>
  <MsgType><![CDATA[text]]></MsgType>
  <Content><![CDATA[${content}]]></Content>
  <MsgId>${messageId}</MsgId>
</xml>`;
}

export function sha1OfSorted(...parts) {
  return createHash("sha1").update(parts.sort().join("")).digest("hex");
}

export function encrypt(message) {
  const body = Buffer.from(message);
  const tail = Buffer.from(account.appId);
  const length = 16 + 4 + body.length + tail.length;
  // Padding counts to 32, not to the 16 of AES, and is never empty; so node:crypto must not pad.
  const pad = 32 - (length % 32);
  const frame = Buffer.alloc(length + pad, pad);
  randomBytes(16).copy(frame);
  frame.writeUInt32BE(body.length, 16);
  body.copy(frame, 20);
  tail.copy(frame, 20 + body.length);
  const cipher = createCipheriv("aes-256-cbc", key, vector).setAutoPadding(false);
  return Buffer.concat([cipher.update(frame), cipher.final()]).toString("base64");
}

export function decrypt(encrypted) {
  const decipher = createDecipheriv("aes-256-cbc", key, vector).setAutoPadding(false);
  const frame = Buffer.concat([decipher.update(encrypted, "base64"), decipher.final()]);
  const pad = frame[frame.length - 1];
  const end = 20 + frame.readUInt32BE(16);
  const tail = frame.toString("utf8", end, frame.length - pad);
  if (pad < 1 || pad > 32 || tail !== account.appId) {
    throw new Error("the reply is encrypted with another appid, key or padding");
  }
  return frame.toString("utf8", 20, end);
}

let sequence = 0;

function nextOpenId() {
  return `oBench${String(sequence + 1).padStart(22, "0")}`;
}

/** A request as the platform sends it. No two in one run share MsgId, FromUserName or nonce. */
export function buildRequest(mode, { forged = false, content, openId = nextOpenId() } = {}) {
  sequence += 1;
  const seconds = Math.floor(Date.now() / 1000);
  const messageId = `7${String(sequence).padStart(18, "0")}`;
  // A prime step spreads the nonces over their ten digits without repeating one.
  const nonce = String(1_000_000_000 + ((sequence * 7919) % 8_999_999_993));
  const message = textMessage({ openId, messageId, seconds, content });
  const token = forged ? `${account.token}x` : account.token;

  let query = `signature=${sha1OfSorted(token, String(seconds), nonce)}`;
  query += `&timestamp=${seconds}&nonce=${nonce}&openid=${openId}`;
  let body = message;
  if (mode === "safe") {
    const encrypted = encrypt(message);
    const signature = sha1OfSorted(token, String(seconds), nonce, encrypted);
    query += `&encrypt_type=aes&msg_signature=${signature}`;
    body =
      `<xml>\n    <ToUserName><![CDATA[${account.originalId}]]></ToUserName>\n` +
      `    <Encrypt><![CDATA[${encrypted}]]></Encrypt>\n</xml>\n`;
  }
  const head =
    `POST /wx?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n` +
    `Content-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return { bytes: Buffer.from(head + body), openId };
}

/**
 * Distinct requests end to end in one block of memory with the place where each ends: nothing is
 * built while the clock runs, and a hundred thousand requests are two objects to the collector.
 */
export function buildBatch(count, mode) {
  const parts = [];
  const ends = new Uint32Array(count);
  let end = 0;
  for (let index = 0; index < count; index += 1) {
    const { bytes } = buildRequest(mode);
    parts.push(bytes);
    end += bytes.length;
    ends[index] = end;
  }
  return { mode, count, ends, bytes: Buffer.concat(parts, end) };
}

export function field(xml, name) {
  const match = new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)(?:\\]\\]>)?</${name}>`).exec(xml);
  if (match === null) throw new Error(`no ${name} in the reply: ${xml.slice(0, 300)}`);
  return match[1];
}

/** Throws unless `reply` is the right answer to the request of `openId`. */
export function checkReply(mode, openId, reply, { constant = false } = {}) {
  if (reply.status !== 200) throw new Error(`status ${reply.status}: ${reply.body.slice(0, 300)}`);
  let xml = reply.body;
  if (mode === "safe") {
    const encrypted = field(xml, "Encrypt");
    const parts = [field(xml, "TimeStamp"), field(xml, "Nonce"), encrypted];
    const signature = field(xml, "MsgSignature");
    if (constant) return; // the bare server has the shape of a reply and nothing in it
    if (sha1OfSorted(account.token, ...parts) !== signature) throw new Error("wrong MsgSignature");
    xml = decrypt(encrypted);
  }
  const expected = { MsgType: "text", Content: "测试" };
  if (!constant) Object.assign(expected, { ToUserName: openId, FromUserName: account.originalId });
  for (const [name, value] of Object.entries(expected)) {
    const actual = field(xml, name);
    if (actual !== value) throw new Error(`${name} must be ${value}, got ${actual}`);
  }
}
