// `node-easywechat` on node:http, as its README shows it, with the `await` that the README forgets.
// In plain mode it looks at no signature, so it does less work than the others.

import { createServer } from "node:http";
import { OfficialAccount, ServerRequest } from "node-easywechat";

const { PORT, HOST = "127.0.0.1", WECHAT_TOKEN, WECHAT_AES_KEY, WECHAT_APPID } = process.env;

// For the check of servers the bot repeats what it is told: then its reply shows what was read.
const answer = process.env.ECHO ? (content) => content : () => "测试";

const config = { app_id: WECHAT_APPID, token: WECHAT_TOKEN, secret: "unused" };
if (WECHAT_AES_KEY) config.aes_key = WECHAT_AES_KEY;

function createApp() {
  const app = new OfficialAccount(config);
  // getServer() wants a request to exist; each message brings its own.
  app.setRequest(new ServerRequest("POST", "/"));
  app.getServer().addMessageListener("text", async ({ Content }) => answer(Content));
  return app;
}

const shared = createApp();

createServer(async (request, response) => {
  try {
    const serverRequest = await ServerRequest.createFromIncomingMessage(request);
    // With a key every served message adds one more decrypting handler, bound to that message's
    // query, to the server object: the second message fails. So each has an application of its own.
    const app = WECHAT_AES_KEY ? createApp() : shared;
    app.setRequest(serverRequest);
    const answer = await app.getServer().serve();
    // getHeaders() holds the type under two spellings; one is enough.
    response.writeHead(answer.getStatusCode(), {
      "Content-Type": answer.getHeader("content-type") ?? "text/plain",
    });
    response.end(answer.getBody());
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
}).listen(Number(PORT), HOST, () => console.log("listening"));
