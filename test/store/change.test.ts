/** Changing a value that others change too: nobody waits, and nobody's change is lost. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changeValue } from "../../src/store/change.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Store, Swapped } from "../../src/store/store.ts";
import { isFailure } from "../support/expect.ts";

type Asked = Pick<Store, "get" | "swap">;

/** A store that lets another process in before each swap, and counts what it is asked. */
function watched(meanwhile: (memory: MemoryStore, swaps: number) => Promise<unknown> = async () => {}): {
  store: Asked;
  memory: MemoryStore;
  calls: string[];
} {
  const memory = new MemoryStore();
  const calls: string[] = [];
  let swaps = 0;
  const store: Asked = {
    get: (key) => (calls.push("get"), memory.get(key)),
    async swap(...words): Promise<Swapped> {
      calls.push("swap");
      await meanwhile(memory, (swaps += 1));
      return memory.swap(...words);
    },
  };
  return { store, memory, calls };
}

const plusOne = (text: string = "0"): { value: string; ttlMs: number } => {
  return { value: `${Number(text) + 1}`, ttlMs: 60_000 };
};

describe("A value that others change too", () => {
  test("is read and changed in two calls", async () => {
    const { store, memory, calls } = watched();
    assert.equal(await changeValue(store, "k", plusOne), true);
    assert.equal(await changeValue(store, "k", plusOne), true);
    assert.deepEqual([await memory.get("k"), calls], ["2", ["get", "swap", "get", "swap"]]);
  });

  test("is changed in one call where the guess is right", async () => {
    const { store, memory, calls } = watched();
    assert.equal(await changeValue(store, "k", plusOne, { text: undefined }), true);
    assert.deepEqual([await memory.get("k"), calls], ["1", ["swap"]]);
  });

  test("is decided on anew where the guess was wrong, with what stands there", async () => {
    const { store, memory, calls } = watched();
    await memory.set("k", "7", 1000);
    assert.equal(await changeValue(store, "k", plusOne, { text: undefined }), true);
    assert.deepEqual([await memory.get("k"), calls], ["8", ["swap", "swap"]]);
  });

  test("is not left alone on a guess: it is looked at before", async () => {
    const { store, memory, calls } = watched();
    await memory.set("k", "7", 1000);
    const next = (text: string | undefined): ReturnType<typeof plusOne> | undefined => {
      return text === undefined ? undefined : plusOne(text);
    };
    assert.equal(await changeValue(store, "k", next, { text: undefined }), true);
    assert.deepEqual([await memory.get("k"), calls], ["8", ["get", "swap"]]);
  });

  test("stays as it is when that is what follows", async () => {
    const { store, memory, calls } = watched();
    await memory.set("k", "7", 1000);
    assert.equal(await changeValue(store, "k", () => undefined), false);
    assert.equal(await changeValue(store, "k", () => undefined, { text: "7" }), false);
    assert.deepEqual([await memory.get("k"), calls], ["7", ["get", "get"]]);
  });

  test("may be deleted", async () => {
    const { store, memory } = watched();
    await memory.set("k", "7", 1000);
    assert.equal(await changeValue(store, "k", () => ({ value: undefined, ttlMs: 1 })), true);
    assert.equal(await memory.get("k"), undefined);
  });

  test("keeps what another process has put there meanwhile, who is asked about it again", async () => {
    const { store, memory, calls } = watched(async (memory, swaps) => {
      if (swaps < 3) await memory.set("k", `${swaps}00`, 1000);
    });
    const seen: (string | undefined)[] = [];
    assert.equal(await changeValue(store, "k", (text) => (seen.push(text), plusOne(text))), true);
    assert.deepEqual(seen, [undefined, "100", "200"]);
    assert.deepEqual([await memory.get("k"), calls], ["201", ["get", "swap", "swap", "swap"]]);
  });

  test("is left to the other when nothing follows on what it has put there", async () => {
    const { store, memory } = watched((memory) => memory.set("k", "theirs", 1000));
    const next = (text?: string): ReturnType<typeof plusOne> | undefined => {
      return text === "theirs" ? undefined : plusOne(text);
    };
    assert.equal(await changeValue(store, "k", next, { text: undefined }), false);
    assert.equal(await memory.get("k"), "theirs");
  });

  test("loses nothing among a hundred that change it at once", async () => {
    const memory = new MemoryStore();
    await Promise.all(Array.from({ length: 100 }, () => changeValue(memory, "k", plusOne)));
    assert.equal(await memory.get("k"), "100");
  });

  test("is given up in a store that refuses every try", async () => {
    let swaps = 0;
    const broken: Asked = {
      get: async () => "1",
      swap: async () => ((swaps += 1), { done: false, value: "1" }),
    };
    const error = await changeValue(broken, "k", plusOne).catch((reason: unknown) => reason);
    assert.ok(isFailure(error) && error.code === "STORE_FAILED");
    assert.equal(error.message, "Value could not be changed in 100 tries");
    assert.equal(swaps, 100);
  });
});
