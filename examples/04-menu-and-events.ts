// A bot file: `make run BOT=examples/04-menu-and-events.ts`. Follows, scans, the menu, and
// middleware that sees everything.
import { news, text } from "echostr";
import type { Bot } from "echostr";

export default function setup(bot: Bot): void {
  bot.use(async (message, context, next) => {
    context.state["seen"] = message.kind;
    return next();
  });

  bot.on("event:subscribe", ({ scene }) => (scene === undefined ? "欢迎" : `欢迎，来自 ${scene}`));
  bot.on("event:scan", ({ scene }) => `你扫了 ${scene}`);
  bot.on("event:unsubscribe", () => undefined); // Delete what you know of this follower.

  bot.click("today", () =>
    news([{ title: "今天", description: "新闻", picUrl: "https://example.com/1.jpg", url: "https://example.com" }]),
  );
  bot.on("event:scancode_waitmsg", ({ ScanCodeInfo }) => `码里写着 ${ScanCodeInfo.ScanResult}`);
  bot.on("event:location_select", ({ SendLocationInfo }) => SendLocationInfo.Label);
  bot.on("event", () => undefined);

  bot.hears("帮助", () => text("发「天气 北京」试试"));
  bot.hears(/^天气\s*(.+)$/, (_message, { match }) => `${match[1]}：晴`);
  bot.on("*", (_message, context) => `没听懂（${String(context.state["seen"])}）`);

  bot.onError((error) => `出错了：${error instanceof Error ? error.message : "未知"}`);
}
