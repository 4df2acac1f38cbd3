/**
 * The page with a bot that fails, in each way in which the bots of its users have failed. Whatever it
 * is, the page says what happened, goes on, and shows the answer once the bot is mended.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { skipWithoutBrowser } from "./browser-programs.ts";
import { PageStage } from "./page-stage.ts";
import { ECHO_BOT, stage } from "./stage.ts";

/** The platform's five seconds, shortened: a bot that hangs is waited for three times. */
const TIMEOUT_MS = 1000;

/** A bot with one handler, which begins in line 3. */
const handling = (handler: string): string =>
  `export default (bot) => {\n  bot.on("text",\n${handler}\n  );\n};\n`;

describe("The page of a bot that fails", { skip: skipWithoutBrowser() }, () => {
  let page: PageStage;

  before(async () => {
    page = await PageStage.open({
      bot: ECHO_BOT,
      timeoutMs: TIMEOUT_MS,
      nodeArgs: ["--max-old-space-size=64"],
    });
    await page.browser.sees(/running/, ".status.is-running");
  });

  after(() => page?.close());

  /** Writes to it, and waits until the newest delivery has ended, and badly. */
  async function saysInVain(text: string): Promise<void> {
    await page.says(text);
    await page.browser.sees(new RegExp(text), ".delivery:first-child .delivery-summary");
    await page.browser.sees(/./, ".delivery:first-child .result.is-bad");
    await page.browser.sees(new RegExp(text), ".chat .is-mine:nth-last-child(2)");
  }

  /** Whatever happened: in both languages, after a reload, and with a bot that is mended. */
  async function goesOn(name: string): Promise<void> {
    const { browser } = page;
    await page.shot(`failing-${name.replaceAll(" ", "-")}`);
    await browser.click('[data-focus="language"]');
    await browser.sees(/推送/, ".inspector-tabs");
    await browser.click('[data-focus="language"]');
    await browser.sees(/Deliveries/, ".inspector-tabs");
    await browser.open(page.play.address);
    await browser.sees(/./, ".delivery:first-child .delivery-head");
    assert.equal(await page.count(".undrawn"), 0);
    await page.rewrite(ECHO_BOT);
    await page.says(`mended ${name}`);
    await browser.sees(new RegExp(`你说：mended ${name}`), ".chat .is-theirs:last-child .bubble");
  }

  test("a typo: says that it has stopped, and that messages go nowhere", async () => {
    await page.rewrite("export default (bot) => {\n", "crashed");
    await page.browser.sees(/Bot file .*bot\.mjs.* cannot be loaded/, ".crash");
    await saysInVain("a typo");
    await page.browser.sees(/该公众号提供的服务出现故障/, ".chat .is-fault:last-child");
    await page.browser.sees(/CONNECTION-REFUSED/, ".is-open .step-verdict");
    await page.browser.click(".is-open .step-request summary");
    await page.browser.sees(/POST \/wx\?[\s\S]*It went nowhere/, ".is-open .step-request");
    await goesOn("a typo");
  });

  test("a handler that throws: is red, says in which line, and shows its lines of the log", async () => {
    await page.rewrite(handling('() => { console.log("so far"); throw new TypeError("no such thing"); }'));
    await saysInVain("throw");
    const failure = await page.browser.sees(/bot\.mjs:3/, ".is-open .failure");
    assert.match(failure, /no such thing/);
    assert.match(failure, /3 {2}\(\) => \{ console\.log\("so far"\); throw new TypeError/);
    await page.browser.sees(/bot\.mjs:3/, ".chat .is-failed:last-child");
    await page.browser.sees(/bot\.mjs:3/, ".is-open .step-verdict .is-bad");
    assert.equal(await page.count(".is-open .step-verdict .is-good"), 0);
    await page.browser.sees(/so far[\s\S]*HANDLER_FAILED[\s\S]*TypeError/, ".is-open .step-log");
    await goesOn("throw");
  });

  test("a handler that rejects: is red, and says in which line", async () => {
    await page.rewrite(handling("async (message) => {\n  await null;\n  return mesage.Content;\n}"));
    await saysInVain("reject");
    await page.browser.sees(/bot\.mjs:5[\s\S]*mesage is not defined[\s\S]*return mesage\.Content/, ".is-open .failure");
    await goesOn("reject");
  });

  test("a promise that nobody waits for: tells which line threw, and that an await is missing", async () => {
    await page.rewrite(handling('() => { void Promise.reject(new Error("left alone")); }'));
    await page.says("stray");
    await page.browser.sees(/bot\.mjs:3[\s\S]*left alone[\s\S]*An await or a return is missing/, ".is-open .failure.is-warn");
    await page.browser.sees(/bot\.mjs:3/, ".chat .is-failed:last-child");
    await goesOn("stray");
  });

  test("a handler that hangs: shows the three deliveries and the notice of a fault", async () => {
    await page.rewrite(handling("() => new Promise(() => {})"));
    await saysInVain("hang");
    await page.browser.sees(/TOO-LATE/, ".is-open .step-verdict");
    assert.equal(await page.count(".is-open .lane"), 3);
    await page.browser.sees(/该公众号提供的服务出现故障/, ".chat .is-fault:last-child");
    await goesOn("hang");
  });

  test("a handler that ends the process: says with what status", async () => {
    await page.rewrite(handling("() => process.exit(7)"));
    await saysInVain("exit");
    await page.browser.sees(/exit status 7/, ".crash");
    await page.browser.sees(/crashed/, ".status.is-crashed");
    await goesOn("exit");
  });

  test("a handler in an endless loop: is waited for, and ended when the bot is mended", async () => {
    await page.rewrite(handling("() => { for (;;); }"));
    await saysInVain("loop");
    await page.browser.sees(/TOO-LATE/, ".is-open .step-verdict");
    await goesOn("loop");
  });

  test("a port that is in use: says so", async () => {
    const listening = `import { createServer } from "node:http";
      await new Promise((resolve, reject) => {
        createServer().on("error", reject).listen(${page.play.port}, "127.0.0.1", resolve);
      });
      export default () => {};\n`;
    await page.rewrite(listening, "crashed");
    await page.browser.sees(/EADDRINUSE/, ".crash");
    await saysInVain("port");
    await goesOn("port");
  });

  test("an import that is missing: names it", async () => {
    await page.rewrite('import "./no-such-file.mjs";\nexport default () => {};\n', "crashed");
    await page.browser.sees(/no-such-file\.mjs/, ".crash");
    await saysInVain("import");
    await goesOn("import");
  });

  test("memory that runs out: says that, and not what Node looked like inside", async () => {
    await page.rewrite(handling("() => { const all = []; for (;;) all.push(new Array(1e4).fill(all)); }"));
    await saysInVain("memory");
    const crash = await page.browser.sees(/heap out of memory/, ".crash");
    assert.doesNotMatch(crash, /0x[0-9a-f]{6}/);
    await goesOn("memory");
  });

  test("an edit while a message is under way: the next delivery goes to the new process", async (context) => {
    // With all the time that a busy machine may need to notice the edit.
    const { play, window, file } = await stage(context, {
      bot: handling('() => { console.log("hanging"); return new Promise(() => {}); }'),
      timeoutMs: 60_000,
    });
    await page.browser.open(play.address);
    await page.says("edited");
    await window.sees("the first delivery", ({ log }) => log.some(({ text }) => text === "hanging"));
    writeFileSync(file, ECHO_BOT);
    await page.browser.sees(/你说：edited/, ".chat .is-theirs:last-child .bubble");
    await page.browser.sees(/connection was cut[\s\S]*answered 200/, ".is-open .lanes");
    assert.equal(await page.count(".is-open .lane"), 2);
    await page.browser.sees(/Answered only at delivery 2/, ".is-open .headline");
    await page.shot("failing-edited");
  });
});
