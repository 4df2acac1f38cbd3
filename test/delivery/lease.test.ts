/** Which of the processes that share a store may run a message, and for how long. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MessageRecord } from "../../src/delivery/record.ts";
import type { Run } from "../../src/delivery/run.ts";
import { GIVEN, pair } from "./owner-pair.ts";

/** Who has a message that somebody works at. */
function ownerOf(record: MessageRecord | undefined): string | undefined {
  return record?.state === "working" ? record.by : undefined;
}

/** A process that stands still: it renews nothing. */
function freeze(run: Run): void {
  run.lease?.stop();
}

/** No renewal arrives until the lease is over. */
async function losesLease({ clock, store }: Pick<ReturnType<typeof pair>, "clock" | "store">): Promise<void> {
  store.failing = ["get"];
  await clock.turn(3000);
  store.failing = [];
}

describe("The right to run a message", () => {
  test("is taken for three seconds by the first that asks", async () => {
    const { clock, one, other, arrive } = pair();
    const run = arrive();
    assert.equal(await one.take(run, true), "ours");
    freeze(run);
    const theirs = await other.take(arrive(), true);
    assert.ok(theirs !== "ours");
    assert.equal(theirs.record?.state, "working");
    await clock.turn(2999);
    assert.notEqual(await other.take(arrive(), true), "ours");
    await clock.turn(1);
    assert.equal(await other.take(arrive(), true), "ours");
  });

  test("is taken over for a delivery that waits, and for nobody else", async () => {
    const { clock, one, other, arrive } = pair();
    const [run, late] = [arrive(), arrive()];
    await one.take(run, true);
    freeze(run);
    await clock.turn(3000);
    // It has been answered while the store was asked, and no other may come.
    late.arriving = 0;
    assert.notEqual(await other.take(late, false), "ours");
    assert.equal(await one.write(run, GIVEN), true, "whoever had it has the answer");
  });

  test("costs the store one call when nobody has it", async () => {
    const { store, one, arrive } = pair();
    await one.take(arrive(), true);
    assert.deepEqual(store.calls.map((call) => call.split(" ")[0]), ["swap"]);
  });

  test("is renewed each second until the answer is written", async () => {
    const { clock, store, records, one, other, arrive } = pair();
    const run = arrive();
    await one.take(run, true);
    store.taken();
    await clock.turn(999);
    assert.deepEqual(store.taken(), []);
    await clock.turn(1);
    assert.equal(store.taken().length, 1);
    await clock.turn(10_000);
    assert.equal(store.taken().length, 10);
    assert.notEqual(await other.take(arrive(), true), "ours");
    assert.equal(await one.write(run, GIVEN), true);
    assert.equal(clock.waiting, 0);
    assert.equal((await records.get("k"))?.state, "given");
  });

  test("is renewed on and on, though the store fails now and then or forgets", async () => {
    const { clock, store, records, one, arrive } = pair();
    const run = arrive();
    await one.take(run, true);
    store.failing = ["get"];
    await clock.turn(1000);
    store.failing = [];
    await store.delete("run\nk");
    await clock.turn(1000);
    assert.equal(ownerOf(await records.get("k")), run.lease?.by);
  });

  test("is not renewed a second time while the store has not answered the first", async () => {
    const { clock, store, records, one, arrive } = pair();
    const run = arrive();
    await one.take(run, true);
    store.taken();
    store.holding = ["swap"];
    await clock.turn(5000);
    assert.equal(store.taken().length, 1);
    store.letGo();
    await clock.turn(1000);
    assert.equal(store.taken().length, 1);
    const record = await records.get("k");
    assert.equal(record?.state === "working" && record.until, clock.now() + 3000);
  });

  test("is given back at once by one who stops", async () => {
    const { clock, one, other, arrive } = pair();
    const run = arrive();
    await one.take(run, true);
    await one.release(run);
    assert.equal(clock.waiting, 0);
    assert.equal(await other.take(arrive(), true), "ours");
  });

  test("is free once it is given back, by whatever clock", async () => {
    const { clock, one, other, arrive } = pair();
    const run = arrive();
    await one.take(run, true);
    await one.release(run);
    clock.setBack(200_000);
    assert.equal(await other.take(arrive(), true), "ours");
  });

  test("comes back to one who had lost it and still works, when the other gives it back", async () => {
    for (const ms of [0, 1000]) {
      const { clock, store, records, one, other, arrive } = pair();
      const [mine, theirs] = [arrive(), arrive()];
      await one.take(mine, true);
      await losesLease({ clock, store });
      await other.take(theirs, true);
      await other.release(theirs);
      await clock.turn(ms);
      assert.equal(mine.context?.signal.aborted, false);
      assert.equal(ownerOf(await records.get("k")), ms === 0 ? "" : mine.lease?.by);
      assert.equal(await one.write(mine, GIVEN), true);
    }
  });

  test("is not given back by one who has lost it", async () => {
    const { clock, records, one, other, arrive } = pair();
    const [mine, theirs] = [arrive(), arrive()];
    await one.take(mine, true);
    freeze(mine);
    await clock.turn(3000);
    await other.take(theirs, true);
    await one.release(mine);
    assert.equal(ownerOf(await records.get("k")), theirs.lease?.by);
  });

  test("aborts the handler of one who sees that another has taken it, and whose answer is refused", async () => {
    const { clock, store, records, one, other, arrive } = pair();
    const [mine, theirs] = [arrive(), arrive()];
    await one.take(mine, true);
    await losesLease({ clock, store });
    const signal = mine.context?.signal;
    assert.equal(await other.take(theirs, true), "ours");
    assert.equal(signal?.aborted, false);
    await clock.turn(1000);
    assert.equal(signal?.aborted, true);
    assert.equal(await one.write(mine, GIVEN), false);
    assert.equal((await records.get("k"))?.state, "working");
    assert.equal(await other.write(theirs, GIVEN), true);
  });
});
