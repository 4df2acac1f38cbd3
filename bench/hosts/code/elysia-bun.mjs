// elysia-bun.mjs
import { Elysia } from "elysia";
import { bot } from "./bot.mjs";

const app = new Elysia();
app.all("/wx", ({ request }) => bot.fetch(request));
app.listen(process.env.PORT);
