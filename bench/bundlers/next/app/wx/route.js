/** The route handler of a Next.js application. */
import { createBot } from "echostr";

const bot = createBot({ token: process.env.TOKEN_OF_THE_BOT ?? "none" });
bot.on("text", () => "测试");

export const dynamic = "force-dynamic";
export const GET = bot.fetch;
export const POST = bot.fetch;
