// A bot file: `make run BOT=examples/08-menu.ts`, with WECHAT_APPID and WECHAT_SECRET in .env.
// The menu of the official guide: a button that this bot answers, a group of links, and a link.
import type { Bot, Menu } from "echostr";

const GUIDE = "https://developers.weixin.qq.com/doc/offiaccount/Getting_Started";

const menu: Menu = {
  button: [
    { type: "click", name: "开发指引", key: "mpGuide" },
    {
      name: "公众平台",
      sub_button: [
        { type: "view", name: "入门指引", url: `${GUIDE}/Getting_Started_Guide.html` },
        { type: "view", name: "返回码说明", url: `${GUIDE}/Global_Return_Code.html` },
      ],
    },
    { type: "view", name: "主页", url: "https://mp.weixin.qq.com/" },
  ],
};

export default async function setup(bot: Bot): Promise<void> {
  bot.click("mpGuide", () => "编写中，敬请期待");
  bot.on("text", () => "请点下面的菜单");

  if (!process.env["WECHAT_SECRET"]) return; // Then the menu stays as it is.
  try {
    await bot.api.menu.create(menu);
  } catch (error) {
    // The bot answers without it too. The message says what to do; it holds no secret.
    console.error(`The menu is not set: ${(error as Error).message}`);
  }
}
