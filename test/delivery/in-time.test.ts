/**
 * The promise of delivery, over real HTTP and in real time: a second of WeChat's is `SECOND_MS`
 * here.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import type { BotOptions, DeliveryOptions } from "../../src/index.ts";
import { ACCOUNT, plainDelivery, textMessage } from "../server/platform.ts";
import { PLAIN, SAFE, readableLog, serve } from "../server/serving.ts";
import type { Log } from "../server/serving.ts";
import { openFor, withPatience } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { PlatformStandIn } from "./platform-stand-in.ts";

const SECOND_MS = 60;
const DELIVERY: DeliveryOptions = { deadlineMs: 4.5 * SECOND_MS, hardCapMs: 20 * SECOND_MS };
const NOTICE = "正在思考，回复 1 获取答案";

interface Scene {
  readonly platform: PlatformStandIn;
  readonly port: number;
  readonly log: Log;
  /** When the handlers began, by the text that they answer. */
  readonly ran: string[];
}

/** A server whose handler takes the seconds that the text names: `6 问` takes six. */
async function scene(
  context: TestContext,
  options: BotOptions,
  delivery: DeliveryOptions = {},
): Promise<Scene> {
  const log = readableLog();
  const ran: string[] = [];
  const bot = echostr.createBot({
    ...options,
    log: log.log,
    delivery: { ...DELIVERY, ...delivery },
  });
  bot.on("text", async ({ Content }) => {
    ran.push(Content);
    const seconds = Number(Content.split(" ")[0]);
    if (seconds > 0) await new Promise((resolve) => setTimeout(resolve, seconds * SECOND_MS));
    return `${Content}：答`;
  });
  const port = await serve(context, bot);
  const mode = options === SAFE ? "safe" : "plain";
  const platform = new PlatformStandIn({ ports: [port], mode, limitMs: 5 * SECOND_MS });
  return { platform, port, log, ran };
}

for (const [mode, options] of Object.entries({ plain: PLAIN, safe: SAFE })) {
  describe(`In ${mode} mode`, { concurrency: true }, () => {
    for (const seconds of [0.1, 4, 6, 9.5, 14]) {
      test(`an answer after ${seconds} s is in the reply, and nowhere else`, async (context) => {
        const { platform, log, ran } = await scene(context, options);
        const text = `${seconds} 问`;
        const { attempts, seen } = await platform.deliver(textMessage(text));
        assert.equal(seen, `${text}：答`);
        assert.deepEqual(ran, [text], "the handler ran once");
        const lapsed = attempts.slice(0, -1);
        assert.ok(attempts.length >= Math.floor(seconds / 5) + 1, `${attempts.length} deliveries`);
        for (const { end, bytes } of lapsed) assert.deepEqual([end, bytes], ["dropped", 0]);
        const next = await platform.deliver(textMessage("0 下"));
        assert.equal(next.seen, "0 下：答", "nothing is left for the next message");
        const notices = log.entries.filter(({ event }) => event === "notice");
        assert.deepEqual(notices, []);
      });
    }

    test("an answer after 30 s follows the notice, with the word that it names", async (context) => {
      const late = { notice: NOTICE };
      const { platform, log, ran } = await scene(context, options, { late });
      const { attempts, seen } = await platform.deliver(textMessage("30 问"));
      assert.equal(seen, NOTICE);
      assert.deepEqual(
        attempts.map(({ end, bytes }) => (end === "dropped" ? bytes : end)),
        [0, 0, "answered"],
      );
      // Written before the answer is there: it waits for it, and no handler runs for it.
      await new Promise((resolve) => setTimeout(resolve, 4 * SECOND_MS));
      const next = await platform.deliver(textMessage("1"));
      assert.equal(next.seen, "30 问：答");
      const last = await platform.deliver(textMessage("0 下"));
      assert.equal(last.seen, "0 下：答");
      assert.deepEqual(ran, ["30 问", "0 下"]);
      assert.deepEqual(
        log.entries.slice(0, 3).map(({ answer, attempt }) => [answer, attempt]),
        [["lapsed", undefined], ["lapsed", 2], ["text", 3]],
      );
    });

    test("without a notice the third delivery ends with success", async (context) => {
      const { platform, ran } = await scene(context, options);
      const { attempts, seen } = await platform.deliver(textMessage("18 问"));
      assert.equal(seen, undefined);
      assert.deepEqual(attempts.map(({ body }) => body), ["", "", "success"]);
      assert.equal(ran.length, 1);
    });

    test("hold: false answers the first deadline at once", async (context) => {
      const late = { hold: false, notice: NOTICE };
      const { platform } = await scene(context, options, { late });
      const { attempts, seen } = await platform.deliver(textMessage("14 问"));
      assert.deepEqual([attempts.length, seen], [1, NOTICE]);
      await new Promise((resolve) => setTimeout(resolve, 12 * SECOND_MS));
      assert.equal((await platform.deliver(textMessage("0 下"))).seen, "14 问：答\n\n0 下：答");
    });
  });
}

describe("Each delivery of a message", () => {
  test("is encrypted anew, with the same answer inside", async (context) => {
    const { platform, port, ran } = await scene(context, SAFE);
    const body = textMessage("1 问");
    const attempts = await Promise.all([1, 2, 3].map(() => platform.attempt(body, port)));
    assert.deepEqual(attempts.map(({ end }) => end), ["answered", "answered", "answered"]);
    assert.equal(new Set(attempts.map((attempt) => attempt.body)).size, 3);
    const sealed = attempts.map((attempt) => /<Encrypt>.*<\/Encrypt>/s.exec(attempt.body)?.[0]);
    assert.equal(new Set(sealed).size, 3);
    assert.equal((await platform.deliver(body)).seen, "1 问：答");
    assert.deepEqual(ran, ["1 问"]);
  });
});

describe("A lapsed delivery", () => {
  test("gets no byte, and is cut off at the hard cap when the peer stays", async (context) => {
    const { port, log } = await scene(context, PLAIN, { hardCapMs: 8 * SECOND_MS });
    const connection = await openFor(context, port);
    const startedAt = Date.now();
    connection.send(plainDelivery(ACCOUNT, textMessage("12 问")));
    assert.equal(await withPatience("the server to cut it off", connection.closed), "");
    const ms = Date.now() - startedAt;
    assert.ok(ms >= 8 * SECOND_MS - 5, `cut off after ${ms} ms`);
    assert.deepEqual(log.entries.map(({ answer }) => answer), ["lapsed"]);
  });

  test("of a peer that leaves at once costs nobody anything", async (context) => {
    const { platform, port, ran } = await scene(context, PLAIN);
    const body = textMessage("1 问");
    const connection = await openFor(context, port);
    connection.send(plainDelivery(ACCOUNT, body));
    await new Promise((resolve) => setTimeout(resolve, SECOND_MS / 2));
    connection.close();
    assert.equal((await platform.deliver(body)).seen, "1 问：答");
    assert.deepEqual(ran, ["1 问"]);
  });
});
