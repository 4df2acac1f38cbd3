/** A shared store that works: what is asked of it, and in which order. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deliveryKey } from "../../src/bot/keys.ts";
import { Records } from "../../src/delivery/records.ts";
import type { MessageRecord } from "../../src/delivery/record.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { NotingStore } from "./noting-store.ts";
import { scene } from "./shared-scene.ts";
import { TURNED_ACCOUNT_ID } from "./turned-platform.ts";

function keyOf(body: string): string {
  return deliveryKey(TURNED_ACCOUNT_ID, parseMessage(body)).text;
}

/** What was changed since the last time, and what it is that changed. */
function changes(store: NotingStore): string[] {
  return store.taken().map((call) => call.split(".")[0] ?? "");
}

describe("Of a shared store that works", () => {
  test("an answer goes out when it is written, not before", async () => {
    const { wechat, store, clock } = scene();
    const body = wireText("好");
    // Taken where nothing stood, written where the record of that stands.
    store.holding = [`swap run.${keyOf(body).replaceAll("\n", ".")} {`];
    const sent = wechat.send(body);
    await clock.turn(1000);
    assert.deepEqual(sent.told, ["open"]);
    store.letGo();
    await clock.turn(0);
    assert.deepEqual(sent.told, ["好!"]);
  });

  test("an answer that nobody was promised stands in no line before it is there", async () => {
    for (const notice of [undefined, "稍等，回复 1"]) {
      const { wechat, store, clock } = scene(20_000, { notice });
      wechat.say("慢");
      await clock.turn(19_900);
      assert.equal(changes(store).includes("swap line"), notice !== undefined);
      await clock.turn(40_000);
      assert.ok(changes(store).includes("swap line"));
    }
  });

  test("a late answer is kept at once when another process has had the last delivery", async () => {
    const { wechat, store, clock } = scene(5300);
    const body = wireText("慢");
    wechat.send(body, { deliveries: 1 });
    await clock.turn(5200);
    const records = new Records(store, clock);
    await records.change(keyOf(body), (before) => before && ({ ...before, late: true } as MessageRecord));
    await clock.turn(200);
    const record = await records.get(keyOf(body));
    assert.ok(record?.state === "ready" && record.late, "no delivery of its own takes it any more");
    assert.deepEqual(wechat.sentences, ["warn: Answer came late and is parked for the follower's next message"]);
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("what cannot be pushed and cannot be parked is told", async () => {
    const failing: typeof fetch = () => Promise.reject(new TypeError("fetch failed"));
    const app = { appId: "wx5823bf96d3bd56c7", appSecret: "5ecretOfTheStoreThatFails" };
    const api = echostr.createApi({ ...app, fetch: failing });
    const late = { push: "customer-service", hold: false } as const;
    const { wechat, store, clock } = scene(6000, late, { api });
    store.failing = ["swap line"];
    wechat.say("慢");
    for (let second = 0; second < 120; second += 1) await clock.turn(1000);
    assert.ok(wechat.sentences.includes("error: Late answer could not be kept: swap is broken"));
  });

  describe("and two processes, a delivery to the one that does not run the handler", () => {
    /** The second one's answer to its first delivery, while the first one runs the handler. */
    async function second(
      during: (store: NotingStore) => void,
      afterMs = 5000,
    ): Promise<{ told: unknown[]; runs: number }> {
      const { wechat, store, clock, runs } = scene(8000);
      const other = wechat.createBot({ store });
      other.on("text", () => "别处");
      const body = wireText("慢");
      wechat.send(body, { deliveries: 1 });
      await clock.turn(afterMs);
      const answering = wechat.deliver(body, { to: other });
      await clock.turn(500);
      during(store);
      await clock.turn(4000);
      const { outcome, delivered } = await answering;
      const { attempt: { nth: attempt, joined } = {}, reply } = delivered ?? {};
      const content = reply?.MsgType === "text" ? reply.Content : undefined;
      return { told: [outcome, attempt, joined, content], runs: runs() };
    }

    test("joins the run of the other", async () => {
      const { told, runs } = await second(() => {});
      assert.deepEqual([told, runs], [["answered", 2, true, "慢答"], 1]);
    });

    test("gets the answer that the other has made, and has joined its run", async () => {
      const { told, runs } = await second(() => {}, 8500);
      assert.deepEqual([told, runs], [["answered", 2, true, "慢答"], 1]);
    });

    test("takes the answer that waits in the other, or leaves it when it is given", async () => {
      for (const isFetched of [false, true]) {
        const { wechat, store, clock } = scene(4700);
        const other = wechat.createBot({ store });
        const sent = wechat.say("慢", {}, { deliveries: 1, to: [wechat.bot, other] });
        await clock.turn(4900);
        if (isFetched) assert.equal(await wechat.ask("好"), "慢答\n\n好!");
        await clock.turn(100);
        sent.again();
        await clock.turn(100);
        assert.deepEqual(sent.told, ["lapsed", isFetched ? "success" : "慢答"]);
        assert.equal(await wechat.ask("好"), "好!", "it must not be given twice");
      }
    });

    test("says of no handler that runs elsewhere that it did not end", async () => {
      const { wechat, store, clock } = scene(12_000);
      const other = wechat.createBot({ store });
      const sent = wechat.say("慢", {}, { to: [wechat.bot, other] });
      await clock.turn(2 * 3_600_000);
      assert.deepEqual(sent.told, ["lapsed", "lapsed", "慢答"]);
      assert.deepEqual(wechat.sentences, []);
    });

    test("takes the run over from one that was killed, and has not joined", async () => {
      const { wechat, store, clock, runs } = scene(500);
      const body = wireText("慢");
      const [since, until] = [clock.now() - 1000, clock.now() + 2000];
      const killed = { since, deliveries: 1, at: since, expires: until + 60_000 };
      const record: MessageRecord = { ...killed, state: "working", by: "killed", until, late: false };
      await new Records(store, clock).change(keyOf(body), () => record);
      const answering = wechat.deliver(body);
      await clock.turn(4000);
      const { outcome, delivered } = await answering;
      assert.deepEqual([outcome, delivered?.attempt.joined, runs()], ["answered", false, 1]);
    });

    test("runs its own handler when the store fails meanwhile, and has not joined", async () => {
      const { told } = await second((store) => {
        store.failing = ["get run"];
      });
      assert.deepEqual(told, ["answered", 2, false, "别处"]);
    });
  });

  test("a message is taken, its answer told at once, and written as given: four calls", async () => {
    const { wechat, store } = scene();
    assert.equal(await wechat.ask("好"), "好!");
    const calls = store.calls.map((call) => call.split(".")[0]);
    assert.deepEqual(calls, ["swap run", "swap run", "get line", "swap run"]);
    assert.deepEqual(wechat.sentences, []);
  });

  test("a late answer is promised with the notice, then told, and kept in its line", async () => {
    const { wechat, clock, store } = scene(20_000, { notice: "稍等，回复 1" });
    wechat.say("慢");
    await clock.turn(14_400);
    store.taken();
    await clock.turn(200);
    assert.deepEqual(changes(store), ["swap run", "swap line"]);
    await clock.turn(5300);
    changes(store);
    await clock.turn(60_000);
    assert.deepEqual(changes(store), ["swap line", "swap run"], "should it be killed in between, no answer has no place");
    assert.deepEqual(wechat.sentences, [
      "warn: Answer came late and is parked for the follower's next message",
    ]);
  });

  test("a late answer that goes before another is in hand, is written with that, and leaves its line", async () => {
    const { wechat, clock, store } = scene(20_000);
    wechat.say("慢");
    await clock.turn(60_000);
    store.taken();
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
    const calls = store.taken();
    assert.deepEqual(calls.map((call) => call.split(".")[0]), [
      ...["swap run", "swap run", "swap run", "swap run", "swap run", "swap line"],
    ]);
    assert.match(calls[1] ?? "", /"state":"ready"/);
    assert.match(calls[2] ?? "", /"hold":\{"by":"/);
    assert.match(calls[3] ?? "", /"state":"given","reply":.*慢答\\n\\n好!.*"took":"/);
    assert.match(calls[4] ?? "", /"state":"given","rest":\[\]\} \d+$/);
  });

  describe("the third delivery is counted when the handler ends, so that it", () => {
    /** What it is answered with, when the second one went to this process or to another one. */
    async function third(isElsewhere: boolean): Promise<unknown[]> {
      const { wechat, clock, store } = scene(10_500);
      const other = wechat.createBot({ store });
      wechat.bot.use(async (_message, _context, next) => {
        await next();
        throw new Error("broken");
      });
      const body = wireText("慢");
      const to = [wechat.bot, isElsewhere ? other : wechat.bot];
      wechat.send(body, { deliveries: 2, to });
      await clock.turn(10_000);
      store.holding = ["swap run"];
      const answering = wechat.deliver(body);
      await clock.turn(1000);
      store.letGo();
      await clock.turn(0);
      const { outcome, delivered } = await answering;
      return [outcome, delivered?.attempt.nth, wechat.sentences];
    }

    test("has its number over all processes", async () => {
      assert.deepEqual(await third(true), ["failed", 3, []]);
    });

    test("tells of the failure, which the log need not tell", async () => {
      assert.deepEqual(await third(false), ["failed", 3, []]);
    });
  });

  test("what was promised leaves the line when its handler does not end", async () => {
    const { wechat, clock, store } = scene(3 * 3_600_000, { notice: "稍等，回复 1" });
    wechat.say("慢");
    await clock.turn(20_000);
    assert.ok(changes(store).includes("swap line"));
    await clock.turn(300_000);
    assert.equal(await wechat.ask("1"), "1!");
    assert.ok(changes(store).includes("swap line"));
  });

  test("the rest of an answer stands in the line before its beginning is given, and is free after it", async () => {
    const { wechat, store } = scene();
    await wechat.ask("长");
    assert.deepEqual(changes(store), ["swap run", "swap run", "swap line", "swap run", "swap run"]);
    assert.match(await wechat.ask("继续"), /^长+$/);
    assert.deepEqual(changes(store), ["swap run", "swap run", "swap run", "swap run", "swap line"]);
  });

  test("a message that is given up is free at once, and nothing of it is written any more", async () => {
    const { wechat, clock, store } = scene(2000);
    wechat.say("慢", {}, { deliveries: 1 });
    await clock.turn(1500);
    store.taken();
    await wechat.bot.close();
    const calls = store.taken();
    assert.equal(calls.length, 1);
    assert.match(calls[0] ?? "", new RegExp(`"until":${clock.now()},`));
    await clock.turn(10_000);
    assert.deepEqual(store.taken(), []);
  });
});
