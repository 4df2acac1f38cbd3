// app/wx/route.js
import { bot } from "../../bot.mjs";

export const GET = bot.fetch;
export const POST = bot.fetch;
