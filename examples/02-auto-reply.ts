// The tutorial's complete program: it verifies the server and answers 测试 to every text.
import { createServer } from "node:http";
import { createBot } from "../src/index.ts";

const bot = createBot({ token: process.env["WECHAT_TOKEN"] ?? "" });

bot.on("text", () => "测试");

createServer(bot.handler).listen(Number(process.env["PORT"] ?? 80));
