/** Which process of those that share a store runs a message, and what they tell each other of it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MessageContext } from "../../src/bot/context.ts";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import type { DeliveryOptions } from "../../src/delivery/delivery-options.ts";
import { Ownership } from "../../src/delivery/ownership.ts";
import type { MessageRecord, Standing } from "../../src/delivery/record.ts";
import { Records } from "../../src/delivery/records.ts";
import { Run } from "../../src/delivery/run.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { wireText } from "../support/wire.ts";
import { NotingStore } from "./noting-store.ts";
import { TurnedClock } from "./turned-clock.ts";

const REPLY: Reply = { MsgType: "text", Content: "答" };
const GIVEN: Standing = { state: "given", reply: REPLY, rest: [] };
const READY: Standing = { state: "ready", replies: [REPLY], late: false };

interface Pair {
  readonly clock: TurnedClock;
  readonly store: NotingStore;
  readonly records: Records;
  readonly one: Ownership;
  readonly other: Ownership;
  /** A message to which a delivery comes now. */
  arrive(key?: string, acceptedForMs?: number): Run;
  /** A further delivery of it. */
  again(run: Run): void;
}

function pair(options: DeliveryOptions = {}): Pair {
  const clock = new TurnedClock();
  const store = new NotingStore(clock, true);
  const records = new Records(store, clock);
  const settings = prepareDelivery(options, 1800, false);
  let owners = 0;
  const newOwner = (): string => `owner ${(owners += 1)}`;
  const made = { records, settings, clock, isShared: true, newOwner };
  const message = parseMessage(wireText("问"));
  const services = { accountId: "wx1", store, api: undefined, clock, newOwner, patienceMs: 4500 };
  return {
    clock,
    store,
    records,
    one: new Ownership(made),
    other: new Ownership(made),
    arrive(key = "k", acceptedForMs = 0) {
      const receivedAt = clock.now();
      const delivery = { message, size: 1, receivedAt, acceptedUntil: receivedAt + acceptedForMs };
      const run = new Run(key, delivery, new MessageContext("gh_1", "oF", receivedAt, services));
      run.note(delivery, settings.soonestMs);
      return run;
    },
    again(run) {
      const receivedAt = clock.now();
      run.note({ message, size: 1, receivedAt, acceptedUntil: receivedAt }, settings.soonestMs);
    },
  };
}

/** Who has a message that somebody works at. */
function ownerOf(record: MessageRecord | undefined): string | undefined {
  return record?.state === "working" ? record.by : undefined;
}

/** A process that stands still: it renews nothing. */
function freeze(run: Run): void {
  run.lease?.stop();
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
    // No renewal arrives.
    store.failing = ["get"];
    await clock.turn(3000);
    store.failing = [];
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
    const { record, took } = await one.join(run);
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
      const { record, took } = await one.join(run);
      assert.deepEqual([record?.state, took], ["ready", false]);
    }
  });

  test("that was given to a delivery which had left can be taken back, unless another has read it", async () => {
    for (const isRead of [false, true]) {
      const { clock, records, one, other, arrive } = pair();
      const run = arrive();
      await one.take(run, true);
      await one.write(run, GIVEN);
      if (isRead) await other.take(arrive(), true);
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
    assert.equal(await one.reopen(run, [second, third], [first, second, third]), "held");
    await set({ hold: undefined, rest: [third] });
    assert.equal(await one.reopen(run, [second, third], [first, second, third]), "begun");
    const record = await records.get("k");
    assert.ok(record?.state === "given");
    assert.deepEqual([record.reply, record.rest], [undefined, [first, third]]);
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
    await one.join(run);
    const record = await records.get("k");
    assert.deepEqual([record?.deliveries, record?.at], [3, clock.now()]);
    assert.deepEqual([run.deliveries, run.deliveriesElsewhere], [2, 1]);
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
