/**
 * What every store promises, as tests: `src/store/store.ts` sentence by sentence. A store passes by
 * being handed to `storeContract`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import type { Store } from "../../src/store/store.ts";
import { swapContract } from "./swap-contract.ts";

export interface Subject {
  readonly store: Store;
  /** Lets time go by: by turning the clock, or by waiting. */
  pass(ms: number): Promise<void>;
  /** A second handle on the same data, as another process would have. */
  readonly other?: Store;
}

export type Open = (test: TestContext) => Promise<Subject>;

/** A promise of the contract, and how it is checked. */
export type Promised = (title: string, check: (subject: Subject) => Promise<void>) => void;

/** Long enough to be there still when the test looks, however slow the machine. */
export const LONG = 600_000;
/** Short enough to be waited for; used where nothing is expected before it is over. */
export const SHORT = 30;
/** Short, but not over before the next line, even on a loaded machine. */
const MIDDLE = 400;

export function storeContract(name: string, skip: string | false, open: Open): void {
  describe(`${name} keeps the contract of a store`, { skip }, () => {
    const promise: Promised = (title, check) => {
      it(title, async (test) => check(await open(test)));
    };

    promise("A value is found until its time is over", async ({ store, pass }) => {
      await store.set("other", "stays", LONG);
      await store.set("answer", "欢迎", MIDDLE);
      assert.equal(await store.get("answer"), "欢迎");
      await pass(MIDDLE + SHORT);
      assert.equal(await store.get("answer"), undefined);
      assert.equal(await store.get("other"), "stays");
    });

    promise("What was never set is not found", async ({ store }) => {
      assert.equal(await store.get("never"), undefined);
      assert.equal(await store.get("__proto__"), undefined);
      assert.equal(await store.get("constructor"), undefined);
    });

    promise("Setting again replaces the value and its time", async ({ store, pass }) => {
      await store.set("key", "first", SHORT);
      await store.set("key", "second", LONG);
      await pass(SHORT * 2);
      assert.equal(await store.get("key"), "second");
      await store.set("key", "third", SHORT);
      await pass(SHORT * 2);
      assert.equal(await store.get("key"), undefined);
    });

    promise("A value whose time is over can be set again", async ({ store, pass }) => {
      await store.set("key", "first", SHORT);
      await pass(SHORT * 2);
      await store.set("key", "second", LONG);
      assert.equal(await store.get("key"), "second");
    });

    promise("A deleted value is not found, and deleting nothing is no error", async ({ store }) => {
      await store.set("key", "value", LONG);
      await store.set("kept", "value", LONG);
      await store.delete("key");
      await store.delete("key");
      await store.delete("never");
      assert.equal(await store.get("key"), undefined);
      assert.equal(await store.get("kept"), "value");
    });

    promise("Values come back character by character", async ({ store }) => {
      const values = [
        "",
        " ",
        "0",
        "\r\n$5\r\nhello\r\n",
        "a\0b\0",
        "\u0001\u001f\u007f\ufeff",
        "你好，世界",
        "👩‍👩‍👧‍👦 𠮷",
        "'; DROP TABLE echostr_values; --",
        "+",
        "-",
        "=",
        "=x",
        "+x",
        "-x",
        "x".repeat(100_000) + "汉".repeat(100_000),
      ];
      for (const [index, value] of values.entries()) await store.set(`v${index}`, value, LONG);
      for (const [index, value] of values.entries()) {
        assert.equal(await store.get(`v${index}`), value);
      }
    });

    promise("Any text is a key, and different texts are different keys", async ({ store }) => {
      const keys = [
        "",
        " ",
        "a",
        "A",
        "a ",
        "a\0",
        "a\r\n",
        "键",
        "__proto__",
        "a:b",
        "*",
        "k".repeat(2000),
      ];
      for (const [index, key] of keys.entries()) {
        await store.set(key, String(index), LONG);
        assert.equal(await store.claim(key, `owner ${index}`, LONG), true);
      }
      for (const [index, key] of keys.entries()) {
        assert.equal(await store.get(key), String(index), JSON.stringify(key).slice(0, 20));
        assert.equal(await store.release(key, `owner ${index}`), true);
      }
    });

    swapContract(promise);

    promise("A claim is had by one owner until its lease is over", async ({ store, pass }) => {
      assert.equal(await store.claim("work", "anna", SHORT), true);
      await pass(SHORT * 2);
      assert.equal(await store.claim("work", "bert", LONG), true);
      assert.equal(await store.claim("work", "anna", LONG), false);
      assert.equal(await store.claim("other work", "anna", LONG), true);
    });

    promise("Claiming what is ours already gives a new lease", async ({ store, pass }) => {
      assert.equal(await store.claim("work", "anna", SHORT), true);
      assert.equal(await store.claim("work", "anna", LONG), true);
      await pass(SHORT * 2);
      assert.equal(await store.claim("work", "bert", LONG), false);
    });

    promise("Who is refused a claim does not change its lease", async ({ store, pass }) => {
      await store.claim("work", "anna", MIDDLE);
      assert.equal(await store.claim("work", "bert", LONG), false);
      await pass(MIDDLE + SHORT);
      assert.equal(await store.claim("work", "carl", LONG), true);
    });

    promise("A lease that is over can be claimed, not released", async ({ store, pass }) => {
      await store.claim("work", "anna", SHORT);
      await pass(SHORT * 2);
      assert.equal(await store.release("work", "anna"), false);
      assert.equal(await store.claim("work", "anna", LONG), true);
    });

    promise("A new lease can be shorter than the one before", async ({ store, pass }) => {
      await store.claim("work", "anna", LONG);
      assert.equal(await store.claim("work", "anna", SHORT), true);
      await pass(SHORT * 2);
      assert.equal(await store.claim("work", "bert", LONG), true);
    });

    promise("Only the owner can release a claim, once, and then it is free", async ({ store }) => {
      await store.claim("work", "anna", LONG);
      assert.equal(await store.release("work", "bert"), false);
      assert.equal(await store.claim("work", "bert", LONG), false);
      assert.equal(await store.release("work", "anna"), true);
      assert.equal(await store.release("work", "anna"), false);
      assert.equal(await store.claim("work", "bert", LONG), true);
    });

    promise("Who lost a claim cannot take or release that of the next", async ({ store, pass }) => {
      await store.claim("work", "anna", SHORT);
      await pass(SHORT * 2);
      await store.claim("work", "bert", LONG);
      assert.equal(await store.claim("work", "anna", LONG), false);
      assert.equal(await store.release("work", "anna"), false);
      assert.equal(await store.claim("work", "bert", LONG), true);
    });

    promise("A value and a claim of one name know nothing of each other", async ({ store }) => {
      await store.set("key", "value", LONG);
      assert.equal(await store.claim("key", "anna", LONG), true);
      assert.equal(await store.get("key"), "value");
      await store.delete("key");
      assert.equal(await store.claim("key", "bert", LONG), false);
      await store.set("key", "again", LONG);
      assert.equal(await store.release("key", "anna"), true);
      assert.equal(await store.get("key"), "again");
    });

    promise("Of many owners at the same moment one gets the claim", async ({ store, other }) => {
      const handles = [store, other ?? store];
      for (let round = 0; round < 20; round += 1) {
        const owners = Array.from({ length: 40 }, (_, index) => `owner ${index}`);
        const results = await Promise.all(
          owners.map((owner, index) =>
            (handles[index % 2] ?? store).claim(`work ${round}`, owner, LONG),
          ),
        );
        assert.equal(results.filter(Boolean).length, 1);
        const winner = owners[results.indexOf(true)] ?? "";
        const handle = handles[results.indexOf(true) % 2] ?? store;
        assert.equal(await handle.claim(`work ${round}`, winner, LONG), true);
      }
    });

    promise("Calls take effect in the order in which they are made", async ({ store }) => {
      const results = await Promise.all([
        store.get("key"),
        store.set("key", "1", LONG),
        store.get("key"),
        store.set("key", "2", LONG),
        store.delete("key"),
        store.get("key"),
        store.set("key", "3", LONG),
        store.claim("work", "anna", LONG),
        store.release("work", "anna"),
        store.claim("work", "bert", LONG),
        store.get("key"),
      ]);
      const [none, , first, , , deleted, , anna, released, bert, last] = results;
      assert.deepEqual(
        { none, first, deleted, anna, released, bert, last },
        {
          none: undefined,
          first: "1",
          deleted: undefined,
          anna: true,
          released: true,
          bert: true,
          last: "3",
        },
      );
    });

    promise("A second handle sees what the first one did", async ({ store, other = store }) => {
      await store.set("key", "value", LONG);
      await store.claim("work", "anna", LONG);
      assert.equal(await other.get("key"), "value");
      assert.equal(await other.claim("work", "bert", LONG), false);
      await other.delete("key");
      assert.equal(await store.get("key"), undefined);
      assert.equal(await store.release("work", "anna"), true);
      assert.equal(await other.claim("work", "bert", LONG), true);
    });

    promise("A time that is no whole number from 1 is a RangeError", async ({ store }) => {
      await store.set("key", "value", LONG);
      await store.claim("work", "anna", LONG);
      for (const ms of [0, -1, 0.5, 1.5, NaN, Infinity, -Infinity, 1e300]) {
        await assert.rejects(store.set("key", "changed", ms), RangeError, `set ${ms}`);
        await assert.rejects(store.claim("free", "anna", ms), RangeError, `claim ${ms}`);
        await assert.rejects(store.swap("key", "value", "changed", ms), RangeError, `swap ${ms}`);
        await assert.rejects(store.swap("key", "other", "changed", ms), RangeError, `swap ${ms}`);
      }
      assert.equal(await store.get("key"), "value");
      assert.equal(await store.claim("free", "bert", LONG), true);
      assert.equal(await store.claim("work", "anna", LONG), true);
    });

    promise("The shortest and the longest time are times", async ({ store, pass }) => {
      await store.set("short", "value", 1);
      await store.set("long", "value", 8_640_000_000_000_000);
      assert.equal(await store.claim("work", "anna", 8_640_000_000_000_000), true);
      await pass(SHORT);
      assert.equal(await store.get("short"), undefined);
      assert.equal(await store.get("long"), "value");
      assert.equal(await store.claim("work", "anna", LONG), true);
    });

    promise("After the end every call is refused", async ({ store }) => {
      const before = store.set("key", "value", LONG);
      await Promise.all([store.close(), store.close()]);
      await store.close();
      await before;
      const calls = [
        () => store.get("key"),
        () => store.set("key", "value", LONG),
        () => store.delete("key"),
        () => store.claim("key", "anna", LONG),
        () => store.swap("key", "value", "other", LONG),
        () => store.release("key", "anna"),
      ];
      for (const call of calls) await assert.rejects(call(), { code: "STORE_UNAVAILABLE" });
    });
  });
}
