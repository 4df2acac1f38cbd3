/** Claims: one owner at a time among all who share a store, for as long as the lease is renewed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Claim } from "../../src/store/claim.ts";
import { NotingStore } from "../delivery/noting-store.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";

const LEASE_MS = 3000;

interface Scene {
  readonly clock: TurnedClock;
  readonly store: NotingStore;
  readonly ours: Claim;
  readonly others: Claim;
}

function scene(): Scene {
  const clock = new TurnedClock();
  const store = new NotingStore(clock, true);
  const claimOf = (owner: string): Claim =>
    new Claim({ store, clock, key: "work", owner, leaseMs: LEASE_MS });
  return { clock, store, ours: claimOf("we"), others: claimOf("others") };
}

describe("A claim", () => {
  test("is one owner's at a time, until its lease is over", async () => {
    const { clock, ours, others } = scene();
    assert.equal(await ours.take(), true);
    assert.equal(await others.take(), false);
    await clock.turn(LEASE_MS - 1);
    assert.equal(await others.take(), false);
    await clock.turn(1);
    assert.equal(await others.take(), true);
    assert.equal(await ours.take(), false);
  });

  test("asks the store before it returns, so that calls take effect in their order", () => {
    const { store, ours } = scene();
    void ours.take();
    void ours.release();
    assert.deepEqual(store.taken(), ["claim work we 3000", "release work we"]);
  });

  test("is free when it was given back", async () => {
    const { ours, others } = scene();
    await ours.take();
    assert.equal(await ours.release(), true);
    assert.equal(await others.take(), true);
  });

  test("that was lost to another owner is not given back over that one's head", async () => {
    const { clock, ours, others } = scene();
    await ours.take();
    await clock.turn(LEASE_MS);
    await others.take();
    assert.equal(await ours.release(), false);
    assert.equal(await ours.take(), false, "it is still the other's");
  });

  test("cannot be taken where the store fails", async () => {
    const { store, ours } = scene();
    store.failing = ["claim"];
    await assert.rejects(ours.take(), /claim is broken/);
    await assert.rejects(ours.wait({ everyMs: 50 }), /claim is broken/);
  });

  test("ends by its lease where the store fails when it is given back", async () => {
    const { clock, store, ours, others } = scene();
    await ours.take();
    store.failing = ["release"];
    assert.equal(await ours.release(), false);
    assert.equal(await others.take(), false);
    await clock.turn(LEASE_MS);
    assert.equal(await others.take(), true);
  });
});

describe("Waiting for a claim", () => {
  test("takes one try when it is free", async () => {
    const { clock, store, ours } = scene();
    assert.equal(await ours.wait({ everyMs: 50 }), true);
    assert.deepEqual([store.taken(), clock.waiting], [["claim work we 3000"], 0]);
  });

  test("ends when another gives it back, at the next try", async () => {
    const { clock, ours, others } = scene();
    await others.take();
    let isOurs: boolean | undefined;
    void ours.wait({ everyMs: 50 }).then((taken) => (isOurs = taken));
    await clock.turn(120);
    assert.equal(isOurs, undefined);
    await others.release();
    await clock.turn(29);
    assert.equal(isOurs, undefined);
    await clock.turn(1);
    assert.equal(isOurs, true);
  });

  test("ends when the lease of a killed process is over", async () => {
    const { clock, ours, others } = scene();
    await others.take();
    let isOurs: boolean | undefined;
    void ours.wait({ everyMs: 50 }).then((taken) => (isOurs = taken));
    await clock.turn(LEASE_MS - 1);
    assert.equal(isOurs, undefined);
    await clock.turn(1);
    assert.equal(isOurs, true);
  });

  test("ends without it as soon as there is nothing to wait for, without a pause", async () => {
    const { clock, ours, others } = scene();
    await others.take();
    let asked = 0;
    const isOver = async (): Promise<boolean> => (asked += 1) === 2;
    let isOurs: boolean | undefined;
    void ours.wait({ everyMs: 50, isOver }).then((taken) => (isOurs = taken));
    await clock.turn(49);
    assert.deepEqual([asked, isOurs], [1, undefined]);
    await clock.turn(1);
    assert.deepEqual([asked, isOurs, clock.waiting], [2, false, 0]);
  });

  test("is not over before the first try", async () => {
    const { ours } = scene();
    assert.equal(await ours.wait({ everyMs: 50, isOver: () => true }), true);
  });

  test("fails where what is asked between the tries fails", async () => {
    const { ours, others } = scene();
    await others.take();
    const isOver = (): Promise<boolean> => Promise.reject(new Error("no look"));
    await assert.rejects(ours.wait({ everyMs: 50, isOver }), /no look/);
  });
});

describe("A claim that is kept", () => {
  test("stays its owner's, renewed three times in a lease, until it is given back", async () => {
    const { clock, store, ours, others } = scene();
    await ours.take();
    store.taken();
    ours.keep();
    await clock.turn(999);
    assert.deepEqual(store.taken(), []);
    await clock.turn(1);
    assert.deepEqual(store.taken(), ["claim work we 3000"]);
    await clock.turn(10 * LEASE_MS);
    assert.equal(await others.take(), false);
    await ours.release();
    assert.equal(clock.waiting, 0, "nothing is renewed any more");
    assert.equal(await others.take(), true);
  });

  test("outlives a renewal that fails", async () => {
    const { clock, store, ours, others } = scene();
    await ours.take();
    ours.keep();
    store.failing = ["claim work we"];
    await clock.turn(2000);
    store.failing = [];
    await clock.turn(1000);
    await clock.turn(2999);
    assert.equal(await others.take(), false);
  });

  test("stands again after the store has lost its memory", async () => {
    const { clock, store, ours, others } = scene();
    await ours.take();
    ours.keep();
    await store.release("work", "we");
    await clock.turn(1000);
    assert.equal(await others.take(), false);
  });

  test("is not renewed once another has it, and not taken again behind that one", async () => {
    const { clock, store, ours, others } = scene();
    await ours.take();
    ours.keep();
    store.failing = ["claim work we"];
    await clock.turn(LEASE_MS);
    store.failing = [];
    assert.equal(await others.take(), true);
    await clock.turn(1000);
    assert.equal(clock.waiting, 0, "what is lost is not renewed");
    await others.release();
    await clock.turn(10_000);
    assert.equal(await others.take(), true);
  });

  test("is not taken back by a renewal that was on its way when it was given back", async () => {
    const { clock, ours, others } = scene();
    await ours.take();
    ours.keep();
    const turning = clock.turn(1000);
    await ours.release();
    await turning;
    await clock.turn(10_000);
    assert.equal(await others.take(), true);
  });
});
