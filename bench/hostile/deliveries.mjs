// What a hostile peer and an honest one send: deliveries with a signature of our own making, and the
// answer that an echo bot owes. Nothing of src is known here.

import { account, decrypt, encrypt, field, sha1OfSorted } from "../wire.mjs";

let sequence = 0;
// Several processes make deliveries for one server: what they send must not look repeated.
const run = String(process.pid).padStart(7, "0").slice(-7);

/** The path with a query that is signed, as whoever saw one delivery has it for ten minutes. */
export function signedTarget(path = "/plain", more = "") {
  const seconds = now();
  const nonce = nextNonce();
  const signature = sha1OfSorted(account.token, String(seconds), nonce);
  return `${path}?signature=${signature}&timestamp=${seconds}&nonce=${nonce}${more}`;
}

/** The same with a signature that nobody made. */
export function unsignedTarget(path = "/plain") {
  const signature = "0123456789abcdef0123456789abcdef01234567";
  return `${path}?signature=${signature}&timestamp=${now()}&nonce=${nextNonce()}`;
}

/** The head of a POST, to its last line. */
export function postHead(target, lines) {
  const more = lines.map((line) => `${line}\r\n`).join("");
  return `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n${more}\r\n`;
}

/** A text message of nobody else: its openid and MsgId are used once. */
export function message(content, seconds = now()) {
  sequence += 1;
  const openId = `oHostile${run}${String(sequence).padStart(13, "0")}`;
  const xml =
    `<xml><ToUserName><![CDATA[${account.originalId}]]></ToUserName>` +
    `<FromUserName><![CDATA[${openId}]]></FromUserName><CreateTime>${seconds}</CreateTime>` +
    `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content>` +
    `<MsgId>7${run}${String(sequence).padStart(11, "0")}</MsgId></xml>`;
  return { openId, xml };
}

/**
 * A whole delivery, as WeChat sends it.
 *
 * @returns its bytes, and `check`, which throws unless a body is the answer of an echo bot
 */
export function delivery(mode, content) {
  const { openId, xml } = message(content);
  if (mode === "plain") {
    const bytes = post(signedTarget("/plain", `&openid=${openId}`), xml);
    return { bytes, check: (body) => checkEcho(body, openId, content) };
  }
  const encrypted = encrypt(xml);
  const seconds = String(now());
  const nonce = nextNonce();
  const signature = sha1OfSorted(account.token, seconds, nonce);
  const ofMessage = sha1OfSorted(account.token, seconds, nonce, encrypted);
  const target =
    `/safe?signature=${signature}&timestamp=${seconds}&nonce=${nonce}&openid=${openId}` +
    `&encrypt_type=aes&msg_signature=${ofMessage}`;
  const body =
    `<xml><ToUserName><![CDATA[${account.originalId}]]></ToUserName>` +
    `<Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  return {
    bytes: post(target, body),
    check: (answer) => checkEcho(opened(answer), openId, content),
  };
}

function post(target, body) {
  return Buffer.from(postHead(target, [`Content-Length: ${Buffer.byteLength(body)}`]) + body);
}

/** Byte for byte, but for the second in which the server wrote it. */
function checkEcho(body, openId, content) {
  const createTime = /<CreateTime>(\d{10})<\/CreateTime>/.exec(body)?.[1] ?? "";
  if (Math.abs(Number(createTime) - now()) > 10) throw new Error(`CreateTime is ${createTime}`);
  const expected =
    `<xml><ToUserName><![CDATA[${openId}]]></ToUserName>` +
    `<FromUserName><![CDATA[${account.originalId}]]></FromUserName>` +
    `<CreateTime>${createTime}</CreateTime>` +
    `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content></xml>`;
  if (body === expected) return;
  throw new Error(`the answer is ${body.replaceAll(openId, "[openid]").slice(0, 200)}`);
}

function opened(answer) {
  const parts = ["TimeStamp", "Nonce", "Encrypt"].map((name) => field(answer, name));
  const signature = field(answer, "MsgSignature");
  if (sha1OfSorted(account.token, ...parts) !== signature) throw new Error("wrong MsgSignature");
  return decrypt(parts[2]);
}

function now() {
  return Math.floor(Date.now() / 1000);
}

function nextNonce() {
  sequence += 1;
  return String(1_000_000_000 + ((Number(run) * 100_003 + sequence * 7919) % 8_999_999_993));
}
