// The floor: node:http that reads the whole body and sends one constant reply of the size and type
// of a real one. It looks at nothing, so what another server takes beyond it is that server's work.

import { createServer } from "node:http";

const { PORT, HOST = "127.0.0.1", WECHAT_AES_KEY } = process.env;

const plain =
  "<xml><ToUserName><![CDATA[oBench0000000000000000000000]]></ToUserName>" +
  "<FromUserName><![CDATA[gh_0123456789ab]]></FromUserName><CreateTime>1700000000</CreateTime>" +
  "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[测试]]></Content></xml>";

// 16 random bytes, 4 of length, the message, the appid; padded to 32; in base64.
const frameLength = 16 + 4 + Buffer.byteLength(plain) + 18;
const paddedLength = frameLength + 32 - (frameLength % 32);
const safe =
  `<xml><Encrypt><![CDATA[${Buffer.alloc(paddedLength).toString("base64")}]]></Encrypt>` +
  `<MsgSignature><![CDATA[${"0".repeat(40)}]]></MsgSignature>` +
  "<TimeStamp>1700000000</TimeStamp><Nonce><![CDATA[1234567890]]></Nonce></xml>";

const reply = Buffer.from(WECHAT_AES_KEY ? safe : plain);
const headers = { "Content-Type": "text/xml; charset=utf-8", "Content-Length": reply.length };

createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    // Every server decodes the body once; the floor does too.
    if (Buffer.concat(chunks).toString("utf8").length === 0) {
      response.writeHead(400).end();
      return;
    }
    response.writeHead(200, headers);
    response.end(reply);
  });
}).listen(Number(PORT), HOST, () => console.log("listening"));
