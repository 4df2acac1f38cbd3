/** What becomes of an answer that no delivery could take. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { echostr } from "../support/subject.ts";
import { SetClock } from "./set-clock.ts";
import { echoing, imageMessage, lateBot } from "./slow-bots.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const HOUR_MS = 3_600_000;

describe("An answer that comes after the last deadline", () => {
  test("is given with the follower's next message, before that message's own answer", async () => {
    const wechat = echoing();
    const sent = wechat.say("慢");
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
    assert.equal(await wechat.ask("好"), "好!");
  });

  test("follows late.notice, and is fetched with the word that it names", async () => {
    const wechat = echoing({ notice: "正在思考，回复 1 获取答案" });
    const sent = wechat.say("慢");
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "正在思考，回复 1 获取答案"]);
    assert.equal(await wechat.ask("1"), "慢答");
    assert.equal(await wechat.ask("1"), "1!", "nothing waits any more");
  });

  test("runs no handler for the word that fetches it, and does for any other message", async () => {
    const wechat = echoing({ notice: "稍等" });
    const ran: string[] = [];
    wechat.bot.use((message, _context, next) => {
      ran.push(message.kind === "text" ? message.Content : message.kind);
      return next();
    });
    for (const [word, told] of [["继续", "慢答"], ["好", "慢答\n\n好!"]] as const) {
      wechat.say("慢");
      await wechat.clock.turn(60_000);
      assert.equal(await wechat.ask(word), told);
    }
    assert.deepEqual(ran, ["慢", "慢", "好"]);
  });

  test("is given alone when the next message has no answer of its own", async () => {
    const wechat = echoing();
    wechat.bot.on("image", () => undefined);
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    const sent = wechat.send(imageMessage());
    await wechat.clock.turn(0);
    assert.deepEqual(sent.told, ["慢答"]);
  });

  test("is given when the next message's handler fails, and nothing is lost", async () => {
    const wechat = echoing();
    wechat.bot.on("image", () => {
      throw new Error("broken");
    });
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    const sent = wechat.send(imageMessage());
    await wechat.clock.turn(0);
    assert.deepEqual(sent.told, ["慢答"]);
  });

  test("of any kind comes before an answer that it cannot be joined with", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.hears("慢", async () => {
      await wechat.clock.sleep(20_000);
      return echostr.image("m-1");
    });
    wechat.bot.on("text", ({ Content }) => `${Content}!`);
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    assert.equal(await wechat.ask("一"), "[image]");
    // What stands behind it is the rest of an answer: a question does not take it along.
    assert.equal(await wechat.ask("二"), "二!");
    assert.equal(await wechat.ask("继续"), "一!");
    assert.equal(await wechat.ask("继续"), "继续!");
  });

  test("waits for its own follower, not for another one or another account", async () => {
    const wechat = echoing();
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    assert.equal(await wechat.ask("好", { FromUserName: "other" }), "好!");
    assert.equal(await wechat.ask("好", { ToUserName: "gh_other" }), "好!");
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("is not given with an event, which may come without the follower knowing", async () => {
    const wechat = echoing({ notice: "稍等" });
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    const event = wechat.event("LOCATION", { Latitude: "1" });
    await wechat.clock.turn(0);
    assert.deepEqual(event.told, ["事件"]);
    assert.equal(await wechat.ask("1"), "慢答");
  });

  test("to an event waits for a message as well", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("event:CLICK", async () => {
      await wechat.clock.sleep(20_000);
      return "点击答";
    });
    wechat.event("CLICK", { EventKey: "k" });
    await wechat.clock.turn(60_000);
    assert.equal(await wechat.ask("好"), "点击答");
  });

  test("is forgotten after an hour", async () => {
    const wechat = echoing();
    wechat.say("慢");
    await wechat.clock.turn(20_000 + HOUR_MS);
    assert.equal(await wechat.ask("好"), "好!");
  });

  test("is forgotten after keepMs, and not before", async () => {
    for (const [ms, expected] of [[-1, "慢答\n\n好!"], [0, "好!"]] as const) {
      const wechat = echoing({ keepMs: 90_000 });
      wechat.say("慢");
      await wechat.clock.turn(20_000 + 90_000 + ms);
      assert.equal(await wechat.ask("好"), expected);
    }
  });

  test("is forgotten by itself, while a younger one is kept", async () => {
    const wechat = echoing({ keepMs: 90_000 });
    wechat.say("慢一");
    await wechat.clock.turn(10_000);
    wechat.say("慢二");
    await wechat.clock.turn(105_000);
    assert.equal(await wechat.ask("好"), "慢二答\n\n好!");
  });

  test("is told to the log: where it went, and when it was given", async () => {
    const wechat = echoing();
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    assert.equal(wechat.entries.length, 1);
    assert.match(wechat.sentences[0] ?? "", /^warn: .*parked/);
    assert.equal(wechat.entries[0]?.kind, "text");
    assert.equal(wechat.entries[0]?.openId, "o9Ag…3bGY");
    await wechat.ask("好");
    assert.equal(wechat.entries.length, 2);
    assert.match(wechat.sentences[1] ?? "", /^info: A parked answer is sent/);
  });
});

describe("A follower who was told of a word, and writes it before the answer is there", () => {
  test("gets it with that message, for which no handler runs", async () => {
    const wechat = echoing({ notice: "稍等" });
    wechat.say("慢");
    await wechat.clock.turn(16_000);
    const next = wechat.say("1");
    await wechat.clock.turn(3000);
    assert.deepEqual(next.told, ["open"]);
    await wechat.clock.turn(60_000);
    assert.deepEqual(next.told, ["慢答"]);
    assert.equal(await wechat.ask("1"), "1!");
  });

  test("is answered at once if it is another message, and the answer stays promised", async () => {
    const wechat = echoing({ notice: "稍等" });
    wechat.say("慢");
    await wechat.clock.turn(16_000);
    assert.equal(await wechat.ask("好"), "好!");
    const next = wechat.say("1");
    await wechat.clock.turn(60_000);
    assert.deepEqual(next.told, ["慢答"]);
  });

  test("gets the notice again at that message's last deadline, and the answer with the next", async () => {
    const { wechat } = lateBot(40, { notice: "稍等" });
    wechat.say("慢");
    await wechat.clock.turn(15_000);
    const [one, two] = [wechat.say("1"), wechat.say("1")];
    await wechat.clock.turn(14_600);
    assert.deepEqual([one.told, two.told], [["lapsed", "lapsed", "稍等"], ["lapsed", "lapsed", "稍等"]]);
    await wechat.clock.turn(60_000);
    assert.equal(await wechat.ask("1"), "慢答");
  });

  for (const [what, fails] of [["has nothing to say", false], ["fails", true]] as const) {
    test(`gets nothing for it when the first handler ${what}, and is heard after that`, async () => {
      const wechat = new TurnedPlatform({ delivery: { late: { notice: "稍等" } } });
      wechat.bot.hears("慢", async () => {
        await wechat.clock.sleep(20_000);
        if (fails) throw new Error("broken");
      });
      wechat.bot.on("text", ({ Content }) => `${Content}!`);
      wechat.say("慢");
      await wechat.clock.turn(16_000);
      const next = wechat.say("1");
      await wechat.clock.turn(60_000);
      assert.deepEqual(next.told, ["success"]);
      assert.equal(await wechat.ask("1"), "1!");
    });
  }

  test("is heard with any other message, though the handler never ends", async () => {
    const wechat = new TurnedPlatform({ delivery: { late: { notice: "稍等" } } });
    wechat.bot.hears("永远", () => new Promise<string>(() => {}));
    wechat.bot.on("text", ({ Content }) => `${Content}!`);
    wechat.say("永远");
    await wechat.clock.turn(20_000);
    assert.equal(await wechat.ask("好"), "好!");
    const word = wechat.say("1");
    await wechat.clock.turn(50_000);
    assert.deepEqual(word.told, ["lapsed", "lapsed", "稍等"]);
    await wechat.clock.turn(300_000);
    assert.equal(await wechat.ask("1"), "1!", "its time is over");
  });
});

test("An answer for which the process stood still until its delivery was over waits for the next message", async () => {
  const clock = new SetClock();
  const wechat = new TurnedPlatform({}, clock);
  wechat.bot.hears("慢", () => {
    clock.set(6000);
    return "慢答";
  });
  wechat.bot.on("text", ({ Content }) => `${Content}!`);
  const sent = wechat.say("慢", {}, { deliveries: 1 });
  await clock.turn(30_000);
  assert.deepEqual(sent.told, ["lapsed"]);
  assert.equal(await wechat.ask("好"), "慢答\n\n好!");
});

describe("An answer for which no further delivery comes", () => {
  /** 慢 takes 6 s: its answer is there when its only delivery has lapsed. */
  function betweenDeliveries(): TurnedPlatform {
    const wechat = new TurnedPlatform();
    wechat.bot.hears("慢", async () => {
      await wechat.clock.sleep(6000);
      return "慢答";
    });
    wechat.bot.on("text", ({ Content }) => `${Content}!`);
    return wechat;
  }

  test("goes out with the follower's next message, even before a repeat could still come", async () => {
    for (const at of [6000, 9900, 10_000]) {
      const wechat = betweenDeliveries();
      const sent = wechat.say("慢", {}, { deliveries: 1 });
      await wechat.clock.turn(at);
      assert.deepEqual(sent.told, ["lapsed"]);
      assert.equal(await wechat.ask("好"), "慢答\n\n好!");
      sent.again();
      await wechat.clock.turn(0);
      assert.deepEqual(sent.told, ["lapsed", "success"], "it must not be given twice");
    }
  });

  test("is taken by a repeat that comes within ten seconds of the delivery before, not later", async () => {
    for (const [at, told, next] of [[9999, "慢答", "好!"], [10_000, "success", "慢答\n\n好!"]] as const) {
      const wechat = betweenDeliveries();
      const sent = wechat.say("慢", {}, { deliveries: 1 });
      await wechat.clock.turn(at);
      sent.again();
      await wechat.clock.turn(0);
      assert.deepEqual(sent.told, ["lapsed", told]);
      assert.equal(await wechat.ask("好"), next, "it must not be given twice");
    }
  });

  test("is said to be parked ten seconds after the last one, not before", async () => {
    const wechat = betweenDeliveries();
    wechat.say("慢", {}, { deliveries: 1 });
    await wechat.clock.turn(9999);
    assert.deepEqual(wechat.sentences, []);
    await wechat.clock.turn(1);
    assert.deepEqual(wechat.sentences, [
      "warn: Answer came late and is parked for the follower's next message",
    ]);
  });

  test("is not given twice when the follower has it already", async () => {
    const wechat = echoing();
    const sent = wechat.say("慢", {}, { deliveries: 1 });
    await wechat.clock.turn(40_000);
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
    sent.again();
    await wechat.clock.turn(0);
    assert.deepEqual(sent.told, ["lapsed", "success"]);
    await wechat.clock.turn(50_000);
    sent.again();
    await wechat.clock.turn(0);
    assert.equal(sent.told[2], "success", "what is forgotten was delivered all the same");
  });
});
