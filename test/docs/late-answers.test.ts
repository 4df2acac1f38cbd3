/** What the manual says of an answer that comes too late for all deliveries is so. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { APP_ID, SECRET, startStandIn } from "../api/stand-in.ts";
import type { ApiStandIn } from "../api/stand-in.ts";
import { ACCOUNT, FOLLOWER, message, plainDelivery, textMessage } from "../server/platform.ts";
import { until } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { content, Slow } from "./slow.ts";

describe("A late answer, the manual says", () => {
  async function tooLate(slow: Slow): Promise<void> {
    const body = textMessage("20");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    await slow.clock.turn(10_000);
  }

  test("is fetched alone with a pick-up word, however it is written, and no handler runs for that", async () => {
    for (const word of ["继续", "1", " 1 ", "１", "1。", "“继续”"]) {
      for (const notice of [undefined, "等等，回复 1"]) {
        const slow = new Slow({ late: { notice } });
        await tooLate(slow);
        assert.equal(content(await slow.deliver(textMessage(word))), "20 s");
        assert.equal(slow.runs, 1);
      }
    }
  });

  test("goes out before the answer to a question, whose handler runs", async () => {
    for (const notice of [undefined, "等等，回复 1"]) {
      const slow = new Slow({ late: { notice } });
      await tooLate(slow);
      assert.equal(content(await slow.deliver(textMessage("0"))), "20 s\n\n0 s");
      assert.equal(slow.runs, 2);
    }
  });

  test("is waited for by a pick-up word that comes before it is there", async () => {
    const slow = new Slow({ late: { notice: "等等，回复 1" } });
    const body = textMessage("20");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    const early = textMessage("1");
    assert.equal(await slow.deliver(early), undefined);
    assert.equal(content(await slow.deliver(early)), "20 s");
    assert.equal(slow.runs, 1);
  });

  test("stays owed to a pick-up word that cannot wait so long, which gets the notice again", async () => {
    const slow = new Slow({ late: { notice: "等等，回复 1" } });
    const body = textMessage("40");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    const early = textMessage("1");
    assert.equal(await slow.deliver(early), undefined);
    assert.equal(await slow.deliver(early), undefined);
    assert.equal(content(await slow.deliver(early)), "等等，回复 1");
    await slow.clock.turn(15_000);
    assert.equal(content(await slow.deliver(textMessage("1"))), "40 s");
    assert.equal(slow.runs, 1);
  });

  test("that is not ready stays owed while a question is answered at once", async () => {
    const slow = new Slow({ late: { notice: "等等，回复 1" } });
    const body = textMessage("20");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    assert.equal(content(await slow.deliver(textMessage("0"))), "0 s");
    await slow.clock.turn(10_000);
    assert.equal(content(await slow.deliver(textMessage("继续"))), "20 s");
  });

  test("is not fetched by an event", async () => {
    const slow = new Slow({ late: { notice: "等等，回复 1" } });
    await tooLate(slow);
    const click = message({ MsgType: "event", Event: "CLICK", EventKey: "K" });
    assert.equal(await slow.deliver(click), "success");
    assert.equal(content(await slow.deliver(textMessage("1"))), "20 s");
  });

  test("that is nowhere leaves a pick-up word to its handler", async () => {
    const slow = new Slow({ late: { notice: "等等，回复 1" } });
    assert.equal(content(await slow.deliver(textMessage("0"))), "0 s");
    // A second is what its handler takes for it.
    assert.equal(content(await slow.deliver(textMessage("1"))), "1 s");
    assert.equal(slow.runs, 2);
  });

  test("is not waited for beyond five minutes: the signal aborts, and the log has an error", async () => {
    const slow = new Slow({ late: { notice: "等等，回复 1" } });
    const started = slow.clock.now();
    const signals: AbortSignal[] = [];
    slow.bot.use((_message, context, next) => (signals.push(context.signal), next()));
    const body = textMessage("3000");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    await slow.clock.turn(started + 299_999 - slow.clock.now());
    assert.equal(signals[0]?.aborted, false);
    await slow.clock.turn(1);
    assert.equal(signals[0]?.aborted, true);
    assert.ok(slow.log.some(({ level, code }) => level === "error" && code === "HANDLER_TIMEOUT"));
    assert.equal(content(await slow.deliver(textMessage("0"))), "0 s");
  });

  test("is kept for an hour", async () => {
    const slow = new Slow({ late: { notice: "等等，回复 1" } });
    await tooLate(slow);
    await slow.clock.turn(3_600_000);
    // Ours is the clock that signatures are compared with.
    const timestamp = String(Math.floor(slow.clock.now() / 1000));
    const body = textMessage("1");
    const { target } = plainDelivery(ACCOUNT, body, { timestamp });
    const query = target.slice(target.indexOf("?") + 1);
    const receivedAt = slow.clock.now();
    const answering = slow.bot.callback({ method: "POST", query, body, receivedAt });
    await slow.clock.turn(1000);
    assert.equal(content((await answering).body), "1 s", "it is a message like any other");
  });

  test("goes to onLate, after one delivery that is answered at once, where it is pushed", async () => {
    const pushed: unknown[] = [];
    const onLate = (_message: unknown, replies: unknown): void => void pushed.push(replies);
    const slow = new Slow({ more: "", late: { hold: false, push: "customer-service", onLate } });
    assert.equal(await slow.deliver(textMessage("20")), "success");
    assert.equal(slow.log.at(-1)?.ms, 4500);
    await slow.clock.turn(20_000);
    assert.deepEqual(pushed, [[{ MsgType: "text", Content: "20 s" }]]);
  });

  describe("where it is pushed,", () => {
    async function pushing(context: TestContext): Promise<{ slow: Slow; standIn: ApiStandIn }> {
      const standIn = await startStandIn((end) => context.after(end));
      standIn.heard(FOLLOWER);
      const api = echostr.createApi({ appId: APP_ID, appSecret: SECRET, base: standIn.base });
      const slow = new Slow(
        { late: { notice: "好了就发给你", hold: false, push: "customer-service" } },
        { api },
      );
      assert.equal(content(await slow.deliver(textMessage("20"))), "好了就发给你");
      return { slow, standIn };
    }

    test("is sent when it is there, a long text in several messages", async (context) => {
      const { slow, standIn } = await pushing(context);
      // The call has ten seconds by the same clock, so it is not turned further than needed.
      await slow.clock.turn(16_000);
      await until("a message to be sent", () => standIn.sent.length === 1);
      slow.bot.use(async (_message, _context, next) => `${String(await next())}${"长".repeat(1000)}`);
      await slow.deliver(textMessage("30"));
      await slow.clock.turn(26_000);
      await until("three messages to be sent", () => standIn.sent.length === 3);
      const texts = standIn.sent.map(({ text }) => (text as { content: string }).content);
      assert.equal(texts[0], "20 s");
      assert.match(texts.slice(1).join(""), /^30 s长{1000}$/);
      await until("the line in the log", () => slow.told("was sent as a customer-service message"));
    });

    test("waits for the next message when WeChat refuses it, and the log says so", async (context) => {
      const { slow, standIn } = await pushing(context);
      standIn.faults.failNext({ path: "/cgi-bin/message/custom/send", errcode: 48001, times: Infinity });
      await slow.clock.turn(16_000);
      await until("the line in the log", () => slow.told("errcode 48001"));
      assert.equal(content(await slow.deliver(textMessage("0"))), "20 s\n\n0 s");
    });
  });

  test("is not waited for with delivery: false, and the handler runs each time", async () => {
    const slow = new Slow(false);
    const body = textMessage("0");
    await slow.deliver(body);
    await slow.deliver(body);
    assert.equal(slow.runs, 2);
  });
});
