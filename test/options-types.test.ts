/** What the compiler holds of tables of options: `make check` fails where one of these compiles. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { count, flag, nested, oneOf, readOptions, someText } from "../src/options.ts";
import type { Table } from "../src/options.ts";

interface Inner {
  readonly on?: boolean | undefined;
}

interface Options {
  readonly size?: number | undefined;
  readonly word?: "a" | "b" | undefined;
  readonly inner?: Inner | undefined;
}

const INNER = { on: { check: flag, default: true } } satisfies Table<Inner>;
const size = { check: count(), default: 3 };
const word = { check: oneOf("a", "b") };
const inner = { check: nested(INNER), default: {} };
const TABLE = { size, word, inner } satisfies Table<Options>;

test("An option with a default is never missing, one without may be", () => {
  const read = readOptions(TABLE, {});
  const [three, on]: [number, boolean] = [read.size, read.inner.on];
  const maybe: "a" | "b" | undefined = read.word;
  assert.deepEqual([three, on, maybe], [3, true, undefined]);
});

test("A table that differs from the documented options does not compile", () => {
  const tables = [
    // @ts-expect-error A row is missing.
    { size, word } satisfies Table<Options>,
    // @ts-expect-error A row is too many.
    { size, word, inner, more: { check: flag } } satisfies Table<Options>,
    // @ts-expect-error The check takes less than is documented.
    { size, word: { check: oneOf("a") }, inner } satisfies Table<Options>,
    // @ts-expect-error The check takes more than is documented.
    { size, word: { check: oneOf("a", "b", "c") }, inner } satisfies Table<Options>,
    // @ts-expect-error The check is for another type.
    { size: { check: someText }, word, inner } satisfies Table<Options>,
    // @ts-expect-error The default is of another type.
    { size: { check: count(), default: "3" }, word, inner } satisfies Table<Options>,
  ];
  assert.equal(tables.length, 6);
});
