/** What the log and the handlers are told of answers that are late, word by word. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LogEntry, Message, Reply } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireEnvelope, wireText, wireXml } from "../support/wire.ts";
import { lateBot } from "./slow-bots.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const HOUR_MS = 3_600_000;

function reasonOf(signal: AbortSignal | undefined): string {
  return signal?.reason instanceof Error ? signal.reason.message : String(signal?.reason);
}

describe("The log says in a sentence", () => {
  test("that an answer is parked, and that it is given, of whom and to what", async () => {
    const { wechat } = lateBot(20);
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    await wechat.ask("好");
    const about = { event: "notice", openId: "o9Ag…3bGY", kind: "text" };
    const told = wechat.entries.map(({ event, openId, kind, level, message }) => {
      return { event, openId, kind, level, message };
    });
    assert.deepEqual(told, [
      {
        ...about,
        level: "warn",
        message: "Answer came late and is parked for the follower's next message",
      },
      { ...about, level: "info", message: "A parked answer is sent with this message" },
    ]);
  });

  test("that an answer was handed to onLate, which gets the message and its replies", async () => {
    const handed: [Message, readonly Reply[]][] = [];
    const onLate = (message: Message, replies: readonly Reply[]): void => {
      handed.push([message, replies]);
    };
    const { wechat } = lateBot(20, { push: "customer-service", onLate }, () => "长".repeat(700));
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    assert.deepEqual(wechat.sentences, ["info: Answer came late and was handed to onLate"]);
    const [[message, replies] = []] = handed;
    assert.equal(message?.kind, "text");
    assert.deepEqual(replies?.map(({ MsgType }) => MsgType), ["text", "text"]);
    const contents = replies?.map((reply) => (reply.MsgType === "text" ? reply.Content : ""));
    assert.equal(contents?.join(""), "长".repeat(700), "nobody is asked to write for more");
    assert.equal(await wechat.ask("好"), "好!");
  });

  test("that onLate failed, and that the answer is parked instead", async () => {
    const onLate = async (): Promise<never> => {
      throw new Error("mail is down");
    };
    const { wechat } = lateBot(20, { push: "customer-service", onLate });
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    assert.deepEqual(wechat.sentences, [
      "warn: onLate failed, answer is parked instead: mail is down",
      "warn: Answer came late and is parked for the follower's next message",
    ]);
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("nothing of a late answer that is nothing", async () => {
    for (const deliveries of [1, 3]) {
      const { wechat } = lateBot(20, {}, () => undefined);
      wechat.say("慢", {}, { deliveries });
      await wechat.clock.turn(60_000);
      assert.deepEqual(wechat.sentences, []);
      assert.equal(await wechat.ask("好"), "好!");
    }
  });

  test("that a handler did not end, and that it ended after all", async () => {
    const { wechat, signals, contexts } = lateBot(400);
    const sent = wechat.say("慢");
    await wechat.clock.turn(299_999);
    assert.deepEqual([wechat.sentences, signals[0]?.aborted], [[], false]);
    await wechat.clock.turn(1);
    const told = "error: Handler did not end within 300000 ms";
    assert.deepEqual(wechat.sentences, [told]);
    assert.equal(wechat.entries[0]?.code, "HANDLER_TIMEOUT");
    assert.equal(reasonOf(signals[0]), "Handler did not end within 300000 ms");
    await wechat.clock.turn(20_000);
    assert.equal(wechat.entries.length, 1, "once, however many deliveries lapsed");
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    sent.again();
    await wechat.clock.turn(0);
    assert.deepEqual([sent.told[3], contexts.length], ["success", 1], "a repeat begins nothing");
    await wechat.clock.turn(400_000);
    assert.deepEqual(wechat.sentences, [
      told,
      "warn: Handler ended after its time limit, its answer is ignored",
    ]);
    assert.equal(await wechat.ask("好"), "好!");
  });

  for (const after of [1000, 6000]) {
    test(`that an answer was in the making when the server stopped after ${after} ms`, async () => {
      const { wechat, signals } = lateBot(200);
      wechat.say("慢", {}, { deliveries: 1 });
      await wechat.clock.turn(after);
      await wechat.bot.close();
      assert.deepEqual(wechat.sentences, [
        "warn: Answer was not ready when the server stopped",
      ]);
      assert.equal(reasonOf(signals[0]), "The server is shutting down");
      await wechat.clock.turn(HOUR_MS);
      assert.equal(wechat.entries.length, 1);
    });
  }

  test("that an answer is parked which waited for a repeat when it stopped", async () => {
    const { wechat } = lateBot(6);
    wechat.say("慢", {}, { deliveries: 1 });
    await wechat.clock.turn(7000);
    await wechat.bot.close();
    assert.deepEqual(wechat.sentences, [
      "warn: Answer came late and is parked for the follower's next message",
    ]);
    await wechat.clock.turn(60_000);
    assert.equal(wechat.entries.length, 1, "and not once more when its time would be over");
  });

  test("that a handler failed when nobody waited for it, with code and stack", async () => {
    const { wechat } = lateBot(20, {}, () => {
      throw new echostr.EchostrError("REPLY_INVALID", "Content of a text must not be empty");
    });
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    const [entry] = wechat.entries.filter(({ event }) => event === "failed");
    const { level, code, message, kind, openId, stack } = entry ?? ({} as Partial<LogEntry>);
    assert.deepEqual(
      { level, code, message, kind, openId },
      {
        level: "error",
        code: "REPLY_INVALID",
        message: "Content of a text must not be empty",
        kind: "text",
        openId: "o9Ag…3bGY",
      },
    );
    assert.match(stack ?? "", /late-sentences\.test/);
  });

  test("HANDLER_FAILED where what was thrown has no code, nor a stack", async () => {
    const { wechat } = lateBot(20, {}, () => {
      throw "paper";
    });
    wechat.say("慢");
    await wechat.clock.turn(60_000);
    const [entry] = wechat.entries.filter(({ event }) => event === "failed");
    const { code, message, stack } = entry ?? ({} as Partial<LogEntry>);
    assert.deepEqual([code, message, stack], ["HANDLER_FAILED", "paper", undefined]);
  });
});

describe("A handler whose answer is late", () => {
  test("knows it from the last delivery on, not before", async () => {
    const { wechat, contexts } = lateBot(20);
    wechat.say("慢");
    await wechat.clock.turn(14_499);
    assert.equal(contexts[0]?.late, false);
    await wechat.clock.turn(1);
    assert.equal(contexts[0]?.late, true);
  });
});

describe("A delivery is told apart from the others of its message", () => {
  interface Told {
    readonly outcome: string;
    readonly attempt: number | undefined;
    readonly joined: boolean | undefined;
    readonly failed: boolean;
  }

  /** Sends the body, over and over, each after so many milliseconds. */
  async function deliver(
    wechat: TurnedPlatform,
    body: string,
    pauses: readonly number[],
  ): Promise<Told[]> {
    const told: Told[] = [];
    for (const pause of pauses) {
      void wechat.deliver(body)
        .then(({ outcome, delivered, error }) => {
          const { nth: attempt, joined } = delivered?.attempt ?? {};
          told.push({ outcome, attempt, joined, failed: error !== undefined });
        });
      await wechat.clock.turn(pause);
    }
    return told;
  }

  test("by its number, and by whether the handler had begun before", async () => {
    const { wechat } = lateBot(6);
    const told = await deliver(wechat, wireText("慢"), [5000, 5000, 5000]);
    assert.deepEqual(told, [
      { outcome: "lapsed", attempt: 1, joined: false, failed: false },
      { outcome: "answered", attempt: 2, joined: true, failed: false },
      { outcome: "answered", attempt: 3, joined: true, failed: false },
    ]);
  });

  test("by what the handler threw, once", async () => {
    const { wechat } = lateBot(1, {}, () => {
      throw new Error("broken");
    });
    const told = await deliver(wechat, wireText("慢"), [2000, 100]);
    assert.deepEqual(told, [
      { outcome: "failed", attempt: 1, joined: false, failed: true },
      { outcome: "nothing", attempt: 2, joined: true, failed: false },
    ]);
  });

  test("and not by what it threw when nobody waited, which the log has told", async () => {
    const { wechat } = lateBot(6, {}, () => {
      throw new Error("broken");
    });
    wechat.bot.onError(() => "出错了");
    const told = await deliver(wechat, wireText("慢"), [7000, 100]);
    assert.deepEqual(told.map(({ outcome, failed }) => [outcome, failed]), [
      ["lapsed", false],
      ["answered", false],
    ]);
    assert.deepEqual(wechat.entries.map(({ event }) => event), ["failed"]);
  });

  test("and two that wait at once are not both told of the failure", async () => {
    const { wechat } = lateBot(1, {}, () => {
      throw new Error("broken");
    });
    const told = await deliver(wechat, wireText("慢"), [100, 2000]);
    assert.deepEqual(told.map(({ outcome, failed }) => [outcome, failed]), [
      ["failed", true],
      ["nothing", false],
    ]);
  });

  test("and one that is answered with the notice is answered", async () => {
    const { wechat } = lateBot(20, { notice: "稍等", hold: false });
    assert.deepEqual(await deliver(wechat, wireText("慢"), [5000]), [
      { outcome: "answered", attempt: 1, joined: false, failed: false },
    ]);
    const silent = lateBot(20, { hold: false });
    assert.deepEqual(await deliver(silent.wechat, wireText("慢"), [5000]), [
      { outcome: "nothing", attempt: 1, joined: false, failed: false },
    ]);
  });

  test("and a message that is answered at once is the first", async () => {
    const { wechat } = lateBot(1);
    const event = wireXml(wireEnvelope({ MsgType: "event", Event: "CLICK", EventKey: "k" }));
    assert.deepEqual(await deliver(wechat, event, [1, 1]), [
      { outcome: "nothing", attempt: 1, joined: false, failed: false },
      { outcome: "nothing", attempt: 2, joined: true, failed: false },
    ]);
  });
});

describe("With delivery switched off", () => {
  test("each delivery is the first, answered, silent or failed as its handler is", async () => {
    const wechat = new TurnedPlatform({ delivery: false });
    const told: unknown[] = [];
    wechat.bot.hears("答", () => "答");
    wechat.bot.hears("慢", async () => "慢答");
    wechat.bot.hears("坏", () => {
      throw new Error("broken");
    });
    for (const content of ["答", "慢", "坏", "好"]) {
      const answered = await wechat.deliver(wireText(content));
      const { outcome, delivered, error } = answered;
      const { nth: attempt, joined } = delivered?.attempt ?? {};
      told.push([outcome, attempt, joined, error instanceof Error ? error.message : error]);
    }
    assert.deepEqual(told, [
      ["answered", 1, false, undefined],
      ["answered", 1, false, undefined],
      ["failed", 1, false, "broken"],
      ["nothing", 1, false, undefined],
    ]);
  });
});
