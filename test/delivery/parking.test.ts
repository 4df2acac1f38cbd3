/** The line of a follower: what is asked of the store, and who waits for whom. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Parking } from "../../src/delivery/parking.ts";
import type { ParkedReply } from "../../src/delivery/stored.ts";
import { NotingStore } from "./noting-store.ts";
import { settle, TurnedClock } from "./turned-clock.ts";

const FOLLOWER = "gh_1\noF";
const OTHER = "gh_1\noG";

interface Scene {
  readonly clock: TurnedClock;
  readonly store: NotingStore;
  readonly parking: Parking;
  parked(content: string, ms?: number, of?: string): ParkedReply;
  /** Takes the first of the line; what it says. */
  take(follower?: string): Promise<string | undefined>;
}

function scene(shared: boolean = false): Scene {
  const clock = new TurnedClock();
  const store = new NotingStore(clock, shared);
  const parking = new Parking(store, clock, "one");
  return {
    clock,
    store,
    parking,
    parked: (Content, ms = 1000, of = "key") => ({
      reply: { MsgType: "text", Content },
      of,
      asked: false,
      until: clock.now() + ms,
    }),
    async take(follower = FOLLOWER) {
      const found = await parking.take(follower, async () => {});
      return found?.reply.MsgType === "text" ? found.reply.Content : undefined;
    },
  };
}

describe("A line of parked answers", () => {
  test("is first in, first out, and empty in the end", async () => {
    const { parking, parked, take, store } = scene();
    assert.equal(parking.isEmpty, true);
    await parking.add(FOLLOWER, [parked("1"), parked("2")]);
    await parking.add(FOLLOWER, [parked("3")]);
    assert.deepEqual([parking.isEmpty, parking.mayHave(FOLLOWER)], [false, true]);
    assert.deepEqual([await take(), await take(), await take()], ["1", "2", "3"]);
    assert.equal(store.taken().at(-2), "delete parked.gh_1.oF");
    assert.deepEqual([parking.isEmpty, parking.mayHave(FOLLOWER)], [true, false]);
    assert.equal(await take(), undefined);
  });

  test("is nothing when nothing is added", async () => {
    const { parking, store } = scene();
    await parking.add(FOLLOWER, []);
    assert.deepEqual([store.calls, parking.isEmpty], [[], true]);
  });

  test("is used from the first that is added or promised, and where others may add to it", async () => {
    const [added, promised, shared] = [scene(), scene(), scene(true)];
    assert.deepEqual([added.parking.isUsed, shared.parking.isUsed], [false, true]);
    const adding = added.parking.add(FOLLOWER, [added.parked("1")]);
    assert.equal(added.parking.isUsed, true, "before the store has it");
    await adding;
    await promised.parking.owe(FOLLOWER);
    await promised.parking.settle(FOLLOWER);
    assert.deepEqual([promised.parking.isUsed, promised.parking.isEmpty], [true, true]);
  });

  test("is each follower's own", async () => {
    const { parking, parked, take } = scene();
    await parking.add(FOLLOWER, [parked("1")]);
    assert.deepEqual([parking.mayHave(OTHER), await take(OTHER)], [false, undefined]);
    assert.equal(await take(), "1");
  });

  test("is not looked for when its time is over, once a minute", async () => {
    const { parking, parked, clock } = scene();
    await parking.add(FOLLOWER, [parked("1", 1000)]);
    assert.equal(parking.isEmpty, false);
    await parking.add(OTHER, [parked("2", 60_000)]);
    await clock.turn(59_999);
    assert.deepEqual([parking.isEmpty, parking.mayHave(FOLLOWER)], [false, true]);
    await clock.turn(1);
    assert.deepEqual([parking.isEmpty, parking.mayHave(FOLLOWER)], [true, false]);
  });

  test("keeps an answer to its last millisecond", async () => {
    const { parking, parked, clock, take } = scene();
    await parking.add(FOLLOWER, [parked("1", 1000)]);
    await clock.turn(999);
    await parking.add(FOLLOWER, [parked("2", 1)]);
    assert.deepEqual([await take(), await take()], ["1", "2"]);
  });

  test("is kept as long as the longest of its answers", async () => {
    const { parking, parked, store, clock, take } = scene();
    await parking.add(FOLLOWER, [parked("long", 5000), parked("short", 1000)]);
    assert.match(store.taken()[1] ?? "", /^set parked\.gh_1\.oF \[.*\] 5000$/);
    await clock.turn(1000);
    assert.equal(await take(), "long");
    assert.equal(await take(), undefined);
  });

  test("is held by one at a time, for two seconds", async () => {
    const { parking, parked, store } = scene();
    await parking.add(FOLLOWER, [parked("1")]);
    const [claim, , release] = store.taken();
    assert.equal(claim, "claim parked.gh_1.oF one 1 2000");
    assert.equal(release, "release parked.gh_1.oF one 1");
    await parking.add(FOLLOWER, [parked("2")]);
    assert.equal(store.taken()[0], "claim parked.gh_1.oF one 2 2000");
  });

  test("is waited for where another holds it, and had in its turn", async () => {
    const { parking, parked, store, clock, take } = scene();
    await store.claim(`parked\n${FOLLOWER}`, "another", 60_000);
    let isAdded = false;
    const adding = parking.add(FOLLOWER, [parked("1", 60_000)]).then(() => (isAdded = true));
    await clock.turn(24);
    assert.equal(store.calls.filter((call) => call.startsWith("claim")).length, 2);
    await clock.turn(1);
    assert.equal(store.calls.filter((call) => call.startsWith("claim")).length, 3);
    await store.release(`parked\n${FOLLOWER}`, "another");
    await clock.turn(25);
    await adding;
    assert.equal(isAdded, true);
    assert.equal(await take(), "1");
  });

  test("is taken after forty tries of one who does not come back", async () => {
    const { parking, parked, store, clock } = scene();
    await store.claim(`parked\n${FOLLOWER}`, "another", 60_000);
    let isAdded = false;
    void parking.add(FOLLOWER, [parked("1", 60_000)]).then(() => (isAdded = true));
    await clock.turn(999);
    assert.equal(isAdded, false);
    await clock.turn(1);
    assert.equal(isAdded, true);
    assert.equal(store.calls.filter((call) => call.startsWith("claim")).length, 41);
  });

  test("gives an answer to be held before it leaves the line", async () => {
    const { parking, parked, store } = scene();
    await parking.add(FOLLOWER, [parked("1")]);
    store.taken();
    await parking.take(FOLLOWER, async () => {
      await settle();
      await store.set("held", "1", 1000);
    });
    assert.deepEqual(store.taken(), [
      "claim parked.gh_1.oF one 2 2000",
      "set held 1 1000",
      "delete parked.gh_1.oF",
      "release parked.gh_1.oF one 2",
    ]);
  });

  test("stays as it was when an answer cannot be held, or the line not be written", async () => {
    const { parking, parked, store, take } = scene();
    await parking.add(FOLLOWER, [parked("1"), parked("2")]);
    await assert.rejects(parking.take(FOLLOWER, () => Promise.reject(new Error("no"))), /no/);
    assert.equal(store.taken().at(-1), "release parked.gh_1.oF one 2");
    store.failing = ["set parked"];
    await assert.rejects(take(), /set is broken/);
    store.failing = [];
    assert.deepEqual([await take(), await take()], ["1", "2"]);
    store.failing = ["delete parked"];
    await parking.add(FOLLOWER, [parked("3")]);
    await assert.rejects(take(), /delete is broken/);
    store.failing = [];
    assert.equal(await take(), "3");
  });

  test("is known to have something only when it is written", async () => {
    const { parking, parked, store } = scene();
    store.failing = ["set parked"];
    await assert.rejects(parking.add(FOLLOWER, [parked("1")]), /set is broken/);
    assert.equal(parking.mayHave(FOLLOWER), false);
  });

  test("loses all answers to one message when they are given after all", async () => {
    const { parking, parked, take } = scene();
    const line = [parked("1", 1000, "a"), parked("2", 1000, "b"), parked("3", 1000, "a")];
    await parking.add(FOLLOWER, line);
    assert.equal(await parking.remove(FOLLOWER, "c"), false);
    assert.equal(await parking.remove(FOLLOWER, "a"), true);
    assert.equal(await parking.remove(FOLLOWER, "a"), false);
    assert.deepEqual([await take(), await take()], ["2", undefined]);
  });

  test("forgets what is over, to the millisecond", async () => {
    const { parking, parked, clock, take } = scene();
    await parking.add(FOLLOWER, [parked("1", 1000), parked("2", 5000)]);
    await clock.turn(999);
    assert.equal(await parking.remove(FOLLOWER, "other"), false);
    await clock.turn(1);
    assert.equal(await take(), "2");
  });

  test("is not looked for again when it was found to be over", async () => {
    const { parking, parked, clock, take } = scene();
    await parking.add(FOLLOWER, [parked("1", 1000)]);
    await parking.add(OTHER, [parked("2", 60_000)]);
    await clock.turn(1000);
    assert.equal(parking.mayHave(FOLLOWER), true);
    assert.equal(await take(), undefined);
    assert.deepEqual([parking.mayHave(FOLLOWER), parking.mayHave(OTHER)], [false, true]);
  });

  test("may have something for anybody where other processes park too", async () => {
    const { parking, store } = scene(true);
    assert.deepEqual([parking.isEmpty, parking.mayHave(FOLLOWER)], [false, true]);
    assert.deepEqual(store.calls, []);
  });

  test("is found though another process has written it", async () => {
    const { store, clock, parked, take } = scene(true);
    await new Parking(store, clock, "other").add(FOLLOWER, [parked("1")]);
    assert.equal(await take(), "1");
  });
});

describe("A promise to a follower", () => {
  test("is this process's own where no other sees the store", async () => {
    const { parking, store } = scene();
    await parking.owe(FOLLOWER);
    assert.deepEqual([await parking.isOwed(FOLLOWER), await parking.isOwed(OTHER)], [true, false]);
    assert.deepEqual([parking.isEmpty, parking.mayHave(FOLLOWER)], [false, true]);
    await parking.settle(FOLLOWER);
    assert.deepEqual([await parking.isOwed(FOLLOWER), parking.isEmpty], [false, true]);
    assert.deepEqual(store.calls, []);
  });

  test("is known to all processes that share the store, for a minute", async () => {
    const { parking, store, clock } = scene(true);
    const other = new Parking(store, clock, "other");
    await parking.owe(FOLLOWER);
    assert.deepEqual(store.taken(), ["set owed.gh_1.oF 1 60000"]);
    await clock.turn(59_999);
    assert.equal(await other.isOwed(FOLLOWER), true);
    await clock.turn(1);
    assert.equal(await other.isOwed(FOLLOWER), false);
    await parking.owe(FOLLOWER);
    await other.settle(FOLLOWER);
    assert.equal(await parking.isOwed(FOLLOWER), false);
    assert.equal(store.taken().at(-1), "delete owed.gh_1.oF");
  });
});
