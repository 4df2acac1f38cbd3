// elysia.mjs
import { node } from "@elysiajs/node";
import { Elysia } from "elysia";
import { bot } from "./bot.mjs";

const app = new Elysia({ adapter: node() });
app.all("/wx", ({ request }) => bot.fetch(request));
app.listen(process.env.PORT);
