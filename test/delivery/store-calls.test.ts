/** A shared store that works: what is asked of it, and in which order. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deliveryKey } from "../../src/bot/keys.ts";
import { Run } from "../../src/delivery/runs.ts";
import { SharedRuns } from "../../src/delivery/shared-runs.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { NotingStore } from "./noting-store.ts";
import { scene } from "./shared-scene.ts";
import { TURNED_ACCOUNT_ID } from "./turned-platform.ts";

function keyOf(body: string): string {
  return deliveryKey(TURNED_ACCOUNT_ID, parseMessage(body));
}

describe("Of a shared store that works", () => {
  test("an answer goes out when it is written, not before", async () => {
    const { wechat, store, clock } = scene();
    store.holding = ["set answer"];
    const sent = wechat.say("好");
    await clock.turn(1000);
    assert.deepEqual(sent.told, ["open"]);
    store.letGo();
    await clock.turn(0);
    assert.deepEqual(sent.told, ["好!"]);
  });

  test("a late answer that nobody was promised is not let go of", async () => {
    const { wechat, store, clock } = scene();
    wechat.say("慢", {}, { deliveries: 1 });
    await clock.turn(60_000);
    const calls = store.taken();
    assert.ok(calls.some((call) => call.startsWith("set parked")));
    assert.deepEqual(calls.filter((call) => call.startsWith("delete owed")), []);
  });

  test("a late answer is parked at once when another process has given up", async () => {
    const { wechat, store, clock } = scene(5300);
    const body = wireText("慢");
    wechat.send(body, { deliveries: 1 });
    await clock.turn(5200);
    const key = keyOf(body);
    await new SharedRuns(store, clock, "other").mark(new Run(key), "gave up");
    await clock.turn(200);
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("what cannot be pushed and cannot be parked is told", async () => {
    const failing: typeof fetch = () => Promise.reject(new TypeError("fetch failed"));
    const app = { appId: "wx5823bf96d3bd56c7", appSecret: "5ecretOfTheStoreThatFails" };
    const api = echostr.createApi({ ...app, fetch: failing });
    const late = { push: "customer-service", hold: false } as const;
    const { wechat, store, clock } = scene(6000, late, { api });
    store.failing = ["claim parked"];
    wechat.say("慢");
    for (let second = 0; second < 120; second += 1) await clock.turn(1000);
    assert.ok(wechat.sentences.includes("error: Late answer could not be kept: claim is broken"));
  });

  describe("and two processes, a delivery to the one that does not run the handler", () => {
    /** The second one's answer to its first delivery, while the first one runs the handler. */
    async function second(
      during: (store: NotingStore) => void,
      afterMs = 500,
    ): Promise<{ told: unknown[]; runs: number }> {
      const { wechat, store, clock, runs } = scene(3000);
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
      const { told, runs } = await second(() => {}, 3500);
      assert.deepEqual([told, runs], [["answered", 2, true, "慢答"], 1]);
    });

    test("takes the answer back that the other has parked, or leaves it when it is given", async () => {
      for (const isFetched of [false, true]) {
        const { wechat, store, clock } = scene(20_000);
        const other = wechat.createBot({ store });
        const sent = wechat.say("慢", {}, { deliveries: 1, to: [wechat.bot, other] });
        await clock.turn(40_000);
        if (isFetched) assert.equal(await wechat.ask("好"), "慢答\n\n好!");
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
      await new SharedRuns(store, clock, "killed").enter(keyOf(body));
      const answering = wechat.deliver(body);
      await clock.turn(4000);
      const { outcome, delivered } = await answering;
      assert.deepEqual([outcome, delivered?.attempt.joined, runs()], ["answered", false, 1]);
    });

    test("runs its own handler when the store fails meanwhile, and has not joined", async () => {
      const { told } = await second((store) => {
        store.failing = ["claim run"];
      });
      assert.deepEqual(told, ["answered", 2, false, "别处"]);
    });
  });

  test("a message asks for its claim, shares its answer and gives the claim back", async () => {
    const { wechat, store } = scene();
    assert.equal(await wechat.ask("好"), "好!");
    const calls = store.taken().map((call) => call.split(" ").slice(0, 2).join(" ").split(".")[0]);
    assert.deepEqual(calls.sort(), [
      "claim given",
      "claim run",
      "release run",
      "set answer",
      "set deliveries",
      "set mark",
    ]);
    assert.deepEqual(wechat.sentences, []);
  });

  test("a late answer is marked, parked, and let go of", async () => {
    const { wechat, clock, store } = scene(20_000, { notice: "稍等" });
    wechat.say("慢");
    await clock.turn(14_600);
    store.taken();
    await clock.turn(60_000);
    const calls = store.taken().map((call) => call.split(".")[0]);
    const end = calls.slice(calls.indexOf("set answer"));
    assert.deepEqual(end, [
      "set answer",
      "release run",
      "set mark",
      "claim parked",
      "set parked",
      "release parked",
      "delete owed",
    ]);
    assert.deepEqual(wechat.sentences, [
      "warn: Answer came late and is parked for the follower's next message",
    ]);
  });

  test("an answer that only goes before another is shared with that, not by itself", async () => {
    const { wechat, clock, store } = scene(20_000);
    wechat.say("慢");
    await clock.turn(60_000);
    store.taken();
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
    const shared = store.taken().filter((call) => call.startsWith("set answer"));
    assert.equal(shared.length, 1);
    assert.match(shared[0] ?? "", /慢答\\n\\n好!/);
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
      store.holding = ["set deliveries"];
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

  test("what was promised is let go of when its handler does not end", async () => {
    const { wechat, clock, store } = scene(3 * 3_600_000, { notice: "稍等" });
    wechat.say("慢");
    await clock.turn(20_000);
    assert.ok(store.taken().some((call) => call.startsWith("set owed")));
    await clock.turn(3_600_000);
    assert.ok(store.taken().some((call) => call.startsWith("delete owed")));
  });

  test("the rest of an answer is shared before it is taken out of the line", async () => {
    const { wechat, store } = scene();
    await wechat.ask("长");
    store.taken();
    assert.match(await wechat.ask("好"), /^长+$/);
    const calls = store.taken().map((call) => call.split(".")[0]);
    const [taken, shared] = [calls.indexOf("delete parked"), calls.indexOf("set answer")];
    assert.ok(shared !== -1 && shared < taken, calls.join(", "));
  });

  test("a claim that was given up is not given back twice, and its timers end", async () => {
    const { wechat, clock, store } = scene(2000);
    wechat.say("慢");
    await clock.turn(1500);
    await wechat.bot.close();
    assert.deepEqual(store.taken().filter((call) => call.startsWith("release run")).length, 1);
    store.taken();
    await clock.turn(1000);
    assert.deepEqual(store.taken().filter((call) => /^(release|set answer)/.test(call)), []);
  });
});
