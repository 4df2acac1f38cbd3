/** What processes read in the record of a message, beside whose handler it is. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MessageRecord, Standing } from "../../src/delivery/record.ts";
import type { Run } from "../../src/delivery/run.ts";
import { text } from "./line-scene.ts";
import { MESSAGE, owners as scene } from "./owners.ts";
import type { Owners } from "./owners.ts";

const HOUR_MS = 3_600_000;
const READY: Standing = { state: "ready", replies: [text("答"), text("二")], late: false };
const GIVEN: Standing = { state: "given", reply: text("答"), rest: [] };
const FIRST = true;

describe("A lease that was written before the clock was set back", () => {
  test("is its own process's for as long as it renews, though the clock is set back by an hour", async () => {
    const { one, other, clock } = scene();
    await one.ownership.take(one.run(), FIRST);
    clock.set(-HOUR_MS);
    assert.notEqual(await other.ownership.take(other.run(), FIRST), "ours");
    await clock.turn(1000);
    const seen = await other.ownership.take(other.run(), FIRST);
    assert.ok(seen !== "ours" && seen.record?.state === "working");
    assert.equal(seen.record.until, clock.now() + 3000);
  });

  test("of a killed one is free when its lease was not renewed, though the clock was set back", async () => {
    const { one, other, clock, record } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    run.lease?.stop();
    clock.set(-HOUR_MS);
    const before = await record();
    assert.ok(before?.state === "working");
    assert.notEqual(await other.ownership.take(other.run(), FIRST, before.until - 1), "ours");
    assert.equal(await other.ownership.take(other.run(), FIRST, before.until), "ours");
  });
});

describe("The deliveries of a message", () => {
  test("are known with when the last of them came, and when the first, in each process", async () => {
    const { one, other, clock, record } = scene();
    const run = one.run();
    const since = clock.now();
    await one.ownership.take(run, FIRST);
    await clock.turn(5000);
    const theirs = other.run();
    await other.ownership.take(theirs, FIRST);
    const { deliveries, at } = (await record()) as MessageRecord;
    assert.deepEqual([deliveries, at], [2, since + 5000]);
    assert.deepEqual([theirs.deliveries, theirs.deliveriesElsewhere, theirs.since], [1, 1, since]);
    await clock.turn(1000);
    assert.deepEqual([run.deliveriesElsewhere, run.lastAt], [1, since + 5000], "learned with a renewal");
    await clock.turn(4000);
    run.note({ message: MESSAGE, size: 7, receivedAt: clock.now(), acceptedUntil: 0 }, 4000);
    await one.ownership.join(run, false);
    assert.deepEqual([run.deliveries, run.deliveriesElsewhere], [2, 1]);
  });
});

describe("An answer that waits for a delivery", () => {
  async function ready(): Promise<Owners & { run: Run }> {
    const made = scene();
    const run = made.one.run();
    await made.one.ownership.take(run, FIRST);
    await made.clock.turn(4600);
    assert.equal(await made.one.ownership.write(run, READY), true);
    return { ...made, run };
  }

  test("is the next one's, wherever it comes, with what repeats get and what is left", async () => {
    const { other, clock, record } = await ready();
    await clock.turn(400);
    const taken = await other.ownership.take(other.run(), FIRST);
    assert.ok(taken !== "ours" && taken.record?.state === "given");
    assert.deepEqual([taken.took, taken.record.reply], [true, text("答\n（回复“继续”查看更多）")]);
    assert.deepEqual([taken.record.rest, taken.record.deliveries], [[text("二")], 2]);
    assert.deepEqual(await record(), taken.record);
  });

  test("is given to one of two that come at once", async () => {
    const { one, other, run, clock } = await ready();
    await clock.turn(400);
    run.note({ message: MESSAGE, size: 7, receivedAt: clock.now(), acceptedUntil: 0 }, 4000);
    const [here, there] = await Promise.all([one.ownership.join(run, false), other.ownership.take(other.run(), FIRST)]);
    assert.ok(there !== "ours");
    assert.deepEqual([here.took, there.took].sort(), [false, true]);
    assert.deepEqual(here.record?.state, "given");
  });

  test("is not for one that was dropped while the store was asked", async () => {
    const { other, clock, state } = await ready();
    await clock.turn(400);
    for (const isAwaited of [false, true]) {
      const run = other.run();
      run.arriving = isAwaited ? 1 : 0;
      const taken = await other.ownership.take(run, FIRST);
      assert.ok(taken !== "ours");
      assert.deepEqual([taken.took, taken.wasAwaited, await state()], [isAwaited, isAwaited, isAwaited ? "given" : "ready"]);
    }
  });

  test("is not its own delivery's while it goes out in another way", async () => {
    const { other, records, clock, state } = await ready();
    const hold = { by: "another", until: clock.now() + 3000 };
    await records.change("k", (before) => ({ ...before, hold }) as MessageRecord);
    await clock.turn(400);
    const taken = await other.ownership.take(other.run(), FIRST);
    assert.ok(taken !== "ours" && !taken.took);
    assert.equal(await state(), "ready");
  });
});

describe("An answer that was given to a delivery which had left", () => {
  test("is taken back, and its lease goes on", async () => {
    const { one, other, clock, state } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    await one.ownership.write(run, GIVEN);
    assert.equal(await one.ownership.reopen(run, []), "reopened");
    assert.equal(await state(), "working");
    await clock.turn(5000);
    assert.notEqual(await other.ownership.take(other.run(), FIRST), "ours");
    assert.equal(await one.ownership.write(run, READY), true);
    assert.equal(await state(), "ready");
  });

});

describe("Late, without its answer,", () => {
  test("a message is for all processes, and for its handler where that runs", async () => {
    const { one, other, clock, record } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    await clock.turn(5000);
    const theirs = other.run();
    await other.ownership.take(theirs, FIRST);
    await other.ownership.markLate(theirs);
    const late = await record();
    assert.ok(late?.state === "working" && late.late);
    await clock.turn(1000);
    assert.equal(run.isLate, true);
  });

  test("one whose answer was given meanwhile is not", async () => {
    const { one, record } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    await one.ownership.write(run, GIVEN);
    await one.ownership.markLate(run);
    assert.equal((await record())?.state, "given");
  });

  test("has a record also where nobody shares the store, as long as its handler may take", async () => {
    const { one, clock, record } = scene(false);
    const run = one.run();
    await one.ownership.markLate(run);
    const promise = await record();
    assert.ok(promise?.state === "working" && promise.late);
    assert.equal(promise.until, clock.now() + 303_000);
    assert.equal(await one.ownership.write(run, READY), true);
    assert.equal(run.isRecorded, true);
  });

  test("has none anew where its process has lost it with the store's memory", async () => {
    const { one, record, store } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    run.lease?.stop();
    await store.delete("run\nk");
    await one.ownership.markLate(run);
    assert.equal(await record(), undefined);
  });
});
