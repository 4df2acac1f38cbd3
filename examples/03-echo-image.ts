// A bot file: run it with `make run BOT=examples/03-echo-image.ts`.
// Chapter three of the official guide (图尚往来): a picture is answered with the same picture.
import { image } from "echostr";
import type { Bot } from "echostr";

export default function setup(bot: Bot): void {
  bot.on("image", (message) => image(message.MediaId));
  bot.on("text", (message) => `你说：${message.Content}`);
  bot.on("*", () => "请发一张图片");
}
