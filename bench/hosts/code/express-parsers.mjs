// express-parsers.mjs
import express from "express";
import { bot } from "./bot.mjs";

const app = express();
app.use(express.json(), express.urlencoded({ extended: true }), express.text(), express.raw());
app.use(bot.handler);
app.listen(process.env.PORT);
