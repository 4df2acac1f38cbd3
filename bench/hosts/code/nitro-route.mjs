// routes/wx.js
import { fromNodeHandler } from "nitro/h3";
import { bot } from "../bot.mjs";

export default fromNodeHandler(bot.handler);
