// The whole protocol in one file, to be read from top to bottom: a server for a WeChat Official Account
// on node:http and node:crypto alone. It proves to WeChat that it is yours and answers 测试 to every text,
// in plain mode, and with WECHAT_AES_KEY and WECHAT_APPID in safe mode.
//
// It is short because it leaves out what a server in the open needs. `make check-server` finds in it:
//
//   BODY-UNLIMITED      a body may have any size                     -> src/server/body.ts
//   MALFORMED-ANSWERED  what is no XML is answered as if it were     -> src/protocol/xml.ts
//   PADDING-UNCHECKED   one byte of the padding is looked at         -> src/protocol/encryption.ts
//   SLOW-CLIENT-HELD    a request may take minutes                   -> src/server/listen.ts
//
// And what cannot be found from outside: signatures are not compared in constant time (signature.ts),
// an answer that comes after 15 seconds is lost (src/delivery), and nothing is written into a log.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";

const { WECHAT_TOKEN: token = "", WECHAT_APPID: appId = "", WECHAT_AES_KEY: aesKey = "" } = process.env;
const isSafe = aesKey !== "";

// 1. The signature. WeChat sorts the token and the parts of the query, joins them and hashes them. In
// safe mode <Encrypt> is one of the parts: `msg_signature` covers the message, `signature` does not.
function sign(...parts: string[]): string {
  return createHash("sha1").update([token, ...parts].sort().join("")).digest("hex");
}

// 2. The XML. Texts stand in CDATA, numbers stand bare. The first field of a name counts: what comes
// behind it may be a follower's words.
function field(xml: string, name: string): string {
  const pattern = new RegExp(`<${name}>\\s*(?:<!\\[CDATA\\[([^]*?)\\]\\]>|([^<]*?))\\s*</${name}>`);
  const [, inSection, bare] = pattern.exec(xml) ?? [];
  return inSection ?? bare ?? "";
}

function element(name: string, text: string): string {
  // "]]>" would end the section: it is split over two.
  return `<${name}><![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]></${name}>`;
}

// 3. The frame of safe mode: 16 random bytes, the length of the message in bytes (4, the highest
// first), the message, the AppID, and padding to a multiple of 32, each byte of which says how many
// there are. AES-256-CBC; the key is the base64 of 43 characters and "=", its first half the IV.
const key = Buffer.from(`${aesKey}=`, "base64");

function decrypt(encrypt: string): string {
  const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(encrypt, "base64"), decipher.final()]);
  const frame = padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
  const end = 20 + frame.readUInt32BE(16);
  if (frame.toString("utf8", end) !== appId) throw new Error("The message is another account's");
  return frame.toString("utf8", 20, end);
}

function encrypt(message: string): string {
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const frame = Buffer.concat([randomBytes(16), length, text, Buffer.from(appId)]);
  const padding = 32 - (frame.length % 32);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([frame, Buffer.alloc(padding, padding)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString("base64");
}

// 4. The bot: what is answered to a message, or nothing.
async function answer(message: string): Promise<string | undefined> {
  return field(message, "MsgType") === "text" ? "测试" : undefined;
}

// 5. Delivery. WeChat waits for 5 seconds and then delivers the same message again, twice. The bot
// runs once; each delivery gets its answer. An event has no MsgId: its time tells it from another one.
const answers = new Map<string, Promise<string>>();

function reply(message: string): Promise<string> {
  const [follower, account] = [field(message, "FromUserName"), field(message, "ToUserName")];
  const id = `${follower} ${field(message, "MsgId") || field(message, "CreateTime") + field(message, "Event")}`;
  const known = answers.get(id);
  if (known !== undefined) return known;
  const made = answer(message).then((text) => {
    if (text === undefined) return "success"; // Received, nothing to say, do not send it again.
    const time = Math.floor(Date.now() / 1000);
    return (
      `<xml>${element("ToUserName", follower)}${element("FromUserName", account)}` +
      `<CreateTime>${time}</CreateTime>${element("MsgType", "text")}${element("Content", text)}</xml>`
    );
  });
  answers.set(id, made);
  setTimeout(() => answers.delete(id), 60_000).unref();
  return made;
}

/** Locks a reply into `<Encrypt>`, and signs it. */
function seal(reply: string, nonce: string): string {
  const [encrypted, time] = [encrypt(reply), String(Math.floor(Date.now() / 1000))];
  return (
    `<xml>${element("Encrypt", encrypted)}${element("MsgSignature", sign(time, nonce, encrypted))}` +
    `<TimeStamp>${time}</TimeStamp>${element("Nonce", nonce)}</xml>`
  );
}

// 6. HTTP. GET is the handshake: `echostr` goes back as it came. POST is a delivery. WeChat takes
// nothing but status 200; who is not WeChat gets 403, whatever was wrong.
async function respond(request: IncomingMessage): Promise<string> {
  const { searchParams: query } = new URL(request.url ?? "/", "http://localhost");
  const part = (name: string): string => query.get(name) ?? "";
  const [timestamp, nonce] = [part("timestamp"), part("nonce")];
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 600) throw new Error("The request is old");
  if (request.method === "GET") {
    if (part("signature") !== sign(timestamp, nonce)) throw new Error("The signature is wrong");
    return part("echostr");
  }
  if (request.method !== "POST") throw new Error("The method is none of WeChat's");
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces).toString("utf8"); // Joined first: a piece may end within a character.
  const signed = isSafe ? [timestamp, nonce, field(body, "Encrypt")] : [timestamp, nonce];
  if (part(isSafe ? "msg_signature" : "signature") !== sign(...signed)) throw new Error("The signature is wrong");
  const plain = await reply(isSafe ? decrypt(field(body, "Encrypt")) : body);
  return isSafe && plain !== "success" ? seal(plain, nonce) : plain;
}

createServer((request, response) => {
  respond(request).then(
    (text) => response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" }).end(text),
    () => response.writeHead(403).end(),
  );
}).listen(Number(process.env["PORT"] ?? 80), process.env["HOST"]);
