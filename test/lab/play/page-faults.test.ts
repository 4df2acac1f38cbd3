/** Faults of the page itself that its readers met: what must not happen again. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CALLS } from "./bot-calls.ts";
import { skipWithoutBrowser } from "./browser-programs.ts";
import { PageStage } from "./page-stage.ts";

/** Answers at once, late, with a menu of choices, with a picture that nobody has. */
const BOT = `
${CALLS}
export const options = { delivery: { deadlineMs: 1300 } };
export default (bot) => {
  bot.hears("late", () => new Promise((resolve) => setTimeout(resolve, 1800, "at last")));
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
    page = await PageStage.open({ bot: BOT, timeoutMs: 1500 });
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
    await browser.sees(/推送/, ".inspector-tabs");
    await browser.sees(/这一部分无法显示（Error: planted）/, ".delivery:first-child");
    await page.says("three");
    await browser.sees(/answer to three/, ".chat .is-theirs:last-child");
    await browser.open(page.play.address);
    await browser.click('[data-focus="language"]');
    await browser.sees(/text/, ".delivery:first-child .delivery-head .kind");
    assert.equal(await page.count(".undrawn"), 0);
    assert.match((await browser.console()).join("\n"), /planted/, "it is told in the console");
  });

  test("gives the reason when an answer was late and nothing else is wrong with it", async () => {
    await page.says("late");
    await page.browser.sees(/at last/, ".chat .is-theirs:last-child");
    await page.browser.sees(/./, ".delivery:first-child .result.is-warn");
    await page.browser.sees(
      /Answered only at delivery [23], \d\.\d s after the message was sent/,
      ".is-open .headline.is-warn",
    );
  });

  test("tells of a picture that the platform does not know", async () => {
    await page.says("no picture");
    await page.browser.sees(/no-such-media/, ".chat .is-theirs:last-child");
    await page.browser.sees(/MEDIA-UNKNOWN/, ".is-open .step-verdict");
    assert.equal(await page.count(".delivery:first-child .result.is-good"), 0);
  });

  test("writes the choices of a menu message below each other", async () => {
    await page.says("choices");
    await page.browser.sees(/Was it good\?[\s\S]*No[\s\S]*Thank you/, ".chat .is-custom");
    const tops = await page.browser.run<number[]>(
      "return [...document.querySelectorAll('.chat .is-custom .link-button')].map((e) => e.offsetTop)",
    );
    assert.equal(tops.length, 2);
    assert.notEqual(tops[0], tops[1]);
  });

  test("follows the conversation when pictures come, and leaves alone who reads further up", async () => {
    const { browser } = page;
    for (let n = 0; n < 5; n += 1) await page.window.says(`before ${n}`);
    for (let n = 0; n < 2; n += 1) {
      const before = await page.count(".chat .picture");
      await browser.click(".composer .round");
      await browser.click(".plus-action:nth-child(1)");
      await browser.click(".dialog .wide");
      await page.until(
        "two more pictures",
        `const all = [...document.querySelectorAll(".chat .picture")];
         return all.length === arguments[0] + 2 && all.every((picture) => picture.naturalWidth > 0);`,
        before,
      );
      // The sheet is still open: closing it would move the conversation as well.
      await page.until("the end of the conversation", AT_END);
      await browser.click(".composer .round");
    }
    // An answer that comes while somebody reads further up.
    await page.says("late");
    await browser.sees(/late/, ".chat .is-mine:last-child");
    await browser.run(`const chat = document.querySelector(".chat");
      chat.addEventListener("scroll", () => { window.scrolled = chat.scrollTop === 0; });
      chat.scrollTop = 0;`);
    await page.until("the beginning of the conversation", "return window.scrolled === true");
    // By its text: what is not laid out has none that can be seen.
    await page.until(
      "the answer",
      "return document.querySelector('.chat .entry:last-child').textContent.includes('at last')",
    );
    assert.ok((await browser.run<number>("return document.querySelector('.chat').scrollTop")) < 50);
    await page.says("back");
    await browser.sees(/answer to back/, ".chat .is-theirs:last-child");
    await page.until("the end of the conversation", AT_END);
  });

  test("lays out no lines of a long conversation that are out of sight", async () => {
    for (let n = 0; n < 12; n += 1) await page.window.says(`line ${n}`);
    await page.browser.sees(/answer to line 11/, ".chat .is-theirs:last-child");
    const skipped = `const isSkipped = (element) => !element.checkVisibility({ contentVisibilityAuto: true });
      return isSkipped(document.querySelector(".chat .entry .bubble"))
        && !isSkipped(document.querySelector(".chat .entry:last-child .bubble"));`;
    await page.until("the first lines to be skipped, and the last not", skipped);
  });

  test("clears the log on the tab of the log, and the conversation stays", async () => {
    const { browser } = page;
    await page.says("to be kept");
    await browser.sees(/answer to to be kept/, ".chat .is-theirs:last-child");
    await browser.click("#tab-log");
    await browser.sees(/starting the bot/, ".log-lines");
    await browser.click(".inspector-head > .button");
    await browser.sees(/has written nothing yet/, ".log-lines");
    assert.match(await browser.text(".chat .is-theirs:last-child"), /answer to/);
    await browser.click("#tab-transcript");
    await page.until("no button", "return document.querySelector('.inspector-head > .button').hidden");
    await browser.click("#tab-deliveries");
    await browser.click(".inspector-head > .button");
    await browser.sees(/Write something/, ".chat");
  });

  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ] as const) {
    test(`has room for many followers at ${width} pixels, their button and the tabs`, async () => {
      const { browser } = page;
      await browser.setViewport(width, height);
      const names = ["Bo", "一个名字有二十个字的关注者在这里看看吧", "Charlotte Emilia", "小红", "Dagny"];
      for (const name of names) await page.window.tell({ do: "follower", name });
      await browser.until("the new followers", async () => (await page.count(".follower")) > names.length);
      const overlap = `const followers = document.querySelector(".followers").getBoundingClientRect();
        const half = document.querySelector(".phone-half").getBoundingClientRect();
        return followers.right <= half.right && document.documentElement.scrollWidth <= innerWidth;`;
      assert.ok(await browser.run(overlap), "they stay in their half");
      await browser.click(".followers .button.round");
      await browser.sees(/Add a follower/, "dialog");
      await browser.type("dialog input", `Last ${width}\n`);
      // The one that was added is chosen, and in sight.
      const inSight = `const chosen = document.querySelector(".follower input:checked")?.parentElement;
        const box = chosen?.getBoundingClientRect();
        const plus = document.querySelector(".followers .button.round").getBoundingClientRect();
        return chosen?.innerText.includes(arguments[0]) && box.left >= 0 && box.right <= plus.left + 1;`;
      await page.until("the chosen follower", inSight, `Last ${width}`);
      await page.shot(`followers-${width}`);
      if (width < 900) await browser.click("#tab-inspector");
      await browser.click("#tab-log");
      await browser.click("#tab-deliveries");
      if (width < 900) await browser.click("#tab-phone");
    });
  }

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
