// answers.mjs
import { setTimeout } from "node:timers/promises";

export default (bot) => {
  bot.hears("慢", () => setTimeout(7_000, "七秒之后"));
  bot.on("text", () => "测试");
};
