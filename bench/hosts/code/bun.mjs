// bun.mjs
import { bot } from "./bot.mjs";

export default { port: process.env.PORT, fetch: bot.fetch };
