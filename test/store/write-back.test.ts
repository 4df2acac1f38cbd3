import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EchostrError } from "../../src/errors.ts";
import { open, settle } from "./removable.ts";
import type { Removable } from "./removable.ts";

const LONG = 600_000;

/** More than are written back at once. */
const MANY: readonly string[] = Array.from({ length: 200 }, (_, index) => `k${index}`);

/** Lets the writing back begin, but not get an answer. */
async function begin(redis: Removable): Promise<void> {
  void redis.comeBack();
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
}

/** Each answer comes a turn of the event loop later. */
function slowDown(redis: Removable): void {
  const { set, claim } = redis;
  redis.set = async (...words) => {
    await settle();
    return set(...words);
  };
  redis.claim = async (...words) => {
    await settle();
    return claim(...words);
  };
}

async function written(redis: Removable, last: string): Promise<void> {
  for (let turns = 0; turns < 100 && !redis.calls.includes(last); turns += 1) await settle();
  for (let turns = 0; turns < 20; turns += 1) await settle();
}

describe("Unwritten entries are written when Redis is back", () => {
  it("and found before it is written", async () => {
    const { store, redis } = open();
    await store.set("key", "old", LONG);
    redis.leave();
    await store.set("key", "new", LONG);
    const back = redis.comeBack();
    assert.equal(await store.get("key"), "new");
    await back;
    assert.equal(await store.get("key"), "new");
  });

  it("but nothing else is: what others have changed since stays changed", async () => {
    const { store, redis, shared } = open();
    await store.set("key", "ours", LONG);
    await shared.set("key", "theirs", LONG);
    redis.leave();
    await redis.comeBack();
    assert.equal(await shared.get("key"), "theirs");
  });

  it("what is written back does not overtake what is set at that moment", async () => {
    const { store, redis, shared } = open();
    redis.leave();
    await store.set("key", "old", LONG);
    const back = redis.comeBack();
    await store.set("key", "new", LONG);
    await back;
    assert.equal(await shared.get("key"), "new");
    assert.equal(await store.get("key"), "new");
  });

  it("nor what is set while it is on its way", async () => {
    const { store, redis, shared } = open();
    redis.leave();
    for (const key of MANY) await store.set(key, "old", LONG);
    slowDown(redis);
    await begin(redis);
    await store.set("k199", "new", LONG);
    await store.delete("k198");
    await written(redis, "set k197");
    assert.equal(await shared.get("k197"), "old");
    assert.equal(await shared.get("k198"), undefined);
    assert.equal(await shared.get("k199"), "new");
  });

  it("A newer value that Redis refuses stays unwritten when the older one arrives", async () => {
    const { store, redis, notices } = open();
    redis.leave();
    await store.set("key", "old", LONG);
    const { set } = redis;
    redis.set = async (key, value, ttlMs) => {
      if (value === "new") throw new EchostrError("STORE_FAILED", "no room");
      await settle();
      return set(key, value, ttlMs);
    };
    await begin(redis);
    await store.set("key", "new", LONG);
    await written(redis, "set key");
    assert.equal(await store.get("key"), "new");
    assert.equal(notices.length, 3);
  });

  it("A claim that was given back before its turn is not taken again", async () => {
    const { store, redis, shared } = open();
    redis.leave();
    for (const key of MANY) await store.claim(key, "anna", LONG);
    slowDown(redis);
    await begin(redis);
    assert.equal(await store.release("k199", "anna"), true);
    await written(redis, "claim k198");
    assert.equal(await shared.claim("k198", "theirs", LONG), false);
    assert.equal(await shared.claim("k199", "theirs", LONG), true);
  });

  it("Gone again before all is written back, the rest is written the next time", async () => {
    const { store, redis, shared } = open();
    redis.leave();
    for (let index = 0; index < 200; index += 1) await store.set(`k${index}`, "value", LONG);
    redis.calls = [];
    const { set } = redis;
    let left = 100;
    redis.set = (...words) => {
      left -= 1;
      if (left === 0) redis.leave();
      return set(...words);
    };
    await redis.comeBack();
    assert.ok(redis.calls.length < 200, "it did not go on against a closed door");
    assert.equal(await store.get("k0"), "value");
    assert.equal(await store.get("k199"), "value");
    await redis.comeBack();
    for (let index = 0; index < 200; index += 1)
      assert.equal(await shared.get(`k${index}`), "value");
  });
});
