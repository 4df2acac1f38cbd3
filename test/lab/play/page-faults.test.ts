/** Faults of the page itself that its readers met: what must not happen again. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CALLS } from "./bot-calls.ts";
import { skipWithoutBrowser } from "./browser-programs.ts";
import { PageStage } from "./page-stage.ts";

/** Answers at once, late, with a menu of choices, with a picture that nobody has. */
const BOT = `
${CALLS}
export const options = { delivery: { deadlineMs: 500 } };
export default (bot) => {
  bot.hears("late", () => new Promise((resolve) => setTimeout(resolve, 900, "at last")));
  bot.hears("choices", async (message) => {
    await call("message/custom/send", { touser: message.FromUserName, msgtype: "msgmenu", msgmenu: {
      head_content: "Was it good?",
      list: [{ id: "1", content: "Yes" }, { id: "2", content: "No" }],
      tail_content: "Thank you",
    } });
  });
  bot.hears("no picture", () => ({ MsgType: "image", Image: { MediaId: "no-such-media" } }));
  bot.on("image", (message) => ({ MsgType: "image", Image: { MediaId: message.MediaId } }));
  bot.on("text", (message) => "answer to " + message.Content);
};
`;

const AT_END = `const chat = document.querySelector(".chat");
  return chat.scrollHeight > chat.clientHeight + 50
    && chat.scrollHeight - chat.scrollTop - chat.clientHeight < 3;`;

describe("The page", { skip: skipWithoutBrowser() }, () => {
  let page: PageStage;

  before(async () => {
    page = await PageStage.open({ bot: BOT, timeoutMs: 600 });
    await page.browser.sees(/running/, ".status.is-running");
  });

  after(() => page?.close());

  test("shows everything else when one part of a delivery cannot be drawn", async () => {
    const { browser } = page;
    // What the request step needs, and nothing else does.
    await browser.run("window.kept = TextEncoder; window.TextEncoder = undefined;");
    await page.says("one");
    await browser.sees(/answer to one/, ".chat .is-theirs:last-child");
    await browser.sees(/./, ".delivery:first-child .result.is-good");
    await browser.sees(/As the platform wants it/, ".is-open .step-verdict");
    assert.equal(await page.count(".undrawn"), 1);
    await browser.run("window.TextEncoder = window.kept;");
  });

  test("shows the conversation when no delivery can be drawn at all", async () => {
    const { browser } = page;
    await browser.run("Date.prototype.toTimeString = () => { throw new Error('planted'); };");
    await page.says("two");
    await browser.sees(/answer to two/, ".chat .is-theirs:last-child");
    await browser.click('[data-focus="language"]');
    await browser.sees(/投递/, ".inspector-tabs");
    await browser.sees(/这一部分无法显示（Error: planted）/, ".delivery:first-child");
    await page.says("three");
    await browser.sees(/answer to three/, ".chat .is-theirs:last-child");
    await browser.open(page.play.address);
    await browser.click('[data-focus="language"]');
    await browser.sees(/text/, ".delivery:first-child .delivery-head .kind");
    assert.equal(await page.count(".undrawn"), 0);
    assert.match((await browser.console()).join("\n"), /planted/, "it is told in the console");
  });

  test("is open in nine windows at once, and goes on when the first of them is closed", async () => {
    const { browser } = page;
    await browser.setViewport(1280, 800);
    await browser.click(".follower:first-child");
    const first = await browser.window();
    const others: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      others.push(await browser.openWindow(page.play.address));
      await browser.sees(/running/, ".status.is-running");
    }
    await page.says("from the ninth");
    await browser.sees(/answer to from the ninth/, ".chat .is-theirs:last-child");
    await browser.enterWindow(first);
    await browser.sees(/answer to from the ninth/, ".chat .is-theirs:last-child");
    await browser.closeWindow();
    const [second = "", ...rest] = others;
    await browser.enterWindow(second);
    await page.says("from the second");
    await browser.sees(/answer to from the second/, ".chat .is-theirs:last-child");
    for (const handle of rest) {
      await browser.enterWindow(handle);
      await browser.sees(/answer to from the second/, ".chat .is-theirs:last-child");
      await browser.closeWindow();
    }
    await browser.enterWindow(second);
  });

  test("says what to do when play has ended, and when it was started again with a new key", async () => {
    const { browser } = page;
    await page.stopPlay();
    await browser.sees(/the server of this page is away[\s\S]*start it again/, ".lost");
    assert.match(await browser.text(".status"), /not connected/);
    assert.doesNotMatch(await browser.text(".status"), /running/);
    await page.startPlayAgain();
    await browser.sees(/has a new key\. Open the address that it has printed/, ".lost");
    assert.match(await browser.text(".status"), /not connected/);
    await page.shot("replaced");
    await browser.open(page.play.address);
    await browser.sees(/running/, ".status.is-running");
    assert.equal(await browser.run("return document.querySelector('.lost').hidden"), true);
    await page.says("again");
    await browser.sees(/answer to again/, ".chat .is-theirs:last-child");
  });
});
