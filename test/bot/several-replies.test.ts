/** An answer of several replies: what may stand in the array, and what becomes of each of them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Answer, Bot, Reply } from "../../src/index.ts";
import { toReplies } from "../../src/bot/router.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply, wireText } from "../support/wire.ts";

const MORE = "\n（回复“继续”查看更多）";
const PICTURE: Reply = { MsgType: "image", Image: { MediaId: "m" } };

/** What the follower reads first, and what went wrong. */
async function said(make: (bot: Bot) => void): Promise<readonly [string, unknown]> {
  const wechat = new TurnedPlatform();
  make(wechat.bot);
  const { body, error } = await wechat.deliver(wireText("问"));
  return [body === "success" ? body : String(wireReadReply(body)["Content"]), error];
}

describe("An array is an answer", () => {
  test("of strings and replies in their order, and what says nothing is left out", () => {
    const answer = ["一", undefined, PICTURE, "", null, echostr.text("二")];
    assert.deepEqual(toReplies(answer), [echostr.text("一"), PICTURE, echostr.text("二")]);
  });

  for (const nothing of [[], [undefined], ["", null]] as const) {
    test(`and says nothing when it is ${JSON.stringify(nothing)}`, async () => {
      const answered = await said((bot) => bot.on("text", () => nothing));
      assert.deepEqual(answered, ["success", undefined]);
    });
  }

  test("of a handler that is asynchronous, of middleware, and as next() hands it on", async () => {
    const [told] = await said((bot) => {
      bot.use(async (_message, _context, next) => {
        const answer = await next();
        assert.deepEqual(answer, ["一"]);
        return Array.isArray(answer) ? [...(answer as string[]), "二"] : answer;
      });
      bot.on("text", async () => ["一"]);
    });
    assert.equal(told, `一${MORE}`);
  });

  test("of onError too", async () => {
    const [told] = await said((bot) => {
      bot.on("text", () => Promise.reject(new Error("broken")));
      bot.onError(() => ["抱歉", PICTURE]);
    });
    assert.equal(told, `抱歉${MORE}`);
  });
});

describe("An array that holds what is no reply is ANSWER_INVALID, which names the place:", () => {
  const wrong: readonly (readonly [what: string, answer: readonly unknown[], got: string])[] = [
    ["a number", ["一", 7], "a number at index 1"],
    ["another array", [["一"]], "an array at index 0"],
    ["an object", [undefined, "", {}], "an object without MsgType at index 2"],
    ["a promise", [Promise.resolve("一")], "an object without MsgType (Promise) at index 0"],
  ];
  for (const [what, answer, got] of wrong) {
    test(what, async () => {
      const [told, error] = await said((bot) => bot.on("text", () => answer as Answer));
      assert.equal(told, "success");
      const wanted = "Handler must answer with a string, a reply, an array of these or nothing";
      assert.throws(() => { throw error; }, { code: "ANSWER_INVALID", message: `${wanted}, got ${got}` });
    });
  }

  test("and outside an array there is none to name", () => {
    assert.throws(() => toReplies(7 as unknown as Answer), {
      code: "ANSWER_INVALID",
      message: /or nothing, got a number$/,
    });
  });
});

describe("Of several replies", () => {
  test("the first answers the delivery, and the others come when the follower asks for more", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.hears("多", () => ["一", PICTURE, "三"]);
    wechat.bot.on("text", () => "好");
    assert.equal(await wechat.ask("多"), `一${MORE}`);
    assert.equal(await wechat.ask("问"), "好", "a question takes none of them along");
    assert.equal(await wechat.ask("继续"), "[image]");
    assert.equal(await wechat.ask("继续"), "三");
    assert.equal(await wechat.ask("继续"), "好", "nothing waits any more");
  });

  test("a text that is too long is cut where it stands", async () => {
    const wechat = new TurnedPlatform({ textLimitBytes: 100 });
    wechat.bot.hears("多", () => ["字".repeat(40), "尾"]);
    const told = [await wechat.ask("多"), await wechat.ask("继续"), await wechat.ask("继续")];
    assert.ok(told.slice(0, 2).every((each) => each.endsWith(MORE)), told.join(" | "));
    assert.equal(told.join("").replaceAll(MORE, ""), `${"字".repeat(40)}尾`);
  });

  test("all go to onLate in their order when they come late", async () => {
    const late: (readonly Reply[])[] = [];
    const onLate = (_message: unknown, replies: readonly Reply[]): void => void late.push(replies);
    const wechat = new TurnedPlatform({ delivery: { late: { push: "customer-service", onLate } } });
    wechat.bot.on("text", async () => {
      await wechat.clock.sleep(20_000);
      return ["一", PICTURE, "三"];
    });
    wechat.say("慢");
    await wechat.clock.turn(40_000);
    assert.deepEqual(late, [[echostr.text("一"), PICTURE, echostr.text("三")]]);
  });

  test("the first alone is sent with delivery: false, and the log says how many are left out", async () => {
    const wechat = new TurnedPlatform({ delivery: false });
    wechat.bot.hears("一", () => ["一"]);
    wechat.bot.on("text", () => ["一", PICTURE, "三"]);
    assert.equal(await wechat.ask("一"), "一");
    assert.equal(await wechat.ask("多"), "一");
    assert.deepEqual(wechat.sentences.filter((each) => each.startsWith("warn")), [
      "warn: Only the first of 3 replies is sent: the others need delivery, which is off",
    ]);
    const [told] = wechat.entries;
    assert.deepEqual([told?.event, told?.kind, told?.openId?.length], ["notice", "text", 9]);
  });
});
