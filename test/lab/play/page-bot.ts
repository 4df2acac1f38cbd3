/** The bot that the page is tried with in a browser. */

import { CALLS } from "./bot-calls.ts";

/** It sets its menu through the interfaces, and takes 20 seconds for 慢. */
export const PAGE_BOT: string = `
${CALLS}
await call("menu/create", { button: [
  { type: "click", name: "今日天气", key: "TODAY" },
  { name: "更多", sub_button: [
    { type: "scancode_waitmsg", name: "扫码", key: "SCAN" },
    { type: "view", name: "网站", url: "https://example.com/" },
  ] },
] });
export const options = { delivery: false };
export default (bot) => {
  bot.on("image", (m) => ({ MsgType: "image", Image: { MediaId: m.MediaId } }));
  bot.click("TODAY", () => "今天晴，18 °C");
  bot.on("event:scancode_waitmsg", (m) => "码里是 " + m.ScanCodeInfo.ScanResult);
  bot.hears("慢", () => new Promise((resolve) => setTimeout(resolve, 20_000, "慢")));
  bot.hears("链接", () =>
    '第一行\\n<a href="https://example.com/">网站</a> <a href="javascript:alert(1)">坏</a> ' +
    "<img src=x onerror=alert(1)>");
  bot.on("text", () => "测试");
};
`;
