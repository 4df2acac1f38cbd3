/**
 * Makes the screenshots of the READMEs from the real page, in both languages: `make screenshots`. A
 * follower follows, presses a button of the menu and writes a text, in safe mode; the last delivery
 * is unfolded.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPlay } from "../../lab/play/start-play.ts";
import { findBrowser, MISSING_BROWSER } from "../../test/lab/play/browser-programs.ts";
import type { BrowserPrograms } from "../../test/lab/play/browser-programs.ts";
import { Browser } from "../../test/lab/play/webdriver.ts";
import type { BrowserOptions } from "../../test/lab/play/webdriver.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SIZE = { width: 1280, height: 800 };

const PICTURES: Readonly<Record<string, BrowserOptions["language"]>> = {
  "docs/play.png": "en-US",
  "docs/play.zh-CN.png": "zh-CN",
};

/** Its menu and its last message come by the API. */
const BOT = `export default (bot) => {
  void bot.api.menu.create({ button: [
    { type: "click", name: "今日天气", key: "TODAY" },
    { name: "更多", sub_button: [{ type: "view", name: "网站", url: "https://example.com/" }] },
    { type: "click", name: "附近", key: "NEAR" },
  ] });
  bot.on("event:subscribe", () =>
    '欢迎关注！\\n发“天气 城市”查天气，或看看<a href="https://example.com/">我们的网站</a>。');
  bot.click("TODAY", () => "今天晴，18 °C");
  bot.hears(/^天气\\s*(.+)$/, (_message, { match, api, openId }) => {
    setTimeout(() => api.customerService.send(openId, match[1] + "发布大风蓝色预警"), 300);
    return match[1] + "：晴，18 °C";
  });
};
`;

const programs = findBrowser();
const fonts = spawnSync("fc-list", [":lang=zh"], { encoding: "utf8" }).stdout ?? "";
if (programs === undefined || fonts === "") {
  console.error(programs === undefined ? MISSING_BROWSER : "needs a Chinese font: apt-get install fonts-wqy-zenhei");
  process.exit(1);
}
for (const [file, language] of Object.entries(PICTURES)) {
  writeFileSync(join(ROOT, file), await take(programs, language));
  console.log(file);
}

async function take(found: BrowserPrograms, language: BrowserOptions["language"]): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "echostr-picture-"));
  const botFile = join(folder, "weather.mjs");
  writeFileSync(botFile, BOT);
  const command = ["--import", "tsx", join(ROOT, "src/cli/main.ts")];
  const play = await startPlay({
    port: 0,
    program: { command, botFile, folder: ROOT },
    environment: { PATH: process.env["PATH"], HOME: folder },
  });
  try {
    const browser = await Browser.start(found, { ...SIZE, language });
    try {
      await browser.setViewport(SIZE.width, SIZE.height);
      await browser.setColors("light");
      await browser.open(play.address);
      await talk(browser);
      return await browser.picture();
    } finally {
      await browser.close();
    }
  } finally {
    await play.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function talk(browser: Browser): Promise<void> {
  const [THEIRS, FOLLOW] = [".chat .is-theirs .bubble", ".phone-head button"];
  await browser.sees(/weather\.mjs/, ".status.is-running");
  // The third mode is the safe one; the account is new, and the bot starts again.
  await browser.click(".segment:nth-child(3)");
  await browser.sees(/GET/, ".delivery:first-child .delivery-head");
  await browser.sees(/weather\.mjs/, ".status.is-running");
  // Followers follow from the beginning. What came before the first picture of it is cleared.
  await browser.click(FOLLOW);
  await browser.sees(/unsubscribe/, ".delivery:first-child .delivery-head");
  await browser.click("[data-focus=clear]");
  await browser.click(FOLLOW);
  await browser.sees(/欢迎关注/, THEIRS);
  await browser.click(".menu-top:nth-child(1) .menu-button");
  await browser.sees(/今天晴/, THEIRS);
  await browser.type("#say", "天气 北京\n");
  await browser.sees(/大风蓝色预警/, THEIRS);
  // The caret would blink.
  await browser.run("document.activeElement?.blur()");
}
