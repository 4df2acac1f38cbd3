/** A shared store that fails at one point or another: what is answered, and what the log says. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wireText } from "../support/wire.ts";
import { scene } from "./shared-scene.ts";
import type { Scene } from "./shared-scene.ts";

const SWAP_BROKEN = "error: Store failed, continuing without it: swap is broken";

/** Calls that begin so fail from the moment at which a handler has begun. */
function failInHandlers({ wechat, store }: Scene, failing: readonly string[]): void {
  wechat.bot.use((_message, _context, next) => {
    store.failing = failing;
    return next();
  });
}

describe("While the shared store fails", () => {
  test("to say whose a message is, it is answered all the same", async () => {
    const { wechat, store } = scene();
    store.failing = ["swap run"];
    assert.equal(await wechat.ask("好"), "好!");
    assert.deepEqual(wechat.sentences, [SWAP_BROKEN, SWAP_BROKEN]);
  });

  test("to say whose a message is, the handler counts as run here", async () => {
    const { wechat, store, clock } = scene();
    store.failing = ["swap run"];
    const answering = wechat.deliver(wireText("好"));
    await clock.turn(0);
    const { delivered, outcome } = await answering;
    assert.deepEqual([delivered?.attempt, outcome], [{ nth: 1, joined: false }, "answered"]);
  });

  test("to say whose a message is, though it has written it, the answer is used and kept", async () => {
    const { wechat, store, clock, runs } = scene();
    const { swap } = store;
    // What was asked arrives, and what it answers is lost on the way.
    store.swap = async (...words) => {
      await swap.apply(store, words);
      throw new Error("connection is cut");
    };
    const sent = wechat.say("慢", {}, { deliveries: 1 });
    await clock.turn(1000);
    store.swap = swap;
    await clock.turn(4000);
    sent.again();
    await clock.turn(4000);
    assert.deepEqual([sent.told, runs()], [["lapsed", "慢答"], 1]);
    assert.deepEqual(wechat.sentences, ["error: Store failed, continuing without it: connection is cut"]);
  });

  test("to take the answer, it is given here all the same, and no timer is left", async () => {
    const made = scene();
    const { wechat, clock } = made;
    failInHandlers(made, ["swap run"]);
    assert.equal(await wechat.ask("好"), "好!");
    assert.deepEqual(wechat.sentences, [SWAP_BROKEN]);
    assert.equal(clock.waiting, 0);
  });

  test("to take a long answer, its beginning is given, and the word that asks for more is not held up", async () => {
    const made = scene();
    const { wechat, store, clock } = made;
    failInHandlers(made, ["swap run"]);
    assert.match(await wechat.ask("长"), /^长+\n（回复“继续”查看更多）$/);
    assert.deepEqual(wechat.sentences, [SWAP_BROKEN]);
    store.failing = [];
    await clock.turn(3000);
    assert.equal(await wechat.ask("继续"), "继续!");
  });

  test("to count deliveries, repeats join the run", async () => {
    const { wechat, clock, store, runs } = scene();
    const sent = wechat.say("慢");
    await clock.turn(1000);
    store.failing = ["get run"];
    await clock.turn(4600);
    store.failing = [];
    await clock.turn(60_000);
    assert.deepEqual([sent.told, runs()], [["lapsed", "慢答"], 1]);
    assert.deepEqual(wechat.sentences, ["error: Store failed, continuing without it: get is broken"]);
  });

  test("to count deliveries, the last of them is known to be the last", async () => {
    const { wechat, clock, store } = scene(30_000, { notice: "稍等" });
    store.failing = ["swap", "get"];
    const sent = wechat.say("慢");
    await clock.turn(16_000);
    assert.deepEqual(sent.told.slice(0, 3), ["lapsed", "lapsed", "稍等"]);
  });

  test("to count deliveries, those that came to another process are not forgotten", async () => {
    const late = { notice: "稍等" };
    const { wechat, store, clock } = scene(60_000, late);
    const other = wechat.createBot({ store, delivery: { late } });
    const sent = wechat.say("慢", {}, { to: [wechat.bot, other] });
    await clock.turn(14_600);
    store.failing = ["get run"];
    sent.again();
    await clock.turn(4600);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "稍等", "稍等"]);
  });

  test("to say whether another process has had a delivery, the log says so, and the answer counts as late", async () => {
    const { wechat, store, clock } = scene(4700);
    wechat.say("慢", {}, { deliveries: 1 });
    await clock.turn(9900);
    const { get } = store;
    let left = 2;
    store.get = async () => {
      left -= 1;
      if (left === 0) store.get = get;
      throw new Error("get is broken");
    };
    await clock.turn(3000);
    assert.deepEqual([left, wechat.sentences], [1, []], "it is asked once more");
    await clock.turn(200);
    assert.deepEqual(wechat.sentences, [
      "error: Store failed, continuing without it: get is broken",
      "warn: Answer came late and is parked for the follower's next message",
    ]);
    assert.equal(await wechat.ask("1"), "慢答");
  });

  test("to be told that an answer is late, and promised, nothing is lost", async () => {
    const { wechat, clock, store } = scene(20_000, { notice: "稍等" });
    const sent = wechat.say("慢");
    await clock.turn(14_000);
    store.failing = ["get run", "swap line"];
    await clock.turn(600);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "稍等"]);
    store.failing = [];
    await clock.turn(60_000);
    assert.equal(await wechat.ask("1"), "慢答");
  });

  test("to keep a late answer, it keeps it three seconds later", async () => {
    const { wechat, clock, store } = scene(20_000);
    const sent = wechat.say("慢");
    await clock.turn(16_000);
    store.failing = ["swap line"];
    await clock.turn(6500);
    assert.deepEqual(wechat.sentences, [SWAP_BROKEN]);
    store.failing = [];
    await clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    assert.deepEqual(wechat.sentences, [
      SWAP_BROKEN,
      "warn: Answer came late and is parked for the follower's next message",
    ]);
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  for (const call of ["swap line", "swap run"]) {
    test(`to keep a late answer at all (${call}), the log says so, and no timer is left`, async () => {
      const { wechat, clock, store } = scene(20_000);
      const sent = wechat.say("慢");
      await clock.turn(16_000);
      store.failing = [call];
      await clock.turn(60_000);
      assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
      assert.deepEqual(wechat.sentences, [
        SWAP_BROKEN,
        "error: Late answer could not be kept: swap is broken",
      ]);
      assert.equal(clock.waiting, 0);
    });
  }

  test("to keep a late answer, and another process answers the message meanwhile, the log says so", async () => {
    const { wechat, clock, store } = scene(5000);
    const sent = wechat.say("慢", {}, { deliveries: 1 });
    await clock.turn(4900);
    const swap = store.swap.bind(store);
    let key = "";
    store.swap = (name) => {
      if (name.startsWith("run")) key = name;
      return Promise.reject(new Error("swap is broken"));
    };
    await clock.turn(200);
    store.swap = swap;
    const record = JSON.parse((await store.get(key)) ?? "") as object;
    await store.set(key, JSON.stringify({ ...record, state: "given", rest: [] }), 60_000);
    await clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed"]);
    assert.deepEqual(wechat.sentences, [
      SWAP_BROKEN,
      "error: Late answer could not be kept: its message has been answered",
    ]);
    assert.equal(clock.waiting, 0);
  });

  test("to keep an answer between two deliveries, the next one gets it", async () => {
    const { wechat, clock, store, runs } = scene(4700);
    const sent = wechat.say("慢");
    await clock.turn(4600);
    store.failing = ["swap"];
    await clock.turn(60_000);
    assert.deepEqual([sent.told, runs()], [["lapsed", "慢答"], 1]);
    assert.deepEqual(wechat.sentences, [SWAP_BROKEN]);
    assert.equal(clock.waiting, 0);
  });

  test("to say whether another process has had a delivery, the next one gets the answer that was lost there", async () => {
    const { wechat, clock, store } = scene(4700);
    const other = wechat.createBot({ store });
    const sent = wechat.say("慢", {}, { to: [wechat.bot, other, wechat.bot] });
    await clock.turn(9950);
    store.failing = ["get run"];
    await clock.turn(100);
    store.failing = [];
    sent.again();
    await clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "慢答", "慢答"]);
    assert.equal(clock.waiting, 0);
  });

  test("to take something out of the line, it stays there for the next word", async () => {
    const { wechat, store, clock } = scene();
    await wechat.ask("长");
    store.failing = ["swap run"];
    assert.equal(await wechat.ask("好"), "好!", "a question is answered");
    const word = wechat.say("继续");
    await clock.turn(0);
    assert.deepEqual(word.told, ["继续!"], "nothing is known of the line");
    store.failing = [];
    assert.match(await wechat.ask("继续"), /^长+$/);
  });

  test("to give what a word has waited for, it waits on, and no handler runs", async () => {
    const { wechat, store, clock, runs } = scene(20_000, { notice: "稍等" });
    wechat.say("慢");
    await clock.turn(16_000);
    const word = wechat.say("1");
    await clock.turn(1000);
    store.failing = ["get line"];
    await clock.turn(2000);
    assert.deepEqual(word.told, ["open"]);
    store.failing = [];
    await clock.turn(3000);
    assert.deepEqual([word.told, runs()], [["慢答"], 1]);
  });

  test("to take an answer out of the line once it is given, it is given once", async () => {
    const { wechat, clock, store } = scene(20_000);
    wechat.say("慢");
    await clock.turn(60_000);
    store.failing = ["swap line"];
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
    store.failing = [];
    await clock.turn(10_000);
    assert.equal(await wechat.ask("好"), "好!");
  });

  test("to say that it went out with another one, though it has written it, it goes out with the next", async () => {
    const { wechat, clock, store } = scene(20_000);
    wechat.say("慢");
    await clock.turn(60_000);
    const swap = store.swap.bind(store);
    store.swap = async (...words) => {
      const swapped = await swap(...words);
      if (words[2]?.includes('"took"') === true) throw new Error("swap is broken");
      return swapped;
    };
    assert.equal(await wechat.ask("好"), "好!");
    store.swap = swap;
    await clock.turn(20_000);
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("to take a waiting answer back for a repeat, it stays for the next message", async () => {
    const { wechat, clock, store } = scene(20_000);
    const sent = wechat.say("慢", {}, { deliveries: 1 });
    await clock.turn(60_000);
    store.failing = ["swap"];
    sent.again();
    await clock.turn(1000);
    assert.deepEqual(sent.told, ["lapsed", "success"]);
    store.failing = [];
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("when the process stops, the log says what was in the making", async () => {
    const { wechat, clock, store } = scene(20_000);
    wechat.say("慢");
    await clock.turn(1000);
    store.failing = ["swap run"];
    await wechat.bot.close();
    assert.deepEqual(wechat.sentences, [
      "warn: Answer was not ready when the server stopped",
    ]);
  });
});
