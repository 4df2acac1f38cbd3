// bot.mjs
import { setTimeout } from "node:timers/promises";
import { createBot } from "echostr";

export const bot = createBot({
  token: process.env.WECHAT_TOKEN,
  encodingAesKey: process.env.WECHAT_AES_KEY,
  appId: process.env.WECHAT_APPID,
});
bot.hears("慢", () => setTimeout(7_000, "七秒之后"));
bot.on("text", () => "测试");
