/** What processes that share a store tell each other of a message: its answer, and its deliveries. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MessageRecord, Standing } from "../../src/delivery/record.ts";
import { GIVEN, pair, REPLY } from "./owner-pair.ts";

const READY: Standing = { state: "ready", replies: [REPLY], late: false };

describe("The answer to a message", () => {
  test("is what everybody who asks later is given", async () => {
    const { one, other, arrive } = pair();
    const run = arrive();
    await one.take(run, true);
    await one.write(run, GIVEN);
    const standing = await other.take(arrive(), true);
    assert.ok(standing !== "ours" && standing.record?.state === "given");
    assert.deepEqual([standing.record.reply, standing.took], [REPLY, false]);
  });

  test("that waits is taken by one repeat, whichever process it comes to", async () => {
    const { clock, one, other, arrive, again } = pair();
    const run = arrive();
    await one.take(run, true);
    await clock.turn(4700);
    await one.write(run, READY);
    await clock.turn(300);
    const repeat = arrive();
    const taken = await other.take(repeat, true);
    assert.ok(taken !== "ours" && taken.record?.state === "given");
    assert.deepEqual([taken.record.reply, taken.took], [REPLY, true]);
    again(run);
    const { record, took } = await one.join(run, false);
    assert.deepEqual([record?.state === "given" && record.reply, took], [REPLY, false]);
  });

  test("that waits is not taken ten seconds after the delivery before, nor once it is late", async () => {
    const { clock, one, arrive, again } = pair();
    for (const [ms, late] of [[10_000, false], [5000, true]] as const) {
      const run = arrive(`k${ms}`);
      await one.take(run, true);
      await one.write(run, { ...READY, late });
      await clock.turn(ms);
      again(run);
      const { record, took } = await one.join(run, false);
      assert.deepEqual([record?.state, took], ["ready", false]);
    }
  });

  test("that was given to a delivery which had left can be taken back, unless another that waits has read it", async () => {
    for (const [isRead, waiting] of [[false, 0], [true, 1], [false, undefined]] as const) {
      const { clock, records, one, other, arrive } = pair();
      const run = arrive();
      await one.take(run, true);
      await one.write(run, GIVEN);
      const repeat = arrive();
      repeat.arriving = waiting ?? 0;
      if (waiting !== undefined) await other.take(repeat, true);
      assert.equal(await one.reopen(run, []), isRead ? "taken" : "reopened");
      assert.equal((await records.get("k"))?.state, isRead ? "given" : "working");
      assert.equal(clock.waiting, isRead ? 0 : 1, "what is ours again is renewed");
    }
  });

  test("that was given to a delivery which had left stands before its rest, once that was begun", async () => {
    const { clock, records, one, arrive } = pair();
    const [first, second, third] = ["一", "二", "三"].map((Content) => ({ MsgType: "text", Content }) as const);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const run = arrive();
    await one.take(run, true);
    await one.write(run, { state: "given", reply: first, rest: [second, third] });
    const hold = { by: "somebody", until: clock.now() + 3000 };
    const set = (change: object) =>
      records.change("k", (record) => ({ ...record, ...change }) as MessageRecord);
    await set({ hold });
    let fate = "waits until nobody holds it";
    const reopening = one.reopen(run, [second, third], [first, second, third]).then((each) => (fate = each));
    await clock.turn(1000);
    assert.equal(fate, "waits until nobody holds it");
    await set({ hold: undefined, rest: [third] });
    await clock.turn(100);
    await reopening;
    assert.equal(fate, "begun");
    const record = await records.get("k");
    assert.ok(record?.state === "given");
    assert.deepEqual([record.reply, record.rest], [undefined, [first, third]]);
  });
});

describe("The rest of a long answer", () => {
  test("is kept from others for ten seconds from when the beginning was given, for it may be taken back", async () => {
    const { clock, one, arrive } = pair();
    const run = arrive();
    await clock.turn(4900);
    assert.deepEqual(one.holdOf(run, [REPLY]), { by: "k", until: clock.now() + 10_000 });
    assert.equal(one.holdOf(run, []), undefined);
  });
});

describe("The deliveries of a message", () => {
  test("are counted over all processes, but for those that come too soon after one", async () => {
    const { clock, records, one, other, arrive, again } = pair();
    const run = arrive();
    await one.take(run, true);
    await clock.turn(3999);
    const early = arrive();
    await other.take(early, true);
    assert.deepEqual([(await records.get("k"))?.deliveries, early.deliveriesElsewhere], [1, 0]);
    await clock.turn(1001);
    await other.take(arrive(), true);
    await clock.turn(5000);
    again(run);
    await one.join(run, false);
    const record = await records.get("k");
    assert.deepEqual([record?.deliveries, record?.at], [3, clock.now()]);
    assert.deepEqual([run.deliveries, run.deliveriesElsewhere], [2, 1]);
  });

  test("are counted once, though who asks again had one before the latest", async () => {
    const { clock, records, one, other, arrive } = pair();
    const run = arrive();
    await one.take(run, true);
    await clock.turn(5000);
    await other.take(arrive(), true);
    await one.join(run, true, false);
    const record = await records.get("k");
    assert.deepEqual([record?.deliveries, record?.at], [2, clock.now()]);
  });
});

describe("The record of a message", () => {
  test("stands while a delivery could be accepted, and a minute longer", async () => {
    for (const [acceptedForMs, standsMs] of [[0, 60_000], [600_000, 660_000], [0.5, 60_001], [Infinity, 86_460_000]] as const) {
      const { store, one, arrive } = pair();
      const run = arrive("k", acceptedForMs);
      await one.take(run, true);
      store.taken();
      await one.write(run, GIVEN);
      const [written = ""] = store.taken();
      assert.equal(written.split(" ").at(-1), String(standsMs));
    }
  });

  test("stands for keepMs while something of its answer waits", async () => {
    for (const standing of [READY, { ...GIVEN, rest: [REPLY] }]) {
      const { store, one, arrive } = pair({ late: { keepMs: 90_000 } });
      const run = arrive();
      await one.take(run, true);
      store.taken();
      await one.write(run, standing);
      assert.equal((store.taken()[0] ?? "").split(" ").at(-1), "90000");
    }
  });

  test("stands for the handler's time and keepMs while it is worked at", async () => {
    const { store, one, arrive } = pair({ handlerMs: 100_000, late: { keepMs: 90_000 } });
    await one.take(arrive(), true);
    assert.equal((store.taken()[0] ?? "").split(" ").at(-1), "190000");
  });
});
