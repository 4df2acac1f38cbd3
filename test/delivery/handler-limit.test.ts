/** A handler that hangs does not silence its follower, and has `handlerMs` to end. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Context, DeliveryOptions } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const MINUTE_MS = 60_000;

interface Scene {
  readonly wechat: TurnedPlatform;
  readonly clock: TurnedClock;
  readonly contexts: Context[];
  /** Ends the handler that hangs. */
  end(answer: string): void;
}

/** 挂 hangs until it is told to end; the rest is echoed at once. */
function scene(delivery: DeliveryOptions, isShared: boolean): Scene {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const wechat = new TurnedPlatform({ store: isShared ? sharing(memory) : memory, delivery }, clock);
  const contexts: Context[] = [];
  let end = (_answer: string): void => {};
  wechat.bot.hears("挂", (_message, context) => {
    contexts.push(context);
    return new Promise<string>((resolve) => void (end = resolve));
  });
  wechat.bot.on("text", ({ Content }) => `${Content}!`);
  return { wechat, clock, contexts, end: (answer) => end(answer) };
}

for (const isShared of [false, true]) {
  describe(`A handler that hangs, on ${isShared ? "a shared store" : "a store of its own"},`, () => {
    test("leaves its follower's next messages to be answered, with a notice and without", async () => {
      for (const notice of ["稍等", undefined]) {
        const { wechat, clock } = scene({ late: { notice } }, isShared);
        wechat.say("挂");
        await clock.turn(15_000);
        for (let count = 0; count < 20; count += 1) {
          assert.equal(await wechat.ask(`问${count}`), `问${count}!`);
          await clock.turn(MINUTE_MS);
        }
      }
    });

    test("has five minutes: then its signal aborts, and the log has an error", async () => {
      const { wechat, clock, contexts } = scene({}, isShared);
      wechat.say("挂");
      await clock.turn(5 * MINUTE_MS - 1);
      assert.deepEqual([contexts[0]?.signal.aborted, wechat.sentences], [false, []]);
      await clock.turn(1);
      const reason: unknown = contexts[0]?.signal.reason;
      assert.ok(reason instanceof echostr.EchostrError);
      assert.equal(reason.code, "HANDLER_TIMEOUT");
      const [entry] = wechat.entries;
      assert.deepEqual([entry?.level, entry?.event, entry?.code], ["error", "failed", "HANDLER_TIMEOUT"]);
      assert.equal(clock.waiting, 0, "nothing is renewed or waited for any more");
    });

    test("has as long as handlerMs says", async () => {
      const { clock, wechat, contexts } = scene({ handlerMs: 7000 }, isShared);
      wechat.bot.onError(() => "出错了");
      const sent = wechat.say("挂");
      await clock.turn(6999);
      assert.equal(contexts[0]?.signal.aborted, false);
      await clock.turn(1000);
      assert.equal(contexts[0]?.signal.aborted, true);
      assert.equal(sent.told.length, 2);
      assert.notEqual(sent.told[1], "open", "the delivery that waits is answered");
    });

    test("promises nothing any more after that, and what it says then is not used", async () => {
      const { wechat, clock, end } = scene({ late: { notice: "稍等" } }, isShared);
      wechat.say("挂");
      await clock.turn(15_000);
      const early = wechat.say("1");
      await clock.turn(15_000);
      assert.deepEqual(early.told, ["lapsed", "lapsed", "稍等"]);
      await clock.turn(5 * MINUTE_MS);
      assert.equal(await wechat.ask("1"), "1!");
      end("终于");
      await clock.turn(MINUTE_MS);
      assert.equal(wechat.sentences.at(-1), "warn: Handler ended after its time limit, its answer is ignored");
      assert.equal(await wechat.ask("1"), "1!");
    });

    test("may end in its last moment, and is answered with as ever", async () => {
      const { wechat, clock, end } = scene({ late: { notice: "稍等" } }, isShared);
      wechat.say("挂");
      await clock.turn(5 * MINUTE_MS - 1);
      end("终于");
      await clock.turn(1000);
      assert.equal(await wechat.ask("1"), "终于");
      assert.ok(!wechat.sentences.some((sentence) => sentence.startsWith("error")));
    });
  });
}

describe("handlerMs", () => {
  test("must be milliseconds that a timer can wait", () => {
    for (const handlerMs of [0, -1, 0.5, 2 ** 31, "60"]) {
      const create = (): unknown =>
        echostr.createBot({ token: "tok3nThatWaits", delivery: { handlerMs: handlerMs as number } });
      assert.throws(create, { code: "SETTING_INVALID", message: /handlerMs/ });
    }
  });
});
