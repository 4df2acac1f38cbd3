/**
 * What every store promises of `swap`, a part of `contract.ts`.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Store } from "../../src/store/store.ts";
import { LONG, SHORT } from "./contract.ts";
import type { Promised } from "./contract.ts";

/** Nothing stands there. */
const REFUSED = { done: false, value: undefined };
const DELETED = { done: true, value: undefined };

/** The checks of one store. */
export function swapContract(promise: Promised): void {
  promise("A swap puts a value in the place of the expected one", async (subject) => {
    const { store, other = store } = subject;
    assert.deepEqual(await store.swap("key", undefined, "one", LONG), { done: true, value: "one" });
    assert.equal(await other.get("key"), "one");
    assert.deepEqual(await other.swap("key", "one", "two", LONG), { done: true, value: "two" });
    assert.deepEqual(await store.swap("key", "two", "two", LONG), { done: true, value: "two" });
    assert.equal(await store.get("key"), "two");
  });

  promise("A swap that expects something else changes nothing", async ({ store }) => {
    await store.set("key", "one", LONG);
    for (const expected of [undefined, "", "on", "ONE", "one ", "one\0"]) {
      for (const value of ["new", undefined]) {
        const swapped = await store.swap("key", expected, value, LONG);
        assert.deepEqual(swapped, { done: false, value: "one" }, JSON.stringify(expected));
      }
    }
    assert.deepEqual(await store.swap("no key", "one", "new", LONG), REFUSED);
    assert.equal(await store.get("key"), "one");
    assert.equal(await store.get("no key"), undefined);
  });

  promise("A swap for nothing deletes, whatever its time", async ({ store }) => {
    await store.set("key", "one", LONG);
    assert.deepEqual(await store.swap("key", "one", undefined, 0), DELETED);
    assert.equal(await store.get("key"), undefined);
    assert.deepEqual(await store.swap("key", undefined, undefined, NaN), DELETED);
    assert.equal(await store.get("key"), undefined);
    assert.equal((await store.swap("key", undefined, "two", LONG)).done, true);
  });

  promise("A value whose time is over is nothing to a swap", async ({ store, pass }) => {
    await store.set("set", "old", SHORT);
    await store.swap("swapped", undefined, "old", SHORT);
    await pass(SHORT * 2);
    for (const key of ["set", "swapped"]) {
      assert.deepEqual(await store.swap(key, "old", "new", LONG), REFUSED);
      assert.deepEqual(await store.swap(key, undefined, "new", LONG), { done: true, value: "new" });
    }
  });

  promise("A swapped value has the time of the swap", async ({ store, pass }) => {
    await store.set("longer", "old", SHORT * 10);
    await store.swap("longer", "old", "new", LONG);
    await store.set("shorter", "old", LONG);
    await store.swap("shorter", "old", "new", SHORT);
    await store.set("kept", "old", LONG);
    await store.swap("kept", "other", "new", SHORT);
    await pass(SHORT * 11);
    assert.equal(await store.get("longer"), "new");
    assert.equal(await store.get("shorter"), undefined);
    assert.equal(await store.get("kept"), "old");
  });

  promise("Swapped values are compared and kept character by character", async ({ store }) => {
    const marks = ["", "=", "+", "-", "~", '~["a",null]', "0"];
    const texts = [...marks, "a\0b\0", "a\0b", "\r\n", "汉👩‍👩‍👧", "x".repeat(100_000)];
    let before: string | undefined;
    for (const text of [...texts, undefined]) {
      assert.deepEqual(await store.swap("key", before, text, LONG), { done: true, value: text });
      assert.equal(await store.get("key"), text);
      before = text;
    }
  });

  promise("A swap knows nothing of a claim of the same name", async ({ store }) => {
    await store.claim("key", "anna", LONG);
    assert.equal((await store.swap("key", undefined, "value", LONG)).done, true);
    assert.equal((await store.swap("key", "value", undefined, LONG)).done, true);
    assert.equal(await store.claim("key", "bert", LONG), false);
  });

  promise("Of many that swap the same at the same moment one succeeds", async (subject) => {
    const { store, other } = subject;
    const handles = [store, other ?? store];
    let stands: string | undefined;
    for (let round = 0; round < 20; round += 1) {
      const results = await Promise.all(
        Array.from({ length: 40 }, (_, nth) =>
          (handles[nth % 2] ?? store).swap("key", stands, `${round} ${nth}`, LONG),
        ),
      );
      const [won, ...others] = results.filter(({ done }) => done);
      assert.deepEqual(others, []);
      stands = won?.value;
      assert.match(stands ?? "", new RegExp(`^${round} `));
      // Those that came later see what the winner wrote.
      for (const { value } of results) assert.equal(value, stands);
      assert.equal(await store.get("key"), stands);
    }
  });

  promise("Swaps take effect in the order in which calls are made", async ({ store }) => {
    const results = await Promise.all([
      store.set("key", "1", LONG),
      store.swap("key", "1", "2", LONG),
      store.swap("key", "1", "3", LONG),
      store.get("key"),
      store.delete("key"),
      store.swap("key", undefined, "4", LONG),
      store.set("key", "5", LONG),
      store.get("key"),
    ]);
    const [, first, second, seen, , made, , last] = results;
    const after = await store.get("key");
    assert.deepEqual(
      { first, second, seen, made, last, after },
      {
        first: { done: true, value: "2" },
        second: { done: false, value: "2" },
        seen: "2",
        made: { done: true, value: "4" },
        last: "5",
        after: "5",
      },
    );
  });

  promise("Counting by read and swap loses nothing", async ({ store, other = store }) => {
    const count = async (handle: Store): Promise<void> => {
      for (let seen = await handle.get("count"); ; ) {
        const swapped = await handle.swap("count", seen, String(Number(seen ?? 0) + 1), LONG);
        if (swapped.done) return;
        seen = swapped.value;
      }
    };
    const rounds = Array.from({ length: 25 }, () => [count(store), count(other)]).flat();
    await Promise.all(rounds);
    assert.equal(await other.get("count"), "50");
  });
}
