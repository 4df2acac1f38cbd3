// 慢 is answered within the time of its delivery, everything else at once.
import { setTimeout as pause } from "node:timers/promises";

const SLOW_MS = 4000;

export default function setup(bot) {
  bot.hears("慢", async () => {
    await pause(SLOW_MS);
    return "测试";
  });
  bot.on("text", () => "测试");
}
