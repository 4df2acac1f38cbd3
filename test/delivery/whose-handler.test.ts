/** Whose handler it is: what the processes that share a store tell each other of a message. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MessageContext } from "../../src/bot/context.ts";
import type { MessageRecord, Standing } from "../../src/delivery/record.ts";
import { text } from "./line-scene.ts";
import { MESSAGE, owners as scene } from "./owners.ts";

const HOUR_MS = 3_600_000;
const GIVEN: Standing = { state: "given", reply: text("答"), rest: [] };
const FIRST = true;

describe("A message that processes share", () => {
  test("is the first one's that asks, in one call of the store, for three seconds", async () => {
    const { one, other, store, clock, record } = scene();
    const run = one.run();
    assert.equal(await one.ownership.take(run, FIRST), "ours");
    assert.equal(store.calls.length, 1);
    assert.deepEqual([run.isRecorded, run.lease?.by], [true, "one 1"]);
    const now = clock.now();
    assert.deepEqual(await record(), {
      ...{ since: now, deliveries: 1, at: now, expires: now + HOUR_MS },
      ...{ state: "working", by: "one 1", until: now + 3000, late: false },
    });
    assert.notEqual(await other.ownership.take(other.run(), FIRST), "ours");
  });

  test("is renewed each second while its handler runs, and told of as long", async () => {
    const { one, other, clock } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    for (let second = 0; second < 20; second += 1) {
      await clock.turn(1000);
      assert.notEqual(await other.ownership.take(other.run(), FIRST), "ours");
    }
    run.lease?.stop();
    assert.equal(clock.waiting, 0);
  });

  test("is another's as soon as the lease of a killed one is over, and no sooner", async () => {
    const { one, other, clock } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    // Killed.
    run.lease?.stop();
    await clock.turn(2999);
    assert.notEqual(await other.ownership.take(other.run(), FIRST), "ours");
    await clock.turn(1);
    assert.equal(await other.ownership.take(other.run(), FIRST), "ours");
  });

  test("is another's at once when it is given back", async () => {
    const { one, other } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    await one.ownership.release(run);
    assert.equal(await other.ownership.take(other.run(), FIRST), "ours");
  });

  test("that was lost is not written by whoever had it before", async () => {
    const { one, other, clock, record } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    const theirs = other.run();
    clock.set(3000);
    assert.equal(await other.ownership.take(theirs, FIRST), "ours");
    assert.equal(await one.ownership.write(run, GIVEN), false);
    assert.equal((await record())?.state, "working");
    assert.equal(await other.ownership.write(theirs, GIVEN), true);
  });

  test("aborts the signal of a handler that was frozen beyond its lease", async () => {
    const { one, other, clock } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    const { signal } = run.context as MessageContext;
    clock.set(3000);
    await other.ownership.take(other.run(), FIRST);
    await clock.turn(999);
    assert.equal(signal.aborted, false);
    await clock.turn(1);
    assert.match(String(signal.reason), /Another process has taken the message over/);
  });

  test("is written anew when the store has lost its memory", async () => {
    const { one, other, clock, store } = scene();
    const run = one.run();
    await one.ownership.take(run, FIRST);
    await store.delete("run\nk");
    await clock.turn(1000);
    assert.notEqual(await other.ownership.take(other.run(), FIRST), "ours");
    run.lease?.stop();
  });

  test("is renewed though the store fails now and then", async () => {
    const { one, other, clock, store } = scene();
    await one.ownership.take(one.run(), FIRST);
    store.failing = ["swap"];
    await clock.turn(1000);
    store.failing = [];
    await clock.turn(1000);
    await clock.turn(1000);
    assert.notEqual(await other.ownership.take(other.run(), FIRST), "ours");
  });

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

describe("The deliveries of a message are counted over all processes", () => {
  test("with when the last of them came, and when the first", async () => {
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
    await one.ownership.join(run);
    assert.deepEqual([run.deliveries, run.deliveriesElsewhere], [2, 1]);
  });

  test("but for a proxy's repeat, and for one who looks again", async () => {
    const { one, other, clock, record } = scene();
    await one.ownership.take(one.run(), FIRST);
    await clock.turn(3999);
    const theirs = other.run();
    await other.ownership.take(theirs, FIRST);
    assert.equal((await record())?.deliveries, 1);
    assert.equal(theirs.deliveriesElsewhere, 0, "it is the first, at another door");
    await clock.turn(3000);
    await other.ownership.take(other.run(), !FIRST);
    assert.equal((await record())?.deliveries, 1);
  });
});
