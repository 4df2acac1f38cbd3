// deno.mjs
import { bot } from "./bot.mjs";

Deno.serve({ port: Number(process.env.PORT) }, bot.fetch);
