/** Sessions: what a bot remembers of a follower from message to message. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BotOptions } from "../../src/index.ts";
import { imageMessage } from "../delivery/slow-bots.ts";
import { TURNED_ACCOUNT_ID, TurnedPlatform } from "../delivery/turned-platform.ts";
import { fails, isFailure } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { addCounter, counting } from "./counting.ts";

const DAY_MS = 86_400_000;

describe("A session", () => {
  test("is kept from message to message, for each follower and account", async () => {
    const { wechat } = counting();
    assert.equal(await wechat.ask("a"), "1");
    assert.equal(await wechat.ask("a"), "2");
    assert.equal(await wechat.ask("a", { FromUserName: "other" }), "1");
    assert.equal(await wechat.ask("a", { ToUserName: "gh_other" }), "1");
    assert.equal(await wechat.ask("a"), "3");
  });

  test("is loaded once for a message, and saved once when it has changed", async () => {
    const { wechat, asked } = counting();
    await wechat.ask("a");
    assert.deepEqual(asked, ["get", "swap"]);
    await wechat.ask("a");
    assert.deepEqual(asked, ["get", "swap", "get", "swap"]);
  });

  test("is not saved when nothing has changed", async () => {
    const { wechat, asked } = counting();
    await wechat.ask("x");
    await wechat.ask("x");
    assert.deepEqual(asked, ["get", "get"]);
  });

  test("is saved when only something deep inside has changed", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.use(echostr.session());
    wechat.bot.on("text", ({ Content }, { session }) => {
      session["said"] ??= [];
      (session["said"] as string[]).push(Content);
      return JSON.stringify(session["said"]);
    });
    await wechat.ask("一");
    assert.equal(await wechat.ask("二"), '["一","二"]');
  });

  test("is deleted when it is emptied", async () => {
    const { wechat, store } = counting();
    const key = `session\n${TURNED_ACCOUNT_ID}\ngh_97417a04a28d\no9AgO5Kd5ggOC-bXrbNODIiE3bGY`;
    await wechat.ask("a");
    assert.equal(await store.get(key), '{"count":1}');
    assert.equal(await wechat.ask("-"), "none");
    assert.equal(await store.get(key), undefined);
    assert.equal(await wechat.ask("a"), "1");
  });

  test("expires a day after its latest change", async () => {
    const { wechat, clock } = counting();
    await wechat.ask("a");
    await clock.turn(DAY_MS - 1);
    assert.equal(await wechat.ask("a"), "2");
    await clock.turn(DAY_MS);
    assert.equal(await wechat.ask("a"), "1");
  });

  test("expires after ttlMs", async () => {
    const { wechat, clock } = counting({ ttlMs: 1000 });
    await wechat.ask("a");
    await clock.turn(999);
    assert.equal(await wechat.ask("x"), "1");
    await clock.turn(1);
    assert.equal(await wechat.ask("x"), "none");
  });

  test("is not saved when the handler throws", async () => {
    const { wechat, asked } = counting();
    wechat.bot.on("image", (_message, { session }) => {
      session["count"] = 100;
      throw new Error("broken");
    });
    await wechat.ask("a");
    const failed = wechat.send(imageMessage());
    await wechat.clock.turn(0);
    assert.deepEqual(failed.told, ["success"]);
    assert.deepEqual(asked, ["get", "swap", "get"]);
    assert.equal(await wechat.ask("a"), "2", "and the next message is not kept out");
  });

  test("is deleted when a handler without types takes it away", async () => {
    const { wechat, asked } = counting();
    wechat.bot.on("image", (_message, context) => {
      context.session = null as unknown as Record<string, unknown>;
      return "忘了";
    });
    await wechat.ask("a");
    const sent = wechat.send(imageMessage());
    await wechat.clock.turn(0);
    assert.deepEqual(sent.told, ["忘了"]);
    assert.deepEqual(asked, ["get", "swap", "get", "swap"]);
  });

  test("waits for no turn of its own when its middleware was added twice", async () => {
    const { wechat, asked } = counting();
    wechat.bot.use(echostr.session());
    assert.equal(await wechat.ask("a"), "1");
    assert.equal(await wechat.ask("a"), "2");
    assert.deepEqual(asked, ["get", "swap", "get", "swap"]);
  });

  test("needs its middleware", async () => {
    const wechat = new TurnedPlatform();
    let thrown: unknown;
    wechat.bot.on("text", (_message, context) => String(context.session["count"]));
    wechat.bot.onError((error) => {
      thrown = error;
      return "出错了";
    });
    assert.equal(await wechat.ask("a"), "出错了");
    assert.ok(isFailure(thrown));
    assert.equal(thrown.code, "SETTING_INVALID");
  });

  test("refuses a time to live that is none", () => {
    for (const ttlMs of [0, -1, 1.5, NaN, Infinity]) {
      fails(() => echostr.session({ ttlMs }), "SETTING_INVALID", String(ttlMs));
    }
  });

  test("survives keys that objects have by birth", async () => {
    const { wechat } = counting();
    wechat.bot.on("image", (_message, { session }) => JSON.stringify(session));
    await wechat.ask("a", { FromUserName: "__proto__" });
    assert.equal(await wechat.ask("a", { FromUserName: "__proto__" }), "2");
    assert.equal(await wechat.ask("a", { FromUserName: "constructor" }), "1");
  });

  test("works with delivery switched off", async () => {
    const wechat = new TurnedPlatform({ delivery: false });
    wechat.bot.use(echostr.session());
    addCounter(wechat.bot);
    await wechat.ask("a");
    assert.equal(await wechat.ask("a"), "2");
  });
});

describe("While sessions are on", () => {
  /** Notes when handlers begin and end; each takes a second. */
  function slow(options: Partial<BotOptions> = {}): { wechat: TurnedPlatform; noted: string[] } {
    const wechat = new TurnedPlatform(options);
    const noted: string[] = [];
    wechat.bot.use(echostr.session());
    wechat.bot.on("text", async ({ Content }, { session }) => {
      noted.push(`${Content} begins`);
      const count = Number(session["count"] ?? 0);
      await wechat.clock.sleep(1000);
      session["count"] = count + 1;
      noted.push(`${Content} ends`);
      if (Content === "broken") throw new Error("broken");
      return String(session["count"]);
    });
    return { wechat, noted };
  }

  test("the messages of a follower are handled one after the other, in their order", async () => {
    const { wechat, noted } = slow();
    const sent = ["a", "b", "c"].map((word) => wechat.say(word));
    await wechat.clock.turn(60_000);
    assert.deepEqual(noted, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    assert.deepEqual(sent.map(({ told }) => told[0]), ["1", "2", "3"]);
  });

  test("those of different followers are handled at the same time", async () => {
    const { wechat } = slow();
    const sent = ["a", "b", "c"].map((name) => wechat.say(name, { FromUserName: name }));
    await wechat.clock.turn(1000);
    assert.deepEqual(sent.map(({ told }) => told[0]), ["1", "1", "1"]);
  });

  test("a handler that throws lets the next message in", async () => {
    const { wechat } = slow();
    const sent = ["a", "broken", "c"].map((word) => wechat.say(word));
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.map(({ told }) => told[0]), ["1", "success", "2"]);
  });

  /** A bot whose handler hangs for 永远, and says 答 to anything else. */
  function hanging(delivery: BotOptions["delivery"] = {}, store?: BotOptions["store"]): TurnedPlatform {
    const wechat = new TurnedPlatform({ delivery, store });
    wechat.bot.use(echostr.session());
    wechat.bot.hears("永远", () => new Promise<string>(() => {}));
    wechat.bot.on("text", () => "答");
    return wechat;
  }

  test("a message waits for a handler that hangs no longer than its own deliveries allow", async () => {
    for (const [hold, seconds] of [[true, 12], [false, 4]] as const) {
      const wechat = hanging({ late: { hold } });
      wechat.say("永远");
      await wechat.clock.turn(1000);
      const next = wechat.say("还在吗");
      await wechat.clock.turn(seconds * 1000 - 100);
      assert.notEqual(next.told.at(-1), "答");
      await wechat.clock.turn(200);
      assert.equal(next.told.at(-1), "答", `hold: ${hold}`);
      const third = wechat.say("好");
      await wechat.clock.turn(0);
      assert.equal(third.told[0], "答", "and those after it wait for it alone");
    }
  });

  test("a handler that hangs is given up after handlerMs, and lets the next message in", async () => {
    const wechat = hanging({ handlerMs: 60_000 });
    wechat.say("永远");
    await wechat.clock.turn(59_000);
    const next = wechat.say("还在吗");
    await wechat.clock.turn(900);
    assert.equal(next.told[0], "open");
    await wechat.clock.turn(200);
    assert.equal(next.told[0], "答");
  });

  test("two handlers that change it at once each save what they have changed", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.use(echostr.session());
    wechat.bot.hears("慢", async (_message, { session }) => {
      session["both"] = "慢";
      session["slow"] = true;
      delete session["old"];
      await wechat.clock.sleep(20_000);
      return "慢";
    });
    wechat.bot.hears("看", (_message, { session }) => JSON.stringify(session));
    wechat.bot.on("text", (_message, { session }) => {
      Object.assign(session, { both: "快", fast: true });
      return "快";
    });
    wechat.bot.on("image", (_message, { session }) => {
      Object.assign(session, { old: 1, same: 2 });
      return "图";
    });
    wechat.send(imageMessage());
    await wechat.clock.turn(1000);
    wechat.say("慢");
    await wechat.clock.turn(1000);
    wechat.say("快");
    await wechat.clock.turn(60_000);
    const { told } = wechat.say("看");
    await wechat.clock.turn(0);
    assert.match(String(told[0]), /\{"same":2,"fast":true,"both":"慢","slow":true\}$/);
  });
});
