// koa-parser.mjs
import { bodyParser } from "@koa/bodyparser";
import Router from "@koa/router";
import Koa from "koa";
import { bot } from "./bot.mjs";

const router = new Router().all("/wx", bot.koa);
new Koa().use(bodyParser({ enableTypes: ["json", "form", "text", "xml"] })).use(router.routes()).listen(process.env.PORT);
