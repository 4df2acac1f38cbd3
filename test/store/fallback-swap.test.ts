/** Swaps while Redis is away, and what becomes of them when it is back. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EchostrError } from "../../src/errors.ts";
import type { Swapped } from "../../src/store/store.ts";
import { open, settle } from "./removable.ts";

const LONG = 600_000;

describe("A swap while Redis is there", () => {
  it("is decided by Redis alone", async () => {
    const { store, shared, notices } = open();
    await store.set("key", "ours", LONG);
    await shared.set("key", "theirs", LONG);
    const refused = await store.swap("key", "ours", "new", LONG);
    assert.deepEqual(refused, { done: false, value: "theirs" });
    assert.deepEqual(await store.swap("key", "theirs", "new", LONG), { done: true, value: "new" });
    assert.equal(await shared.get("key"), "new");
    assert.deepEqual(notices, []);
  });

  it("is remembered: what was swapped in is found when Redis is away", async () => {
    const { store, shared, redis } = open();
    await shared.set("key", "theirs", LONG);
    await store.swap("key", "theirs", "ours", LONG);
    await store.swap("gone", undefined, "ours", LONG);
    await store.swap("gone", "ours", undefined, LONG);
    redis.leave();
    assert.equal(await store.get("key"), "ours");
    assert.equal(await store.get("gone"), undefined);
  });

  it("that was refused leaves no copy that is known to be wrong", async () => {
    const { store, shared, redis } = open();
    await store.set("key", "ours", LONG);
    await shared.set("key", "theirs", LONG);
    await store.swap("key", "ours", "new", LONG);
    await store.swap("new", undefined, "ours", LONG);
    await store.swap("new", undefined, "again", LONG);
    redis.leave();
    assert.equal(await store.get("key"), undefined);
    assert.equal(await store.get("new"), "ours", "what is right is kept");
  });

  it("does not take the place of what is set here while Redis is asked", async () => {
    const { store, redis } = open();
    const swapped = store.swap("key", undefined, "swapped", LONG);
    await Promise.all([swapped, store.set("key", "set", LONG)]);
    redis.leave();
    assert.equal(await store.get("key"), "set");
  });
});

describe("A swap while Redis is away", () => {
  it("is compared with what this process knows", async () => {
    const { store, redis } = open();
    await store.set("key", "known", LONG);
    redis.leave();
    assert.deepEqual(await store.swap("key", "else", "new", LONG), { done: false, value: "known" });
    assert.deepEqual(await store.swap("key", "known", "new", LONG), { done: true, value: "new" });
    assert.deepEqual(await store.swap("key", "known", "no", LONG), { done: false, value: "new" });
    assert.equal(await store.get("key"), "new");
    assert.equal((await store.swap("key", "new", undefined, 0)).done, true);
    assert.equal(await store.get("key"), undefined);
    assert.equal((await store.swap("key", undefined, "again", LONG)).done, true);
    assert.equal(await store.get("key"), "again");
  });

  it("of many at the same moment has one winner", async () => {
    const { store, redis } = open();
    redis.leave();
    const values = Array.from({ length: 10 }, (_, nth) => String(nth));
    const swap = (value: string): Promise<Swapped> => store.swap("k", undefined, value, LONG);
    const results = await Promise.all(values.map(swap));
    assert.deepEqual(
      results.map(({ done, value }) => `${done} ${value}`),
      ["true 0", ...Array.from({ length: 9 }, () => "false 0")],
    );
  });

  it("too large for memory is refused, and leaves nothing", async () => {
    const { store, redis } = open({ maxBytes: 1000 });
    redis.leave();
    const large = store.swap("key", undefined, "x".repeat(2000), LONG);
    await assert.rejects(large, { code: "STORE_FAILED" });
    assert.equal(await store.get("key"), undefined);
  });
});

describe("When Redis is back, what was swapped meanwhile", () => {
  const CASES: readonly (readonly [
    title: string,
    /** What stood in Redis before, written here; what stands there when it is back. */
    stood: string | undefined,
    stands: string | undefined,
    swaps: readonly (string | undefined)[],
    last: string | undefined,
  ])[] = [
    ["is written where nothing stood", undefined, undefined, ["1", "2"], "2"],
    ["is written where the same stands as before", "0", "0", ["1", "2"], "2"],
    ["is written where Redis has lost its memory", "0", undefined, ["1"], "1"],
    ["is written where it arrived before the connection broke", "0", "1", ["1"], "1"],
    ["gives way to what another wrote", "0", "theirs", ["1", "2"], "theirs"],
    ["gives way to what another wrote where nothing stood", undefined, "theirs", ["1"], "theirs"],
    ["is deleted where the same stands as before", "0", "0", ["1", undefined], undefined],
    ["is not deleted where another wrote", "0", "theirs", [undefined], "theirs"],
    ["stays deleted where Redis has deleted it too", "0", undefined, [undefined], undefined],
    ["and deleted again is not unwritten", undefined, "theirs", ["1", undefined], "theirs"],
    ["and back to what it was, is that", "0", "0", ["1", "0"], "0"],
  ];
  for (const [title, stood, stands, swaps, last] of CASES) {
    it(title, async () => {
      const { store, redis, shared } = open();
      if (stood !== undefined) await store.set("key", stood, LONG);
      redis.leave();
      if (stands === undefined) await shared.delete("key");
      else await shared.set("key", stands, LONG);
      let expected = stood;
      for (const value of swaps) {
        assert.equal((await store.swap("key", expected, value, LONG)).done, true);
        expected = value;
      }
      await redis.comeBack();
      assert.equal(await shared.get("key"), last);
      assert.equal(await store.get("key"), last);
      redis.leave();
      const known = last === "theirs" ? undefined : last;
      assert.equal(await store.get("key"), known, "what memory keeps is no more than a copy");
    });
  }

  it("has the time that was left to it", async () => {
    const { store, redis, shared, turn } = open();
    redis.leave();
    await store.swap("key", undefined, "value", 1000);
    turn(900);
    await redis.comeBack();
    assert.equal(await shared.get("key"), "value");
    turn(100);
    assert.equal(await shared.get("key"), undefined);
  });

  it("on top of what was set or deleted meanwhile, is written as that is", async () => {
    const { store, redis, shared } = open();
    redis.leave();
    for (const key of ["set", "deleted", "both"]) await shared.set(key, "theirs", LONG);
    await store.set("set", "1", LONG);
    await store.swap("set", "1", "2", LONG);
    await store.delete("deleted");
    await store.swap("deleted", undefined, "2", LONG);
    await store.set("both", "1", LONG);
    await store.swap("both", "1", undefined, LONG);
    await redis.comeBack();
    assert.equal(await shared.get("set"), "2");
    assert.equal(await shared.get("deleted"), "2");
    assert.equal(await shared.get("both"), undefined);
  });

  it("is written before Redis compares the next swap", async () => {
    const { store, redis, shared } = open();
    for (const key of ["free", "lost", "taken"]) await store.set(key, "0", LONG);
    redis.leave();
    for (const key of ["free", "lost", "taken"]) await store.swap(key, "0", "1", LONG);
    await shared.delete("lost");
    await shared.set("taken", "theirs", LONG);
    const back = redis.comeBack();
    const results = await Promise.all([
      store.swap("free", "1", "2", LONG),
      store.swap("lost", "1", "2", LONG),
      store.swap("taken", "1", "2", LONG),
    ]);
    await back;
    assert.deepEqual(results, [
      { done: true, value: "2" },
      { done: true, value: "2" },
      { done: false, value: "theirs" },
    ]);
    assert.equal(await shared.get("free"), "2");
    assert.equal(await shared.get("lost"), "2");
    assert.equal(await shared.get("taken"), "theirs");
    assert.equal(await store.get("taken"), "theirs");
  });

  it("is still unwritten when it is away again before that", async () => {
    const { store, redis, shared } = open();
    redis.leave();
    await store.swap("key", undefined, "1", LONG);
    redis.failure = undefined;
    const { swap } = redis;
    redis.swap = async () => {
      redis.leave();
      throw new EchostrError("STORE_UNAVAILABLE", "gone again");
    };
    assert.deepEqual(await store.swap("key", "1", "2", LONG), { done: true, value: "2" });
    redis.swap = swap;
    await redis.comeBack();
    assert.equal(await shared.get("key"), "2");
  });
});

describe("A Redis that refuses a swap", () => {
  it("is gone on without, and is back with the first swap that it takes", async () => {
    const { store, redis, shared, notices } = open();
    redis.refuse();
    assert.deepEqual(await store.swap("key", undefined, "1", LONG), { done: true, value: "1" });
    redis.failure = undefined;
    assert.equal((await store.swap("other", "0", "1", LONG)).done, false);
    assert.equal(notices.length, 1, "a refusal writes nothing, so it shows nothing");
    assert.equal((await store.swap("other", undefined, "1", LONG)).done, true);
    await settle();
    assert.match(notices[1] ?? "", /^Redis at here is back/);
    assert.equal(await shared.get("key"), "1");
  });
});
