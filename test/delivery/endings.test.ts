/** Handlers that fail, that never end, and those that run when the bot is closed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Context } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireRequest, wireText } from "../support/wire.ts";
import { scene } from "./shared-scene.ts";
import { imageMessage, slowly } from "./slow-bots.ts";
import { TurnedPlatform } from "./turned-platform.ts";

describe("A handler that fails", () => {
  test("is run once; each delivery gets what onError says", async () => {
    const wechat = new TurnedPlatform();
    let runs = 0;
    let told = 0;
    wechat.bot.on("text", async () => {
      runs += 1;
      await wechat.clock.sleep(100);
      throw new Error("broken");
    });
    wechat.bot.onError(() => {
      told += 1;
      return "出错了";
    });
    const sent = wechat.say("问");
    sent.again();
    await wechat.clock.turn(200);
    sent.again();
    await wechat.clock.turn(0);
    assert.deepEqual(sent.told, ["出错了", "出错了", "出错了"]);
    assert.deepEqual([runs, told], [1, 1]);
  });

  test("is answered for with success when there is no onError, and not run again", async () => {
    const wechat = new TurnedPlatform();
    let runs = 0;
    wechat.bot.on("text", () => {
      runs += 1;
      throw new Error("broken");
    });
    const sent = wechat.say("问");
    await wechat.clock.turn(10);
    sent.again();
    await wechat.clock.turn(10);
    assert.deepEqual(sent.told, ["success", "success"]);
    assert.equal(runs, 1);
  });

  test("after the first deadline is told to the delivery that follows", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("text", async () => {
      await wechat.clock.sleep(6000);
      throw new Error("broken");
    });
    wechat.bot.onError(() => "出错了");
    const sent = wechat.say("问");
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "出错了"]);
  });

  test("after the last deadline is told to the log with its stack", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("text", async () => {
      await wechat.clock.sleep(20_000);
      throw new Error("broken at last");
    });
    const sent = wechat.say("问");
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    const entry = wechat.entries.find((found) => JSON.stringify(found).includes("broken at last"));
    assert.equal(entry?.level, "error", wechat.sentences.join("\n"));
    assert.match(entry?.stack ?? "", /broken at last\n\s+at /);
  });

  test("after the last deadline is told with the code of an error of ours", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("text", async (_message, context) => {
      await wechat.clock.sleep(20_000);
      return String(context.session["count"]);
    });
    wechat.say("问");
    await wechat.clock.turn(60_000);
    const failed = wechat.entries.filter(({ event }) => event === "failed");
    assert.deepEqual(failed.map(({ code }) => code), ["SETTING_INVALID"]);
  });

  test("with something that is no error is told all the same, without a stack", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("text", async () => {
      await wechat.clock.sleep(20_000);
      throw "broken at last" as unknown as Error;
    });
    wechat.say("问");
    await wechat.clock.turn(60_000);
    const failed = wechat.entries.filter(({ event }) => event === "failed");
    const [told] = failed.map(({ code, message, stack }) => [code, message, stack]);
    assert.deepEqual([failed.length, told], [1, ["HANDLER_FAILED", "broken at last", undefined]]);
  });

  test("after the last deadline leaves what onError says to the next message", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.hears("问", async () => {
      await wechat.clock.sleep(20_000);
      throw new Error("broken at last");
    });
    wechat.bot.onError(() => "出错了");
    wechat.say("问");
    await wechat.clock.turn(60_000);
    assert.equal(await wechat.ask("还在吗"), "出错了");
  });
});

describe("A handler that never ends", () => {
  test("is given up after five minutes, and the log says so", async () => {
    const { wechat } = slowly(Infinity);
    let signal: AbortSignal | undefined;
    wechat.bot.use((_message, context, next) => {
      signal = context.signal;
      return next();
    });
    const sent = wechat.say("问");
    await wechat.clock.turn(299_999);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    assert.equal(signal?.aborted, false);
    await wechat.clock.turn(1);
    assert.equal(signal?.aborted, true);
    const errors = wechat.entries.filter(({ level }) => level === "error");
    assert.equal(errors.length, 1);
    assert.match(errors[0]?.message ?? "", /did not end within 300000 ms/);
    assert.equal(wechat.clock.waiting, 1, "only the handler's own timer is left");
  });

  test("does not hold up the follower's other messages", async () => {
    const { wechat } = slowly(Infinity);
    wechat.bot.on("image", () => "图");
    wechat.say("问");
    const other = wechat.send(imageMessage());
    await wechat.clock.turn(0);
    assert.deepEqual(other.told, ["图"]);
  });

  test("learns from its signal when it asks for it only afterwards", async () => {
    const wechat = new TurnedPlatform({ delivery: { handlerMs: 60_000 } });
    let kept: Context | undefined;
    wechat.bot.on("text", (_message, context) => {
      kept = context;
      return new Promise<string>(() => {});
    });
    wechat.say("问");
    await wechat.clock.turn(60_000);
    assert.equal(kept?.signal.aborted, true);
    assert.ok(kept.signal.reason instanceof Error);
  });
});

describe("context.late", () => {
  test("turns true when the last delivery was answered without the answer", async () => {
    const { wechat } = slowly(30_000);
    let kept: Context | undefined;
    wechat.bot.use((_message, context, next) => {
      kept = context;
      return next();
    });
    wechat.say("问");
    const seen: (boolean | undefined)[] = [];
    for (const ms of [0, 4600, 5000, 4800, 200]) {
      await wechat.clock.turn(ms);
      seen.push(kept?.late);
    }
    assert.deepEqual(seen, [false, false, false, false, true]);
    assert.equal(kept?.signal.aborted, false);
  });
});

describe("Closing a bot", () => {
  test("tells the handlers that run, and the log what was lost", async () => {
    const { wechat } = slowly(30_000);
    const signals: AbortSignal[] = [];
    wechat.bot.use((_message, context, next) => {
      signals.push(context.signal);
      return next();
    });
    wechat.say("一");
    wechat.say("二", { FromUserName: "other" });
    await wechat.clock.turn(100);
    await wechat.bot.close();
    assert.deepEqual(signals.map(({ aborted }) => aborted), [true, true]);
    const lost = wechat.sentences.filter((sentence) => /not ready when the server/.test(sentence));
    assert.equal(lost.length, 2);
    await wechat.clock.turn(60_000);
  });

  test("waits until answers that are there already have reached the store", async () => {
    const { wechat, clock, store } = scene(20_000);
    wechat.say("慢");
    await clock.turn(19_000);
    store.holding = ["swap line"];
    await clock.turn(1000);
    let isClosed = false;
    const closing = wechat.bot.close().then(() => (isClosed = true));
    await clock.turn(500);
    assert.equal(isClosed, false);
    store.letGo();
    await closing;
    assert.deepEqual(wechat.sentences, ["warn: Answer came late and is parked for the follower's next message"]);
    const other = wechat.createBot({ store });
    const sent = wechat.say("1", {}, { to: [other] });
    await clock.turn(100);
    assert.deepEqual(sent.told, ["慢答"]);
  });

  test("says nothing of messages that are answered", async () => {
    const { wechat } = slowly(0);
    wechat.say("一");
    await wechat.clock.turn(100);
    await wechat.bot.close();
    assert.deepEqual(wechat.sentences, []);
  });
});

describe("Delivery switched off", () => {
  test("runs the handler for every delivery and lets WeChat wait", async () => {
    const wechat = new TurnedPlatform({ delivery: false });
    let runs = 0;
    wechat.bot.on("text", async () => {
      runs += 1;
      await wechat.clock.sleep(4900);
      return `答 ${runs}`;
    });
    const sent = wechat.say("问");
    await wechat.clock.turn(4900);
    assert.deepEqual(sent.told, ["答 1"]);
    sent.again();
    await wechat.clock.turn(4900);
    assert.deepEqual(sent.told, ["答 1", "答 2"]);
  });

  test("answers success for a handler that fails or says nothing, and tells which", async () => {
    const token = "tok3nThatEnds";
    const bot = echostr.createBot({ token, delivery: false, log: () => {} });
    bot.hears("坏", () => {
      throw new Error("broken");
    });
    const outcomes: string[] = [];
    for (const word of ["坏", "好"]) {
      const request = wireRequest({ token, body: wireText(word) });
      const { outcome, body, error } = await bot.callback({
        method: "POST",
        ...request,
        receivedAt: 1_714_112_445_000,
      });
      outcomes.push(`${outcome} ${body} ${error instanceof Error ? error.message : ""}`);
    }
    assert.deepEqual(outcomes, ["failed success broken", "nothing success "]);
  });

  test("leaves the host's time of arrival as it is, for nothing is timed by it", async () => {
    const wechat = new TurnedPlatform({ delivery: false });
    const times: number[] = [];
    wechat.bot.on("text", (_message, { receivedAt }) => void times.push(receivedAt));
    const receivedAt = wechat.clock.now() - 86_400_000;
    await wechat.deliver(wireText("问"), { receivedAt });
    assert.deepEqual(times, [receivedAt]);
  });
});
