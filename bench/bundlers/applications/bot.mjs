/** A bot as an application has it: nothing of the library but createBot. */
import { createBot } from "echostr";

export const bot = createBot({ token: process.env.TOKEN_OF_THE_BOT ?? "none" });
bot.on("text", () => "测试");
