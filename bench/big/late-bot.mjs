// 迟 is answered too late for its only delivery, which gets the notice; a second is a tenth of one.
import { setTimeout as pause } from "node:timers/promises";

const LATE_MS = 700;

export const options = {
  delivery: { deadlineMs: 450, deliveries: 1, late: { notice: "测试：请稍候" } },
};

export default function setup(bot) {
  bot.hears("迟", async () => {
    await pause(LATE_MS);
    return "测试：答案";
  });
  bot.on("text", () => "测试");
}
