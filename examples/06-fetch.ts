// Request -> Response: for cloud functions and runtimes with a `fetch` of their own. This module
// exports what such a host asks for; nothing listens here.
import { createBot } from "echostr";

const bot = createBot({
  token: process.env["WECHAT_TOKEN"] ?? "",
  path: "*", // The host has routed the request already.
});

bot.on("text", (message) => `收到 ${message.Content.length} 个字`);

const host: { fetch(request: Request): Promise<Response> } = { fetch: bot.fetch };
export default host;
