// The public functions of the protocol on a bare server: what they cost without a bot around them.
// Called with the path of the library: dist/echostr.mjs.

import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const { PORT, HOST = "127.0.0.1", WECHAT_TOKEN, WECHAT_AES_KEY, WECHAT_APPID } = process.env;
const library = await import(pathToFileURL(process.argv[2]).href);
const { decrypt, encrypt, formatReply, parseAesKey, parseMessage, parseXml, sign, text, verifySignature } = library;
const key = WECHAT_AES_KEY && parseAesKey(WECHAT_AES_KEY);

/** The answer's XML, or `undefined` when the signature is wrong. */
function answer(query, body) {
  const [timestamp, nonce] = [query.get("timestamp"), query.get("nonce")];
  const sealed = key && parseXml(body).children.find(({ name }) => name === "Encrypt").text;
  const signature = query.get(key ? "msg_signature" : "signature");
  if (!verifySignature(WECHAT_TOKEN, { signature, timestamp, nonce, encrypt: sealed })) return undefined;
  const message = parseMessage(key ? decrypt(sealed, key, WECHAT_APPID) : body);
  const now = Math.floor(Date.now() / 1000);
  const { FromUserName, ToUserName } = message;
  const envelope = { ToUserName: FromUserName, FromUserName: ToUserName, CreateTime: now };
  const { xml } = formatReply(text("测试"), envelope);
  return key ? seal(encrypt(xml, key, WECHAT_APPID), String(now), nonce) : xml;
}

function seal(sealed, timestamp, nonce) {
  return (
    `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt>` +
    `<MsgSignature><![CDATA[${sign(WECHAT_TOKEN, timestamp, nonce, sealed)}]]></MsgSignature>` +
    `<TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`
  );
}

createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const query = new URLSearchParams(request.url.slice(request.url.indexOf("?") + 1));
    const xml = answer(query, Buffer.concat(chunks).toString("utf8"));
    if (xml === undefined) {
      response.writeHead(403).end();
      return;
    }
    const length = Buffer.byteLength(xml);
    response.writeHead(200, { "Content-Type": "text/xml; charset=utf-8", "Content-Length": length });
    response.end(xml);
  });
}).listen(Number(PORT), HOST, () => console.log("listening"));
