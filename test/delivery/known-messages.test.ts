/** Which messages were delivered: for how long that is known, and in how many bytes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MessageKey } from "../../src/bot/keys.ts";
import { KNOWN_BYTES, Remembered } from "../../src/delivery/remembered.ts";
import { seeded } from "../support/random.ts";

const AT = 1_714_112_445_000;
const WINDOW_MS = 600_000;

const SEED = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);

function keyOf(id: number): MessageKey {
  return new MessageKey("wx1", [`message ${id}`]);
}

function has(known: Remembered, id: number): boolean {
  return known.get(keyOf(id)) === "delivered";
}

function noteAll(known: Remembered, from: number, to: number, now: number): void {
  for (let id = from; id < to; id += 1) known.note(keyOf(id), now + WINDOW_MS, now);
}

describe("A message that was delivered", () => {
  test("is known, and takes no memory before", () => {
    const known = new Remembered(() => SEED);
    assert.deepEqual([has(known, 1), known.bytes.known], [false, 0]);
    known.note(keyOf(1), AT + WINDOW_MS, AT);
    assert.deepEqual([has(known, 1), has(known, 2)], [true, false]);
    assert.ok(known.bytes.known <= 8192);
  });

  test("is known while it could be accepted, however many others come", () => {
    const known = new Remembered(() => SEED);
    known.note(keyOf(0), AT + WINDOW_MS, AT);
    for (let second = 1; second < 600; second += 1) {
      noteAll(known, second * 500, second * 500 + 500, AT + second * 1000);
      assert.ok(has(known, 0), `after ${second} s`);
    }
    assert.ok(has(known, 599 * 500));
  });

  test("is known while any of its deliveries could be accepted", () => {
    const known = new Remembered(() => SEED);
    known.note(keyOf(0), AT + WINDOW_MS, AT);
    known.note(keyOf(0), AT + 2 * WINDOW_MS, AT + 5000);
    noteAll(known, 1, 5000, AT + WINDOW_MS);
    noteAll(known, 5000, 10_000, AT + 2 * WINDOW_MS - 1);
    assert.ok(has(known, 0));
  });

  test("is forgotten with its generation when all of that is over", () => {
    const known = new Remembered(() => SEED);
    for (let window = 0; window < 20; window += 1) {
      noteAll(known, window * 20_000, window * 20_000 + 20_000, AT + window * WINDOW_MS);
    }
    assert.equal(has(known, 0), false);
    assert.ok(known.bytes.known <= 1024 * 1024, `${known.bytes.known} bytes for 20,000 in each ten minutes`);
  });

  test("is known among the latest 4,096 whatever the clock says", () => {
    const known = new Remembered(() => SEED);
    noteAll(known, 0, 2000, AT);
    noteAll(known, 2000, 4000, AT + 10 * WINDOW_MS);
    assert.ok(has(known, 0));
  });

  test("is known for a day at most where its timestamp is accepted for ever", () => {
    const known = new Remembered(() => SEED);
    for (let id = 0; id < 4096; id += 1) known.note(keyOf(id), Infinity, AT);
    noteAll(known, 4096, 4097, AT + 86_400_000 - 1);
    noteAll(known, 5000, 10_000, AT + 86_400_000 - 1);
    assert.ok(has(known, 0));
    noteAll(known, 10_000, 10_001, AT + 86_400_000);
    assert.equal(has(known, 0), false);
  });

  test("takes its part of 8 MiB, and the oldest go first when they are full", () => {
    const known = new Remembered(() => SEED);
    let most = 0;
    for (let id = 0; id < 1_500_000; id += 1) {
      known.note(keyOf(id), AT + WINDOW_MS, AT);
      if (id % 1000 === 0) most = Math.max(most, known.bytes.known);
    }
    assert.equal(most, KNOWN_BYTES);
    assert.equal(has(known, 0), false);
    for (let id = 1_500_000 - 390_000; id < 1_500_000; id += 1) assert.ok(has(known, id));
  });

  test("is forgotten when its own generation is over, also behind one that was accepted for longer", () => {
    const known = new Remembered(() => SEED);
    const each = (KNOWN_BYTES / 8) * 0.375;
    // The first 4,096 are a generation of their own, since nothing was before them.
    const from = 4096 + each;
    for (let id = 0; id < from; id += 1) known.note(keyOf(id), Infinity, AT);
    noteAll(known, from, from + each, AT);
    noteAll(known, 2 * from, 2 * from + 4096, AT + WINDOW_MS - 1);
    assert.deepEqual([has(known, from - 1), has(known, from)], [false, true]);
    noteAll(known, 3 * from, 3 * from + 1, AT + WINDOW_MS);
    assert.deepEqual([has(known, from), has(known, 2 * from)], [false, true]);
  });

  test("is told apart from all others, as a set tells them apart", () => {
    const known = new Remembered(() => SEED);
    const random = seeded(7);
    const noted = new Set<number>();
    for (let count = 0; count < 20_000; count += 1) {
      const id = random.below(100_000);
      noted.add(id);
      known.note(keyOf(id), AT + WINDOW_MS, AT);
    }
    for (let id = 0; id < 100_000; id += 1) assert.equal(has(known, id), noted.has(id));
  });
});
