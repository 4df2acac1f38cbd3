// express.mjs
import express from "express";
import { bot } from "./bot.mjs";

const app = express();
app.use(bot.handler);
app.use(express.json());
app.listen(process.env.PORT);
