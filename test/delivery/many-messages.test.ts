/** What was delivered is known however many other messages come: thousands of them are sent here. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import { Lines } from "../../src/delivery/lines.ts";
import { Records } from "../../src/delivery/records.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { aRun } from "./a-run.ts";
import { sharing } from "./sharing-store.ts";
import { imageMessage, slowly } from "./slow-bots.ts";
import { TurnedClock, settle } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

describe("An answer", () => {
  test("is remembered however many other messages come between it and the repeat", async () => {
    const { wechat, runs } = slowly(4700);
    const sent = wechat.say("问");
    await wechat.clock.turn(4800);
    wechat.bot.on("image", () => "图");
    for (let count = 0; count < 12_000; count += 1) {
      wechat.send(imageMessage({ FromUserName: "oOther" }));
      if (count % 1000 === 0) await settle();
    }
    await wechat.clock.turn(200);
    assert.deepEqual(sent.told, ["lapsed", "答"]);
    assert.equal(runs(), 1);
  });

  test("in the making is not forgotten, however many other messages come", async () => {
    const { wechat, runs } = slowly(6000);
    const sent = wechat.say("问");
    wechat.bot.on("image", () => "图");
    for (let count = 0; count < 21_000; count += 1) {
      wechat.send(imageMessage({ FromUserName: "oOther" }));
      if (count % 1000 === 0) await settle();
    }
    await wechat.clock.turn(60_000);
    assert.deepEqual(sent.told, ["lapsed", "答"]);
    assert.equal(runs(), 1);
  });
});

for (const isShared of [false, true]) {
  const store = isShared ? "a shared store" : "a store of its own";
  test(`A captured delivery runs nothing after 20,000 other messages, on ${store}`, async () => {
    const clock = new TurnedClock();
    const memory = echostr.openStore("memory", { clock: () => clock.now() });
    const wechat = new TurnedPlatform({ store: isShared ? sharing(memory) : memory }, clock);
    let runs = 0;
    wechat.bot.on("text", () => {
      runs += 1;
      return "答";
    });
    const body = wireText("先");
    assert.equal((await wechat.deliver(body)).outcome, "answered");
    for (let count = 0; count < 20_000; count += 1) {
      const told = wechat.deliver(wireText("又"));
      if (count % 2000 === 1999) await told;
    }
    const { outcome, delivered } = await wechat.deliver(body);
    assert.deepEqual([outcome, delivered?.attempt.joined, runs], ["nothing", true, 20_001]);
  });
}

function nameOf(id: number): string {
  return `wx5823bf96d3bd56c7\ngh_97417a04a28d\no${String(id).padStart(27, "0")}`;
}

test("Followers lose no parked answer when there are more than have names", async () => {
  const clock = new TurnedClock();
  const store = new MemoryStore({ clock: () => clock.now() });
  const records = new Records(store, clock);
  const lines = new Lines({ store, clock, records, settings: prepareDelivery({}, 1800, false) });
  const [since, until] = [clock.now(), clock.now() + 1e6];
  for (let id = 0; id < 80_000; id += 1) {
    await lines.place(nameOf(id), { of: `k${id}`, since, begun: false, until, bytes: 40 });
    if (id % 1000 > 0) continue;
    const replies = [{ MsgType: "text", Content: "答" }] as const;
    const counted = { since, deliveries: 3, at: since, expires: until };
    await records.change(`k${id}`, () => ({ ...counted, state: "ready", replies, late: true }));
  }
  for (let id = 0; id < 80_000; id += 1000) {
    assert.ok(lines.mayHave(aRun(`${nameOf(id)}\n1714112445\n7\ntext\n0`)));
    assert.equal(typeof (await lines.next(nameOf(id), "pick-up", "one")), "object");
  }
});
