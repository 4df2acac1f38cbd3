// fastify.mjs
import Fastify from "fastify";
import { bot } from "./bot.mjs";

const app = Fastify();
app.register(bot.fastify);
await app.listen({ port: Number(process.env.PORT) });
