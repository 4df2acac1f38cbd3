/** The page in a browser: what a reader does with it and sees. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startPlay } from "../../../lab/play/start-play.ts";
import type { Play } from "../../../lab/play/start-play.ts";
import { findBrowser, MISSING_BROWSER, skipWithoutBrowser } from "./browser-programs.ts";
import { PAGE_BOT } from "./page-bot.ts";
import { serverCommand } from "./stage.ts";
import { Browser } from "./webdriver.ts";

/** The platform's five seconds, shortened, so that twenty of the bot's are more than three times that. */
const TIMEOUT_MS = 800;

/** Keys, as WebDriver calls them. */
const [ENTER, TAB, ESCAPE] = ["\uE007", "\uE004", "\uE00C"];
const [RIGHT, HOME, END] = ["\uE014", "\uE011", "\uE010"];

/** Where pictures of the page are left for people to look at; none without it. */
const SHOTS = process.env["PLAY_SHOTS"];

const programs = findBrowser();
const skip = skipWithoutBrowser();

describe("The page in a browser", { skip }, () => {
  let play: Play;
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "echostr-page-"));

  before(async () => {
    assert.ok(programs !== undefined, MISSING_BROWSER);
    const botFile = join(folder, "bot.mjs");
    writeFileSync(botFile, PAGE_BOT);
    play = await startPlay({
      port: 0,
      program: { command: serverCommand(), botFile, folder },
      environment: { PATH: process.env["PATH"], HOME: folder },
      timeoutMs: TIMEOUT_MS,
    });
    browser = await Browser.start(programs, { width: 1280, height: 800, language: "zh-CN" });
    await browser.setViewport(1280, 800);
    await browser.setColors("light");
    await browser.open(play.address);
    await browser.sees(/bot\.mjs/, ".status.is-running");
  });

  after(async () => {
    await browser?.close();
    await play?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function shot(name: string): Promise<void> {
    if (SHOTS === undefined) return;
    mkdirSync(SHOTS, { recursive: true });
    writeFileSync(join(SHOTS, `${name}.png`), await browser.picture());
  }

  async function scrollTo(selector: string): Promise<void> {
    await browser.run(
      "document.querySelector(arguments[0])?.scrollIntoView({ block: 'start' })",
      selector,
    );
  }

  test("opens by the printed address, which then holds no key, in the browser's language", async () => {
    const address = String(await browser.run("return location.href"));
    assert.match(address, new RegExp(`^http://127\\.0\\.0\\.1:${play.port}/[\\w-]{22}/$`));
    assert.equal(await browser.run("return document.documentElement.lang"), "zh-CN");
    assert.equal(await browser.run("return document.cookie"), "");
    await browser.sees(/微信验证服务器地址/, ".delivery-head");
    await browser.sees(/提交成功/, ".step-verdict");
  });

  test("takes 你好, shows 测试 in the phone and each step in the inspector", async () => {
    await browser.type("#say", "你好");
    await browser.press(ENTER);
    await browser.sees(/测试/, ".chat .is-theirs .bubble");
    await browser.sees(/你好/, ".chat .is-mine .bubble");
    const message = await browser.sees(/MsgId/, ".step-message");
    assert.match(message, /<Content><!\[CDATA\[你好\]\]><\/Content>/);
    const signature = await browser.sees(/SHA-1/, ".step-signature");
    for (const name of ["token", "timestamp", "nonce"]) assert.match(signature, new RegExp(name));
    assert.match(signature, /\b[0-9a-f]{40}\b/);
    await browser.sees(/响应 200/, ".step-attempts");
    await browser.sees(/<!\[CDATA\[测试\]\]>/, ".step-answer");
    await browser.sees(/符合微信的要求/, ".step-verdict");
    await browser.click(".step-request summary");
    await browser.sees(/POST \/wx\?[\s\S]*signature=/, ".step-request");
    await browser.click(".step-message .more summary");
    assert.equal(
      await browser.run("return document.querySelectorAll('.step-message .token').length"),
      26,
    );
    await shot("1-hello");
  });

  test("sends a picture and shows the one that comes back", async () => {
    await browser.click(".composer .round");
    await shot("2-plus");
    await browser.click(".plus-action:nth-child(1)");
    await browser.click(".dialog .wide");
    await browser.sees(/image/, ".delivery-head .kind");
    const loaded =
      "return [...document.querySelectorAll('.chat img')].filter((i) => i.naturalWidth === 360).length";
    await browser.until("two pictures", async () => (await browser.run(loaded)) === 2);
    await browser.click(".composer .round");
  });

  test("presses the buttons of the menu that the bot has set", async () => {
    await browser.click(".menu-top:nth-child(1) .menu-button");
    await browser.sees(/今天晴，18 °C/, ".chat .is-theirs");
    await browser.sees(/小明点了“今日天气”/, ".chat .is-line");
    await browser.click(".menu-top:nth-child(2) > .menu-button");
    await browser.click(".menu-list li:nth-child(1) .menu-button");
    await browser.sees(/码里的内容/, "dialog");
    await browser.click("dialog .primary");
    await browser.sees(/码里是 https:\/\/example\.com\/code\/1/, ".chat .is-theirs");
  });

  test("shows links and line breaks of an answer, and never its markup", async () => {
    await browser.type("#say", "链接\n");
    await browser.sees(/第一行\n网站/, ".chat .is-theirs .bubble");
    const links =
      "return [...document.querySelectorAll('.entry:last-child .bubble a')].map((a) => a.href + ' ' + a.rel)";
    assert.deepEqual(await browser.run(links), ["https://example.com/ noopener noreferrer"]);
    const text = await browser.sees(/onerror/, ".chat .is-theirs .bubble");
    assert.match(text, /<img src=x onerror=alert\(1\)>/);
    assert.match(text, /javascript:alert/);
    assert.equal(
      await browser.run("return document.querySelectorAll('.chat img[src=\"x\"]').length"),
      0,
    );
  });

  test("shows the notice of a fault after three deliveries to a bot that takes 20 seconds", async () => {
    await browser.type("#say", "慢\n");
    await browser.sees(/该公众号提供的服务出现故障，请稍后再试/, ".chat .is-fault");
    const lanes = await browser.sees(/断开/, ".is-open .lanes");
    assert.equal(lanes.match(/断开/g)?.length, 3);
    await browser.sees(/TOO-LATE/, ".is-open .step-verdict");
    await browser.click(".is-open .lane:nth-child(1)");
    await browser.sees(/LAPSED/, ".is-open .step-verdict");
    await shot("3-fault");
  });

  test("switches to safe mode and shows the frame in its parts", async () => {
    await browser.click(".segment:nth-child(3)");
    await browser.sees(/GET[\s\S]*微信验证服务器地址/, ".delivery:first-child .delivery-head");
    await browser.sees(/运行中/, ".status.is-running");
    await browser.type("#say", "你好\n");
    const frame = await browser.sees(/填充/, ".is-open .step-frame");
    for (const part of ["随机数", "长度", "消息", "appid"]) assert.match(frame, new RegExp(part));
    const parts =
      "return [...new Set([...document.querySelectorAll('.is-open .bytes .byte')].map((e) => e.className))].length";
    assert.equal(await browser.run(parts), 5);
    await browser.sees(/encrypt[\s\S]*msg_signature/, ".is-open .step-signature");
    await browser.sees(/解密后[\s\S]*测试/, ".is-open .step-answer");
    await shot("4-safe");
    await scrollTo(".step-frame");
    await shot("5-frame");
  });

  test("sends a tampered delivery and tells that it was refused", async () => {
    await browser.click(".is-open .again label:nth-of-type(3)");
    await browser.click(".is-open .again .primary");
    await browser.sees(/改动过[\s\S]*被拒：403/, ".delivery:first-child .delivery-head");
    await browser.sees(/以 403 拒绝/, ".is-open .step-verdict");
    await browser.sees(/签名之后请求体被改动|请求/, ".is-open .step-request");
    await shot("6-tampered");
  });

  test("loads a transcript of a stranger's, plays it, and runs nothing that is in it", async () => {
    const injection = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const transcript = [
      { transcript: "echostr", version: 1, originalId: injection, mode: "plain" },
      {
        type: "delivery",
        at: 0,
        openId: "oStranger",
        description: { MsgType: "text", Content: injection },
        shown: { what: "reply", reply: { MsgType: "text", content: `测试${injection}` } },
        attempts: [],
      },
      {
        type: "delivery",
        at: 1,
        openId: "oStranger",
        description: { MsgType: "text", Content: "你好" },
        shown: { what: "reply", reply: { MsgType: "text", content: "测试" } },
        attempts: [],
      },
    ];
    const file = join(folder, "talk.jsonl");
    writeFileSync(file, transcript.map((line) => `${JSON.stringify(line)}\n`).join(""));
    await browser.type("#load-file", file);
    await browser.sees(/talk\.jsonl/, ".transcript-name");
    await browser.click(".transcript-head .primary");
    await browser.sees(/1 条一致，1 条不同/, ".transcript-name");
    const rows = await browser.sees(/onerror/, ".replay");
    assert.match(rows, /<script>document\.title=2<\/script>/);
    assert.equal(await browser.run("return document.title"), "echostr play");
    assert.equal(
      await browser.run("return document.querySelectorAll('img[src=\"x\"], #app script').length"),
      0,
    );
    assert.match(
      await browser.run<string>("return document.querySelector('.replay del')?.textContent"),
      /<img/,
    );
    await shot("7-transcript");
    // The conversation of the stranger's phone, too.
    await browser.click(".follower:last-of-type");
    await browser.sees(/onerror/, ".chat .is-mine");
    assert.equal(await browser.run("return document.title"), "echostr play");
  });

  test("can be used with the keyboard alone", async () => {
    const isFocused = (selector: string): Promise<void> =>
      browser.until(`the focus on ${selector}`, () =>
        browser.run("return document.activeElement?.matches(arguments[0])", selector),
      );
    await browser.run("document.querySelector('.skip').focus()");
    await browser.press(ENTER);
    await isFocused("#say");
    await browser.click("#tab-deliveries");
    await browser.press(RIGHT);
    await isFocused("#tab-transcript");
    await browser.press(END);
    await isFocused("#tab-log");
    await browser.sees(/API POST \/cgi-bin\/menu\/create -> ok/, ".log-lines");
    await browser.press(HOME);
    await isFocused("#tab-deliveries");
    await browser.sees(/GET/, ".delivery-head");
    // A sheet holds the focus, Escape closes it, and the focus returns.
    await browser.run("document.querySelector('.followers .round').focus()");
    await browser.press(ENTER);
    await browser.sees(/添加用户/, "dialog");
    for (let i = 0; i < 6; i += 1) {
      await browser.press(TAB);
      await isFocused("body, dialog *");
    }
    await browser.press(ESCAPE);
    await isFocused(".followers .round");
    assert.equal(await browser.run("return document.querySelectorAll('dialog[open]').length"), 0);
  });

  test("gives every control a name and every picture a text", async () => {
    const nameless = await browser.run<string[]>(`
      const named = (e) => e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent.trim() || e.title;
      return [...document.querySelectorAll("button, a, input, select, textarea")]
        .filter((e) => !e.closest("[hidden]") && !e.hidden && !named(e)).map((e) => e.outerHTML);`);
    assert.deepEqual(nameless, []);
    assert.equal(await browser.run("return document.querySelectorAll('img:not([alt])').length"), 0);
    assert.equal(await browser.run("return document.querySelectorAll('main, header').length"), 2);
    const ids = await browser.run<string[]>(
      "return [...document.querySelectorAll('[id]')].map((e) => e.id)",
    );
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  });

  test("speaks English when it is switched, and keeps it", async () => {
    await browser.click('[data-focus="language"]');
    await browser.sees(/Deliveries/, ".inspector-tabs");
    assert.equal(await browser.run("return document.documentElement.lang"), "en");
    await browser.open(play.address);
    await browser.sees(/Deliveries/, ".inspector-tabs");
  });

  test("fits 390 pixels, light and dark, without scrolling sideways", async () => {
    await browser.setColors("dark");
    await shot("8-dark");
    await browser.setViewport(390, 844);
    const overflow = "return document.documentElement.scrollWidth - innerWidth";
    for (const tab of ["phone", "inspector"]) {
      await browser.click(`#tab-${tab}`);
      assert.ok((await browser.run<number>(overflow)) <= 0, tab);
      await shot(`9-narrow-${tab}-dark`);
      await browser.setColors("light");
      await shot(`9-narrow-${tab}`);
    }
  });

  test("was refused nothing by its policy and has thrown nothing", async () => {
    // A picture that is none has no file; the browser says so, and that is all.
    const said = (await browser.console()).filter((line) => !/favicon|mmbiz/.test(line));
    assert.deepEqual(said, []);
  });
});
