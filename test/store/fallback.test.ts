import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Store } from "../../src/store/store.ts";
import { open, settle } from "./removable.ts";

const LONG = 600_000;

describe("While Redis is there, it alone decides", () => {
  it("what another process set, changed and deleted is seen", async () => {
    const { store, shared, notices } = open();
    await store.set("key", "ours", LONG);
    assert.equal(await shared.get("key"), "ours");
    await shared.set("key", "theirs", LONG);
    assert.equal(await store.get("key"), "theirs");
    await shared.delete("key");
    assert.equal(await store.get("key"), undefined);
    await store.delete("key");
    await shared.set("key", "theirs again", LONG);
    assert.equal(await store.get("key"), "theirs again");
    assert.deepEqual(notices, []);
  });

  it("a claim of another process is a claim", async () => {
    const { store, shared } = open();
    await shared.claim("work", "theirs", LONG);
    assert.equal(await store.claim("work", "ours", LONG), false);
    await shared.release("work", "theirs");
    assert.equal(await store.claim("work", "ours", LONG), true);
    assert.equal(await shared.claim("work", "theirs", LONG), false);
  });

  it("a mistake of the caller's is no outage", async () => {
    const { store, notices } = open();
    await assert.rejects(store.set("key", "value", 0), RangeError);
    assert.deepEqual(notices, []);
  });
});

describe("While Redis is away", () => {
  it("nothing fails, and the log says so once and once when it is back", async () => {
    const { store, redis, notices, turn } = open();
    redis.leave();
    for (let index = 0; index < 10; index += 1) {
      await store.set(`k${index}`, "value", LONG);
      assert.equal(await store.get(`k${index}`), "value");
      assert.equal(await store.claim(`w${index}`, "anna", LONG), true);
      assert.equal(await store.claim(`w${index}`, "bert", LONG), false);
      assert.equal(await store.claim(`w${index}`, "anna", LONG), true);
      assert.equal(await store.release(`w${index}`, "anna"), true);
      assert.equal(await store.release(`w${index}`, "anna"), false);
    }
    await store.delete("k0");
    assert.equal(await store.get("k0"), undefined);
    turn(61_000);
    await redis.comeBack();
    assert.deepEqual(notices, [
      "Redis at here cannot be reached: cable pulled; continuing in the memory of this process",
      "Redis at here is back after 61 s; missed writes to send: 10",
    ]);
    redis.leave();
    assert.equal(notices.length, 3, "the next outage is told again");
  });

  it("what this process had set before is still found", async () => {
    const { store, redis } = open();
    await store.set("key", "value", LONG);
    redis.leave();
    assert.equal(await store.get("key"), "value");
    assert.equal(await store.get("never"), undefined);
  });

  it("a claim that this process took before is still held", async () => {
    const { store, redis } = open();
    await store.claim("work", "anna", LONG);
    redis.leave();
    assert.equal(await store.claim("work", "bert", LONG), false);
    assert.equal(await store.claim("work", "anna", LONG), true);
    assert.equal(await store.release("work", "anna"), true);
    assert.equal(await store.claim("work", "bert", LONG), true);
  });
});

describe("When Redis is back", () => {
  it("what was set meanwhile is found, here and by the other processes", async () => {
    const { store, redis, shared, turn } = open();
    await store.set("key", "old", LONG);
    redis.leave();
    await store.set("key", "new", 1000);
    await store.set("other", "value", 2000);
    turn(400);
    await redis.comeBack();
    assert.equal(await store.get("key"), "new");
    assert.equal(await shared.get("key"), "new");
    assert.equal(await shared.get("other"), "value");
    turn(600);
    assert.equal(await shared.get("key"), undefined, "its time went on meanwhile");
    assert.equal(await shared.get("other"), "value");
  });

  it("what was deleted meanwhile stays deleted, here and for the other processes", async () => {
    const { store, redis, shared } = open();
    await store.set("key", "value", LONG);
    await store.set("again", "value", LONG);
    redis.leave();
    await store.delete("key");
    await store.delete("again");
    await store.set("again", "new", LONG);
    await redis.comeBack();
    assert.equal(await store.get("key"), undefined);
    assert.equal(await shared.get("key"), undefined);
    assert.equal(await shared.get("again"), "new");
    await shared.set("key", "later", LONG);
    assert.equal(await store.get("key"), "later", "the deletion was made up for once");
  });

  it("set and deleted without waiting, it is the last that stays", async () => {
    const { store, redis, shared } = open();
    redis.leave();
    await Promise.all([store.set("a", "1", LONG), store.delete("a")]);
    await Promise.all([store.delete("b"), store.set("b", "1", LONG)]);
    await Promise.all([store.set("c", "1", LONG), store.set("c", "2", LONG)]);
    const seen = async (of: Store): Promise<unknown> => [
      await of.get("a"),
      await of.get("b"),
      await of.get("c"),
    ];
    assert.deepEqual(await seen(store), [undefined, "1", "2"]);
    await redis.comeBack();
    assert.deepEqual(await seen(shared), [undefined, "1", "2"]);
  });

  it("the claims that are held here are made known, and can be renewed", async () => {
    const { store, redis, shared } = open();
    redis.leave();
    await store.claim("held", "anna", LONG);
    await store.claim("done", "anna", LONG);
    await store.release("done", "anna");
    await redis.comeBack();
    assert.equal(await shared.claim("held", "theirs", LONG), false);
    assert.equal(await shared.claim("done", "theirs", LONG), true);
    assert.equal(await store.claim("held", "anna", LONG), true);
    assert.equal(await store.release("held", "anna"), true);
    assert.equal(await shared.claim("held", "theirs", LONG), true);
  });

  it("a claim that Redis has forgotten is taken again by renewing it", async () => {
    const { store, shared } = open();
    await store.claim("work", "anna", LONG);
    await shared.release("work", "anna");
    assert.equal(await store.claim("work", "anna", LONG), true);
    assert.equal(await shared.claim("work", "theirs", LONG), false);
    await shared.release("work", "anna");
    assert.equal(await store.release("work", "anna"), true, "it was ours until now");
    await store.claim("work", "anna", LONG);
    await shared.release("work", "anna");
    await shared.claim("work", "theirs", LONG);
    assert.equal(await store.claim("work", "anna", LONG), false);
    assert.equal(await store.release("work", "anna"), false);
  });

  it("closed while it is away, the log says what is lost", async () => {
    const { store, redis, notices } = open();
    redis.leave();
    await store.set("key", "value", LONG);
    await store.close();
    assert.equal(notices[1], "Redis at here was closed while it missed 1 writes, which are lost");
  });
});

describe("A Redis that answers with errors", () => {
  it("is gone on without, told once, and is back with the first write that it takes", async () => {
    const { store, redis, shared, notices } = open();
    redis.refuse();
    for (let index = 0; index < 5; index += 1) await store.set(`k${index}`, "value", LONG);
    assert.equal(await store.claim("work", "anna", LONG), true);
    redis.failure = undefined;
    assert.equal(await store.get("never"), undefined);
    assert.equal(notices.length, 1, "reading shows nothing");
    await store.set("next", "value", LONG);
    await settle();
    assert.deepEqual(notices, [
      "Redis at here answers with an error: no room; continuing in the memory of this process",
      "Redis at here is back after 0 s; missed writes to send: 5",
    ]);
    assert.equal(await shared.get("k4"), "value");
  });

  it("A value too large for memory is refused only while Redis is away", async () => {
    const { store, redis } = open({ maxBytes: 1000 });
    await store.set("key", "small", LONG);
    await store.set("key", "x".repeat(2000), LONG);
    assert.equal((await store.get("key"))?.length, 2000);
    redis.leave();
    assert.equal(await store.get("key"), undefined, "rather nothing than what it was before");
    await assert.rejects(store.set("key", "x".repeat(2000), LONG), { code: "STORE_FAILED" });
  });
});
