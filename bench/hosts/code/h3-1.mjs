// h3-1.mjs
import { createServer } from "node:http";
import { createApp, fromNodeMiddleware, toNodeListener } from "h3";
import { bot } from "./bot.mjs";

const app = createApp();
app.use(fromNodeMiddleware(bot.handler));
createServer(toNodeListener(app)).listen(process.env.PORT);
