/** What runs that are open hold together, and what happens to a message that finds no room. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Run } from "../../src/delivery/run.ts";
import { OPEN_BYTES, Runs } from "../../src/delivery/runs.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { wireText } from "../support/wire.ts";
import { aDelivery, aKey, aRun } from "./a-run.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const IMAGE: Reply = { MsgType: "image", Image: { MediaId: "m" } };

function runOf(key: string, size: number): Run {
  return aRun(key, { ...aDelivery(), size });
}

describe("Open runs", () => {
  test("are counted with their messages and answers, and not when they have gone", () => {
    const runs = new Runs(() => new Uint8Array(8));
    const run = runOf("k", 1000);
    runs.add(run);
    assert.equal(runs.bytes, 4048);
    runs.add(run);
    run.state = { is: "ready", replies: [{ MsgType: "text", Content: "答".repeat(500) }, IMAGE], isKept: true };
    runs.weigh(run);
    assert.equal(runs.bytes, 4048 + 1000 + 4096);
    runs.weigh(runOf("other", 5000));
    runs.drop(run);
    runs.drop(run);
    assert.deepEqual([runs.bytes, runs.get(aKey("k")), runs.open()], [0, undefined, []]);
    runs.add(run);
    assert.equal(runs.bytes, 4048 + 1000 + 4096, "it has begun anew");
  });

  test("have room until they are full, and for one alone whatever its size", () => {
    const runs = new Runs(() => new Uint8Array(8));
    assert.equal(runs.hasRoom(OPEN_BYTES), true);
    let count = 0;
    for (; runs.hasRoom(1_000_000); count += 1) runs.add(runOf(`${count}`, 1_000_000));
    assert.equal(count, Math.floor(OPEN_BYTES / 2_002_048));
    runs.drop(runOf("0", 1_000_000));
    assert.equal(runs.hasRoom(1_000_000), false, "another run of the message is not this one");
    runs.drop(runs.get(aKey("0")) as Run);
    assert.equal(runs.hasRoom(1_000_000), true);
  });
});

describe("A message that finds no room beside those whose handlers have not ended", () => {
  test("lapses, is told of once a minute, and is answered when WeChat sends it again", async () => {
    const clock = new TurnedClock();
    const wechat = new TurnedPlatform({}, clock);
    let runs = 0;
    wechat.bot.hears(/^x/, async () => {
      runs += 1;
      await clock.sleep(3000);
      return "长答";
    });
    wechat.bot.on("text", () => "答");
    const large = "x".repeat(1_000_000);
    const first = Array.from({ length: 40 }, () => wechat.say(large, {}, { deliveries: 1 }));
    await clock.turn(100);
    const most = runs;
    assert.ok(most > 30 && most < 34, `${most} runs`);
    const sent = wechat.say("y".repeat(1_000_000));
    await clock.turn(2900);
    const told = first.map((each) => each.told[0]);
    assert.equal(told.filter((each) => each === "lapsed").length, 40 - most);
    assert.deepEqual(sent.told, ["lapsed"]);
    assert.equal(wechat.sentences.filter((each) => /^warn: Handlers that have not ended/.test(each)).length, 1);
    await clock.turn(5000);
    assert.deepEqual(sent.told, ["lapsed", "答"]);
  });

  test("is another one: a repeat of what runs joins it", async () => {
    const clock = new TurnedClock();
    const wechat = new TurnedPlatform({}, clock);
    wechat.bot.on("text", async () => {
      await clock.sleep(6000);
      return "答";
    });
    const bodies = Array.from({ length: 40 }, () => wireText("x".repeat(1_000_000)));
    const first = bodies.map((body) => wechat.send(body, { deliveries: 2 }));
    await clock.turn(20_000);
    assert.deepEqual(first[0]?.told, ["lapsed", "答"]);
  });
});
