/** Quick messages: several texts, written within a moment, that one handler gets. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot } from "../../src/index.ts";
import { sharing } from "../delivery/sharing-store.ts";
import { imageMessage } from "../delivery/slow-bots.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import { echostr } from "../support/subject.ts";

/** A bot that says what it was asked, in how many milliseconds, and what its handler was called with. */
function merging(ms = 0, windowMs?: number) {
  const clock = new TurnedClock();
  const store = sharing(echostr.openStore("memory", { clock: () => clock.now() }));
  const wechat = new TurnedPlatform({ store }, clock);
  const calls: string[] = [];
  const prepare = (bot: Bot): Bot => {
    bot.use(echostr.merge(windowMs === undefined ? {} : { windowMs }));
    bot.on("text", async ({ Content }) => {
      calls.push(Content);
      if (ms > 0) await clock.sleep(ms);
      return `答 ${Content.replaceAll("\n", "+")}`;
    });
    return bot;
  };
  prepare(wechat.bot);
  return { wechat, clock, calls, prepare, store };
}

describe("Texts that a follower writes within two seconds", () => {
  test("reach one handler together, and their answer comes with the last", async () => {
    const { wechat, clock, calls } = merging();
    const sent = [];
    for (const text of ["你好", "帮我查一下", "北京的天气"]) {
      sent.push(wechat.say(text));
      await clock.turn(1500);
    }
    await clock.turn(10_000);
    assert.deepEqual(sent.map(({ told }) => told), [["success"], ["success"], ["答 你好+帮我查一下+北京的天气"]]);
    assert.deepEqual(calls, ["你好\n帮我查一下\n北京的天气"]);
  });

  test("and one that comes later is a message of its own", async () => {
    const { wechat, clock } = merging();
    const first = wechat.say("一");
    await clock.turn(2100);
    const second = wechat.say("二");
    await clock.turn(2100);
    assert.deepEqual([first.told, second.told], [["答 一"], ["答 二"]]);
  });

  test("are those of one follower", async () => {
    const { wechat, clock } = merging();
    const sent = ["甲", "乙"].map((name) => wechat.say(name, { FromUserName: name }));
    await clock.turn(2000);
    assert.deepEqual(sent.map(({ told }) => told[0]), ["答 甲", "答 乙"]);
  });

  test("are texts: an image is answered at once, and keeps nothing together or apart", async () => {
    const { wechat, clock } = merging();
    wechat.bot.on("image", () => "图");
    const one = wechat.say("一");
    const image = wechat.send(imageMessage());
    await clock.turn(0);
    assert.deepEqual(image.told, ["图"]);
    const two = wechat.say("二");
    await clock.turn(2000);
    assert.deepEqual([one.told, two.told], [["success"], ["答 一+二"]]);
  });

  test("wait as long as windowMs says", async () => {
    const { wechat, clock } = merging(0, 500);
    const one = wechat.say("一");
    await clock.turn(499);
    assert.deepEqual(one.told, ["open"]);
    await clock.turn(1);
    assert.deepEqual(one.told, ["答 一"]);
  });

  test("wait no longer once they are twenty", async () => {
    const { wechat, clock, calls } = merging();
    for (let index = 1; index < 20; index += 1) {
      wechat.say(String(index));
      await clock.turn(1);
    }
    assert.deepEqual(calls, []);
    const last = wechat.say("20");
    await clock.turn(0);
    assert.equal(calls.length, 1);
    assert.match(last.told[0] ?? "", /^答 1\+2\+.*\+20$/);
    await clock.turn(10_000);
    assert.equal(calls.length, 1);
  });
});

describe("A message whose texts were merged", () => {
  test("gets the same with each of its deliveries, when its handler is slow", async () => {
    const { wechat, clock, calls } = merging(6000);
    const one = wechat.say("一");
    await clock.turn(1000);
    const two = wechat.say("二");
    await clock.turn(20_000);
    assert.deepEqual([one.told, two.told], [["success"], ["lapsed", "答 一+二"]]);
    one.again();
    two.again();
    await clock.turn(100);
    assert.deepEqual([one.told.at(-1), two.told.at(-1)], ["success", "答 一+二"]);
    assert.equal(calls.length, 1);
  });

  test("may come to another process than those before it", async () => {
    const { wechat, clock, calls, prepare, store } = merging();
    const other = prepare(wechat.createBot({ store }));
    const one = wechat.say("一");
    await clock.turn(1000);
    const two = wechat.say("二", {}, { to: [other] });
    await clock.turn(3000);
    assert.deepEqual([one.told, two.told], [["success"], ["答 一+二"]]);
    assert.deepEqual(calls, ["一\n二"]);
  });

  test("is handled with all of them by another process, when its own was killed", async () => {
    const { wechat, clock, calls, prepare, store } = merging();
    let isKilled = false;
    const killed = wechat.createBot({
      store: sharing(store, () => (isKilled ? new Promise<void>(() => {}) : Promise.resolve())),
    });
    killed.use(echostr.merge());
    killed.on("text", () => {
      isKilled = true;
      return new Promise<string>(() => {});
    });
    const one = wechat.say("一");
    await clock.turn(1000);
    const two = wechat.say("二", {}, { to: [killed, prepare(wechat.createBot({ store }))] });
    await clock.turn(20_000);
    assert.deepEqual(one.told, ["success"]);
    assert.equal(two.told.at(-1), "答 一+二");
    assert.deepEqual(calls, ["一\n二"]);
  });
});

test("What stands in the store and is no group of texts counts as nothing", async () => {
  for (const text of ["nonsense", "[]", "null", '{"texts":[["a"]],"isTaken":false}', '{"texts":[]}']) {
    const { wechat, clock, store } = merging();
    await store.set(`merge\n${await keyOf(wechat)}`, text, 60_000);
    const one = wechat.say("一");
    await clock.turn(2000);
    assert.deepEqual(one.told, ["答 一"], text);
  }
});

/** The key of the follower, as a handler sees its parts. */
async function keyOf(wechat: TurnedPlatform): Promise<string> {
  let key = "";
  const bot = wechat.createBot();
  bot.use((_message, { accountId, account, openId }) => {
    key = `${accountId}\n${account}\n${openId}`;
  });
  wechat.say("谁", {}, { to: [bot] });
  await wechat.clock.turn(0);
  return key;
}
