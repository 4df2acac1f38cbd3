/** What the processes tell each other about a message, and for how long it stands. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Run } from "../../src/delivery/runs.ts";
import { SharedRuns } from "../../src/delivery/shared-runs.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { NotingStore } from "./noting-store.ts";
import { settle, TurnedClock } from "./turned-clock.ts";

const PIECES: readonly Reply[] = [{ MsgType: "text", Content: "答" }];

/** One of which no delivery could be accepted any more. */
const RUN = new Run("k");

function two(): { clock: TurnedClock; store: NotingStore; one: SharedRuns; other: SharedRuns } {
  const clock = new TurnedClock();
  const store = new NotingStore(clock, true);
  const one = new SharedRuns(store, clock, "one");
  return { clock, store, one, other: new SharedRuns(store, clock, "other") };
}

describe("The right to run a message", () => {
  test("is taken for three seconds by the first that enters", async () => {
    const { store, one, other, clock } = two();
    assert.deepEqual(await one.enter("k"), { ours: true, answer: undefined, deliveries: 0 });
    assert.deepEqual(store.taken(), ["claim run.k one 3000"]);
    assert.deepEqual(await other.enter("k"), { ours: false, answer: undefined, deliveries: 0 });
    await clock.turn(2999);
    assert.equal((await other.enter("k")).ours, false);
    await clock.turn(1);
    assert.equal((await other.enter("k")).ours, true);
  });

  test("is given back by one who finds the answer there", async () => {
    const { store, one, other } = two();
    await one.enter("k");
    await one.publish(RUN, { pieces: PIECES }, 90_000);
    assert.deepEqual(store.taken().slice(1), [
      'set answer.k {"pieces":[{"MsgType":"text","Content":"答"}]} 90000',
      "release run.k one",
    ]);
    const standing = await other.enter("k");
    assert.deepEqual(standing, { ours: false, answer: { pieces: PIECES }, deliveries: 0 });
    assert.deepEqual(store.taken(), ["claim run.k other 3000", "release run.k other"]);
    assert.deepEqual(await one.answer("k"), { pieces: PIECES });
  });

  test("is not given back by one who does not have it", async () => {
    const { store, one, other } = two();
    await one.enter("k");
    await one.enter("k");
    store.taken();
    await store.set("answer\nk", '{"pieces":[]}', 1000);
    store.taken();
    assert.deepEqual(await other.enter("k"), { ours: false, answer: { pieces: [] }, deliveries: 0 });
    assert.deepEqual(store.taken(), ["claim run.k other 3000"]);
  });

  test("is renewed each second until it is told to stop", async () => {
    const { clock, store, one, other } = two();
    await one.enter("k");
    let renewed = 0;
    const stop = one.keep("k", () => (renewed += 1));
    store.taken();
    await clock.turn(999);
    assert.deepEqual([store.taken(), renewed], [[], 0]);
    await clock.turn(1);
    assert.deepEqual([store.taken(), renewed], [["claim run.k one 3000"], 1]);
    await clock.turn(10_000);
    assert.equal(renewed, 11);
    assert.equal((await other.enter("k")).ours, false);
    stop();
    store.taken();
    await clock.turn(2999);
    assert.deepEqual([store.taken(), clock.waiting], [[], 0]);
    await clock.turn(1);
    assert.equal((await other.enter("k")).ours, true);
  });

  test("is renewed on and on, though the store fails now and then", async () => {
    const { clock, store, one } = two();
    let renewed = 0;
    const stop = one.keep("k", () => (renewed += 1));
    store.failing = ["claim"];
    await clock.turn(1000);
    store.failing = [];
    await clock.turn(1000);
    assert.equal(renewed, 1);
    stop();
  });

  test("is given back without an answer by one who stops", async () => {
    const { store, one, other } = two();
    await one.enter("k");
    store.taken();
    await one.abandon("k");
    assert.deepEqual(store.taken(), ["release run.k one"]);
    assert.equal((await other.enter("k")).ours, true);
  });
});

describe("The deliveries of a message", () => {
  test("are counted over all processes, with when the last one came", async () => {
    const { store, one, other } = two();
    assert.equal(await one.lastDelivery("k"), 0);
    assert.equal(await one.countDelivery("k", 0, 1000), 1);
    assert.deepEqual(store.taken(), ["set deliveries.k 1 1000 60000"]);
    assert.equal(await other.countDelivery("k", 0, 6000), 2);
    assert.equal(await other.lastDelivery("k"), 6000);
    assert.equal((await one.enter("k")).deliveries, 2);
    // One that knows of more than the store does, since the store has lost its memory.
    assert.equal(await one.countDelivery("k", 4, 9000), 5);
    assert.deepEqual(await one.lastDelivery("k"), 9000);
  });
});

describe("The mark of a message", () => {
  test("stands for a minute when no delivery could be accepted any more", async () => {
    const { clock, store, one, other } = two();
    assert.equal(await one.marked("k"), undefined);
    await one.mark(RUN, "gave up");
    assert.deepEqual(store.taken(), [`set mark.k gave up.${clock.now()} 60000`]);
    await clock.turn(59_999);
    assert.equal(await other.marked("k"), "gave up");
    await clock.turn(1);
    assert.equal(await other.marked("k"), undefined);
  });

  test("stands, as the answer does, while a delivery could be accepted, and a minute longer", async () => {
    const { clock, store, one } = two();
    for (const [acceptedInMs, standsMs] of [[600_000, 660_000], [0.5, 60_001], [Infinity, 86_460_000]] as const) {
      const run = new Run("k");
      run.acceptedUntil = clock.now() + acceptedInMs;
      await one.mark(run, "given");
      await one.publish(run, { pieces: [] }, 5000);
      assert.deepEqual(store.taken(), [
        `set mark.k given.${clock.now()} ${standsMs}`,
        `set answer.k {"pieces":[]} ${standsMs}`,
        "release run.k one",
      ]);
    }
  });

  test("says that a parked answer is taken back for a minute, and then no more", async () => {
    const { clock, one, other } = two();
    const run = new Run("k");
    run.acceptedUntil = clock.now() + 600_000;
    await one.mark(run, "parked");
    await clock.turn(59_999);
    assert.equal(await other.marked("k"), "parked");
    await clock.turn(1);
    assert.equal(await other.marked("k"), "kept");
  });

  test("says of the answer that it is given, and who is to see to the rest", async () => {
    const { store, one, other, clock } = two();
    assert.equal(await one.isFirstToGive(RUN), true);
    assert.deepEqual(store.taken(), ["claim given.k one 60000", `set mark.k given.${clock.now()} 60000`]);
    assert.equal(await other.isFirstToGive(RUN), false);
    assert.equal(await other.marked("k"), "given");
    await settle();
  });
});
