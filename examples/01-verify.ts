// The tutorial's first program: prove to WeChat that this server is yours. It needs no bot:
// one function of the protocol and Node's own server. Here: `npx tsx examples/01-verify.ts`.
import { createServer } from "node:http";
import { verifySignature } from "echostr";

const token = process.env["WECHAT_TOKEN"] ?? "";

createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? "/", "http://localhost");
  const part = (name: string): string => searchParams.get(name) ?? "";
  const ours = verifySignature(token, {
    signature: part("signature"),
    timestamp: part("timestamp"),
    nonce: part("nonce"),
  });
  response.writeHead(ours ? 200 : 403, { "Content-Type": "text/plain" });
  response.end(ours ? part("echostr") : "check error");
}).listen(Number(process.env["PORT"] ?? 80));
