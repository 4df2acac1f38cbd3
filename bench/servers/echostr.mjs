// Ours, from the source, for the check of servers; the benchmark measures the built file instead.

import { createBot, startServer } from "../../src/index.ts";

const { PORT, HOST = "127.0.0.1", WECHAT_TOKEN, WECHAT_AES_KEY, WECHAT_APPID } = process.env;

const bot = createBot({
  token: WECHAT_TOKEN,
  ...(WECHAT_AES_KEY && { encodingAesKey: WECHAT_AES_KEY, appId: WECHAT_APPID }),
  log: () => {},
});
bot.on("text", (message) => (process.env.ECHO ? message.Content : "测试"));

await startServer(bot, { port: Number(PORT), host: HOST });
console.log("listening");
