/** One run for a message: who joins it, what becomes of handlers that fail or never end. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Context, Message } from "../../src/index.ts";
import { settle } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const HOUR_MS = 3_600_000;

/** A platform whose bot answers each text after `ms`, and counts. */
function slowly(ms: number, answer: (message: Message) => string | undefined = () => "答"): {
  readonly wechat: TurnedPlatform;
  runs(): number;
} {
  const wechat = new TurnedPlatform();
  let runs = 0;
  wechat.bot.on("text", async (message) => {
    runs += 1;
    await wechat.clock.sleep(ms);
    return answer(message);
  });
  return { wechat, runs: () => runs };
}

describe("An answer in time", () => {
  const told: readonly [seconds: number, told: readonly string[]][] = [
    [0.1, ["答"]],
    [4, ["答"]],
    [4.6, ["lapsed", "答"]],
    [6, ["lapsed", "答"]],
    [9.4, ["lapsed", "答"]],
    [9.6, ["lapsed", "lapsed", "答"]],
    [14, ["lapsed", "lapsed", "答"]],
  ];
  for (const [seconds, expected] of told) {
    test(`that takes ${seconds} s is given to delivery ${expected.length}`, async () => {
      const { wechat, runs } = slowly(seconds * 1000);
      const sent = wechat.say("问");
      await wechat.clock.turn(60_000);
      assert.deepEqual(sent.told, expected);
      assert.equal(runs(), 1);
    });
  }

  test("that comes between two deliveries is given to the next one", async () => {
    const { wechat, runs } = slowly(4700);
    const sent = wechat.say("问");
    await wechat.clock.turn(4800);
    assert.deepEqual(sent.told, ["lapsed"]);
    await wechat.clock.turn(200);
    assert.deepEqual(sent.told, ["lapsed", "答"]);
    assert.equal(runs(), 1);
    await wechat.clock.turn(HOUR_MS);
    assert.deepEqual([runs(), await afterwards(wechat)], [1, "open"]);
  });

  test("that is nothing ends the repeats with success, once it is known", async () => {
    const { wechat } = slowly(6000, () => undefined);
    const sent = wechat.say("问");
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "success"]);
  });

  test("is given to a delivery that the peer has dropped before its time", async () => {
    const { wechat, runs } = slowly(6000);
    const sent = wechat.say("问", {}, { limitMs: 2500 });
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "答"]);
    assert.equal(runs(), 1);
  });

  test("is remembered for repeats that come after it was given", async () => {
    const { wechat, runs } = slowly(0);
    const sent = wechat.say("问");
    await wechat.clock.turn(10);
    sent.again();
    await wechat.clock.turn(20_000);
    sent.again();
    await wechat.clock.turn(10);
    assert.deepEqual(sent.told, ["答", "答", "答"]);
    assert.equal(runs(), 1);
  });

  test("is remembered however many other messages come between it and the repeat", async () => {
    const { wechat, runs } = slowly(4700);
    const sent = wechat.say("问");
    await wechat.clock.turn(4800);
    wechat.bot.on("image", () => "图");
    for (let count = 0; count < 12_000; count += 1) {
      wechat.send(imageOf(count));
      if (count % 1000 === 0) await settle();
    }
    await wechat.clock.turn(200);
    assert.deepEqual(sent.told, ["lapsed", "答"]);
    assert.equal(runs(), 1);
  });

  test("that was given is remembered for five seconds at 800 messages a second", async () => {
    // It was on its way when WeChat dropped the connection.
    const { wechat, runs } = slowly(4400);
    const sent = wechat.say("问");
    await wechat.clock.turn(4500);
    wechat.bot.on("image", () => "图");
    for (let count = 0; count < 4000; count += 1) {
      wechat.send(imageOf(count));
      if (count % 800 === 799) await wechat.clock.turn(1000);
    }
    sent.again();
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told.slice(0, 2), ["答", "答"]);
    assert.equal(runs(), 1);
  });

  test("in the making is not forgotten, however many other messages come", async () => {
    const { wechat, runs } = slowly(6000);
    const sent = wechat.say("问");
    wechat.bot.on("image", () => "图");
    for (let count = 0; count < 21_000; count += 1) {
      wechat.send(imageOf(count));
      if (count % 1000 === 0) await settle();
    }
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "答"]);
    assert.equal(runs(), 1);
  });
});

describe("Deliveries of a message that come at the same time", () => {
  for (const ms of [0, 1000, 4000]) {
    test(`join one run when the handler takes ${ms} ms`, async () => {
      const { wechat, runs } = slowly(ms);
      const sent = wechat.say("问");
      sent.again();
      sent.again();
      await wechat.clock.turn(60_000);
      assert.equal(runs(), 1);
      assert.deepEqual(sent.told, ["答", "答", "答"]);
    });
  }

  test("of different followers do not wait for each other", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("text", async ({ FromUserName }) => {
      await wechat.clock.sleep(FromUserName === "slow" ? 4000 : 10);
      return FromUserName;
    });
    const slow = wechat.say("a", { FromUserName: "slow" });
    const fast = wechat.say("a", { FromUserName: "fast" });
    await wechat.clock.turn(20);
    assert.deepEqual([slow.told, fast.told], [["open"], ["fast"]]);
    await wechat.clock.turn(5000);
    assert.deepEqual(slow.told, ["slow"]);
  });
});

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
  test("is given up when its answer would no longer be kept, and the log says so", async () => {
    const { wechat } = slowly(Infinity);
    let signal: AbortSignal | undefined;
    wechat.bot.use((_message, context, next) => {
      signal = context.signal;
      return next();
    });
    const sent = wechat.say("问");
    await wechat.clock.turn(HOUR_MS - 1);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    assert.equal(signal?.aborted, false);
    await wechat.clock.turn(20_000);
    assert.equal(signal?.aborted, true);
    const errors = wechat.entries.filter(({ level }) => level === "error");
    assert.equal(errors.length, 1);
    assert.match(errors[0]?.message ?? "", /did not end/);
    assert.equal(wechat.clock.waiting, 1, "only the handler's own timer is left");
  });

  test("does not hold up the follower's other messages", async () => {
    const { wechat } = slowly(Infinity);
    wechat.bot.on("image", () => "图");
    wechat.say("问");
    const other = wechat.send(imageOf(1));
    await wechat.clock.turn(0);
    assert.deepEqual(other.told, ["图"]);
  });

  test("learns from its signal when it asks for it only afterwards", async () => {
    const wechat = new TurnedPlatform({ delivery: { late: { keepMs: 60_000 } } });
    let kept: Context | undefined;
    wechat.bot.on("text", (_message, context) => {
      kept = context;
      return new Promise<string>(() => {});
    });
    wechat.say("问");
    await wechat.clock.turn(80_000);
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
    const lost = wechat.sentences.filter((sentence) => /still in the making/.test(sentence));
    assert.equal(lost.length, 2);
    await wechat.clock.turn(60_000);
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
});

/** What the follower reads with the next message, which nothing else answers here. */
async function afterwards(wechat: TurnedPlatform): Promise<string> {
  const { told } = wechat.say("然后");
  await wechat.clock.turn(0);
  return told[0] ?? "";
}

function imageOf(id: number): string {
  return `<xml><ToUserName>gh_1</ToUserName><FromUserName>oImage</FromUserName>` +
    `<CreateTime>1</CreateTime><MsgType>image</MsgType><PicUrl>u</PicUrl><MediaId>m</MediaId>` +
    `<MsgId>${id}</MsgId></xml>`;
}
