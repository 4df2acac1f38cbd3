// nest-fastify.mjs
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { AppModule } from "./app.module.mjs";
import { bot } from "./bot.mjs";

const app = await NestFactory.create(AppModule, new FastifyAdapter());
app.use(bot.handler);
await app.listen(process.env.PORT);
