/** A shared store that fails at one point or another: what is answered, and what the log says. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wireText } from "../support/wire.ts";
import { scene } from "./shared-scene.ts";
import { TURNED_ACCOUNT_ID } from "./turned-platform.ts";

describe("While the shared store fails", () => {
  test("to give the claim, a message is answered all the same", async () => {
    const { wechat, store } = scene();
    store.failing = ["claim run"];
    assert.equal(await wechat.ask("好"), "好!");
    assert.deepEqual(wechat.sentences, [
      "error: Store failed, going on without: claim is broken",
    ]);
  });

  test("to give the claim, the handler counts as run here", async () => {
    const { wechat, store, clock } = scene();
    store.failing = ["claim run"];
    const answering = wechat.deliver(wireText("好"));
    await clock.turn(0);
    const { delivered, outcome } = await answering;
    assert.deepEqual([delivered?.attempt, outcome], [{ nth: 1, joined: false }, "answered"]);
  });

  test("to take the answer, it is given here all the same", async () => {
    const { wechat, store } = scene();
    store.failing = ["set answer"];
    assert.equal(await wechat.ask("好"), "好!");
    assert.deepEqual(wechat.sentences, ["error: Answer could not be shared: set is broken"]);
  });

  test("to say who gives it first, it is given, and the log says that the rest is not", async () => {
    const { wechat, store } = scene();
    store.failing = ["claim given"];
    assert.match(await wechat.ask("长"), /^长+\n（回复任意内容继续）$/);
    assert.deepEqual(wechat.sentences, ["error: Store failed: claim is broken"]);
    store.failing = ["claim parked"];
    wechat.entries.length = 0;
    assert.match(await wechat.ask("长"), /^长+\n（回复任意内容继续）$/);
    assert.deepEqual(wechat.sentences, ["error: Store failed: claim is broken"]);
  });

  test("to count deliveries, repeats join the run", async () => {
    const { wechat, clock, store, runs } = scene();
    store.failing = ["set deliveries"];
    const sent = wechat.say("慢");
    await clock.turn(60_000);
    assert.deepEqual([sent.told, runs()], [["lapsed", "慢答"], 1]);
    assert.deepEqual(wechat.sentences, []);
  });

  test("to count deliveries, the last of them is known to be the last", async () => {
    const { wechat, clock, store } = scene(30_000, { notice: "稍等" });
    store.failing = ["set deliveries", "get deliveries"];
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
    store.failing = ["set deliveries"];
    sent.again();
    await clock.turn(4600);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "稍等", "稍等"]);
  });

  test("to be told that it gave up, or owes an answer, nothing else is lost", async () => {
    const { wechat, clock, store } = scene(20_000, { notice: "稍等" });
    store.failing = [`set mark.${TURNED_ACCOUNT_ID}.gh_97417a04a28d`, "set owed", "delete owed"];
    const sent = wechat.say("慢");
    await clock.turn(14_600);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "稍等"]);
    store.failing = ["delete owed"];
    await clock.turn(60_000);
    assert.equal(await wechat.ask("好"), "慢答");
  });

  test("to keep a late answer, the log says so", async () => {
    const { wechat, clock, store } = scene(20_000);
    const sent = wechat.say("慢");
    await clock.turn(16_000);
    store.failing = ["claim parked"];
    await clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    assert.deepEqual(wechat.sentences, ["error: Late answer could not be kept: claim is broken"]);
  });

  test("to say what became of a late answer, it is not parked unseen", async () => {
    const { wechat, clock, store } = scene(20_000);
    wechat.say("慢");
    await clock.turn(16_000);
    store.failing = ["set mark"];
    await clock.turn(60_000);
    assert.deepEqual(wechat.sentences, ["error: Late answer could not be kept: set is broken"]);
  });

  test("to share a parked answer, it stays in its line for the next message", async () => {
    const { wechat, store } = scene();
    await wechat.ask("长");
    store.failing = ["set answer"];
    assert.equal(await wechat.ask("好"), "好!");
    assert.deepEqual(wechat.sentences, [
      "error: Store failed, going on without: set is broken",
      "error: Answer could not be shared: set is broken",
    ]);
    store.failing = [];
    assert.match(await wechat.ask("好"), /^长+$/);
  });

  test("to give a follower's line back, what was taken from it is given", async () => {
    const { wechat, clock, store } = scene(20_000);
    wechat.say("慢");
    await clock.turn(60_000);
    store.failing = ["release parked"];
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("to take a parked answer back for a repeat, it stays for the next message", async () => {
    const { wechat, clock, store } = scene(20_000);
    const sent = wechat.say("慢", {}, { deliveries: 1 });
    await clock.turn(60_000);
    store.failing = ["claim parked"];
    sent.again();
    await clock.turn(1000);
    assert.deepEqual(sent.told, ["lapsed", "success"]);
    store.failing = [];
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("to give a claim back that found the answer made, that is given", async () => {
    const { wechat, clock, store, runs } = scene(500);
    const other = wechat.createBot({ store });
    const sent = wechat.say("慢", {}, { to: [wechat.bot, other] });
    await clock.turn(1000);
    store.failing = ["release run"];
    sent.again();
    await clock.turn(1000);
    assert.deepEqual([sent.told, runs(), wechat.sentences], [["慢答", "慢答"], 1, []]);
  });

  test("when the process stops, the log says what was in the making", async () => {
    const { wechat, clock, store } = scene(20_000);
    wechat.say("慢");
    await clock.turn(1000);
    store.failing = ["release run"];
    await wechat.bot.close();
    assert.deepEqual(wechat.sentences, [
      "warn: Answer was still in the making when the server stopped",
    ]);
  });
});
