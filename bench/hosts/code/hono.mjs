// hono.mjs
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bot } from "./bot.mjs";

const app = new Hono();
app.all("/wx", (c) => bot.fetch(c.req.raw));
serve({ fetch: app.fetch, port: Number(process.env.PORT) });
