// nest.mjs
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module.mjs";
import { bot } from "./bot.mjs";

const app = await NestFactory.create(AppModule);
app.use(bot.handler);
await app.listen(process.env.PORT);
