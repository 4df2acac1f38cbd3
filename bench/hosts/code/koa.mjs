// koa.mjs
import Koa from "koa";
import { bot } from "./bot.mjs";

const app = new Koa();
app.use(bot.koa);
app.listen(process.env.PORT);
