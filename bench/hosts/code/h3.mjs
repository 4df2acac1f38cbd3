// h3.mjs
import { H3, serve } from "h3";
import { bot } from "./bot.mjs";

const app = new H3();
app.all("/wx", (event) => bot.fetch(event.req));
serve(app, { port: Number(process.env.PORT) });
