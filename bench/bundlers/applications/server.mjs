/** Listens where it is told to, and otherwise only loads the bot, which must have no effect. */
import { createServer } from "node:http";
import { bot } from "./bot.mjs";

const port = process.env.PORT_OF_THE_APPLICATION;
if (port !== undefined) createServer(bot.handler).listen(Number(port), "127.0.0.1");
