// The tutorial's complete program: it verifies the server and answers 测试 to every text.
// In this folder it runs without a build: `npx tsx examples/02-auto-reply.ts`.
import { createServer } from "node:http";
import { createBot } from "echostr";

const bot = createBot({ token: process.env["WECHAT_TOKEN"] ?? "" });

bot.on("text", () => "测试");

createServer(bot.handler).listen(Number(process.env["PORT"] ?? 80));
