import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MemoryStore } from "../../src/store/memory.ts";
import { storeContract } from "./contract.ts";
import { turnedClock } from "./turned-clock.ts";

storeContract("The memory store", false, async () => {
  const { clock, turn } = turnedClock();
  return { store: new MemoryStore({ clock }), pass: async (ms) => turn(ms) };
});

describe("The memory store is bounded", () => {
  it("in entries: the value that was set longest ago is forgotten", async () => {
    const store = new MemoryStore({ maxEntries: 3 });
    for (const key of ["a", "b", "c"]) await store.set(key, key, 1000);
    await store.set("a", "again", 1000);
    await store.set("d", "d", 1000);
    const found = await Promise.all(["a", "b", "c", "d"].map((key) => store.get(key)));
    assert.deepEqual(found, ["again", undefined, "c", "d"]);
    await store.set("e", "e", 1000);
    await store.set("f", "f", 1000);
    const later = await Promise.all(["a", "c", "d", "e", "f"].map((key) => store.get(key)));
    assert.deepEqual(later, [undefined, undefined, "d", "e", "f"]);
    assert.equal(store.usage.values, 3);
  });

  it("in bytes: one large value takes the place of many small ones", async () => {
    const store = new MemoryStore({ maxBytes: 10_000 });
    for (let index = 0; index < 30; index += 1) await store.set(`k${index}`, "v", 1000);
    assert.equal(store.usage.values, 30);
    await store.set("large", "x".repeat(4000), 1000);
    assert.equal((await store.get("large"))?.length, 4000);
    assert.ok(store.usage.values < 30);
    assert.ok(store.usage.bytes <= 10_000);
    assert.equal(await store.get("k29"), "v");
    assert.equal(await store.get("k0"), undefined);
  });

  it("and its long values lie outside of V8's heap, as they were set", async () => {
    const store = new MemoryStore();
    // What earlier tests of this process left must not be collected while this one measures.
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const long = `\ud800长${"x".repeat(250_000)}`;
    for (let index = 0; index < 40; index += 1) await store.set(`k${index}`, `${index}${long}`, 1000);
    const kept = process.memoryUsage().arrayBuffers - before;
    assert.ok(kept > 40 * 2 * 250_000 * 0.9, `${kept} bytes`);
    assert.equal(await store.get("k39"), `39${long}`);
  });

  it("A value that is too large for all of it is refused, and the others stay", async () => {
    const store = new MemoryStore({ maxBytes: 1000 });
    await store.set("key", "value", 1000);
    await assert.rejects(store.set("large", "x".repeat(1000), 1000), {
      code: "STORE_FAILED",
      message: "Value of 1000 characters is too large for a memory of 1000 bytes",
    });
    await assert.rejects(store.set("key", "x".repeat(1000), 1000), { code: "STORE_FAILED" });
    assert.equal(await store.get("key"), "value");
  });

  it("A claim in flight is never dropped, however many values come", async () => {
    const store = new MemoryStore({ maxEntries: 10 });
    assert.equal(await store.claim("work", "anna", 1000), true);
    for (let index = 0; index < 1000; index += 1) await store.set(`k${index}`, "v", 1000);
    assert.equal(await store.claim("work", "bert", 1000), false);
    assert.equal(await store.claim("work", "anna", 1000), true);
  });

  it("A claim beyond the bound is refused, until a lease is over or given back", async () => {
    const { clock, turn } = turnedClock();
    const store = new MemoryStore({ maxEntries: 3, clock });
    await store.claim("a", "anna", 100);
    await store.claim("b", "anna", 200);
    await store.claim("c", "anna", 300);
    const full = { code: "STORE_FAILED", message: "Memory store is full: 3 claims held" };
    await assert.rejects(store.claim("d", "anna", 100), full);
    assert.equal(await store.claim("c", "anna", 300), true, "one that is held can be renewed");
    turn(150);
    assert.equal(await store.claim("d", "anna", 100), true);
    await assert.rejects(store.claim("e", "anna", 100), full);
    assert.equal(await store.release("b", "anna"), true);
    assert.equal(await store.claim("e", "anna", 100), true);
  });

  it("It says once that values are forgotten before their time", async () => {
    const { clock, turn } = turnedClock();
    const notices: string[] = [];
    const onNotice = (message: string): void => void notices.push(message);
    const store = new MemoryStore({ maxEntries: 2, clock, onNotice });
    await store.set("a", "v", 10);
    await store.set("b", "v", 10);
    turn(20);
    await store.set("c", "v", 10);
    await store.set("d", "v", 10);
    assert.deepEqual(notices, [], "what was over is no loss");
    for (const key of ["e", "f", "g", "h"]) await store.set(key, "v", 10);
    assert.deepEqual(notices, [
      "Memory store is full (2 values or 67108864 bytes): " +
        "the oldest values are forgotten before their time",
    ]);
  });
});

describe("The memory store gives memory back", () => {
  it("without a timer: what is over is swept by later writes", async () => {
    const { clock, turn } = turnedClock();
    const store = new MemoryStore({ clock });
    for (let index = 0; index < 1000; index += 1) await store.set(`old ${index}`, "v", 10);
    for (let index = 0; index < 1000; index += 1) await store.claim(`old ${index}`, "anna", 10);
    turn(20);
    for (let index = 0; index < 1000; index += 1) await store.set(`new ${index}`, "v", 1000);
    for (let index = 0; index < 1000; index += 1) await store.claim(`new ${index}`, "anna", 1000);
    assert.deepEqual({ ...store.usage, bytes: 0 }, { values: 1000, claims: 1000, bytes: 0 });
  });

  it("and counts what it holds rightly through every kind of change", async () => {
    const { clock, turn } = turnedClock();
    const store = new MemoryStore({ clock, maxEntries: 50 });
    for (let step = 0; step < 5000; step += 1) {
      const key = `k${(step * 7) % 83}`;
      await store.set(key, "v".repeat(step % 19), 1 + (step % 40));
      if (step % 3 === 0) await store.delete(`k${step % 83}`);
      if (step % 5 === 0) await store.claim(key, "anna", 1 + (step % 40));
      if (step % 11 === 0) await store.release(key, "anna");
      turn(step % 4);
    }
    turn(1000);
    for (let index = 0; index < 83; index += 1) {
      await store.get(`k${index}`);
      await store.release(`k${index}`, "anna");
    }
    assert.deepEqual(store.usage, { values: 0, claims: 0, bytes: 0 });
  });
});

/** As `--expose-gc` would, in a process that was started without. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}
