// node-http.mjs
import { createServer } from "node:http";
import { bot } from "./bot.mjs";

createServer(bot.handler).listen(process.env.PORT);
