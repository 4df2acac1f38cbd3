/** What stands in a store may have been written by somebody else. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readAnswer, readDeliveries, readLine } from "../../src/delivery/stored.ts";

const REPLY = { MsgType: "text", Content: "x" } as const;
const PARKED = { reply: REPLY, of: "key", asked: false, until: 1 } as const;

const NO_ANSWERS: readonly unknown[] = [
  ...[1, null, {}, [], "text", { pieces: null }, { pieces: "text" }, { pieces: [1] }],
  ...[{ pieces: [null] }, { pieces: [{ MsgType: "text" }] }, { pieces: [{ MsgType: "image" }] }],
];

describe("A value of the store", () => {
  test("that is an answer is read as it was written, also one without a reply", () => {
    for (const answer of [{ pieces: [REPLY, { MsgType: "image", mediaId: "m" }] }, { pieces: [] }]) {
      assert.deepEqual(readAnswer(JSON.stringify(answer)), answer);
    }
  });

  test("that is no answer is as if it were not there", () => {
    for (const value of [undefined, "", "x", ...NO_ANSWERS.map((each) => JSON.stringify(each))]) {
      assert.equal(readAnswer(value), undefined, String(value));
    }
  });

  test("that is a line of answers that wait gives those that have the form", () => {
    const others = [null, 1, {}, { ...PARKED, reply: null }, { ...PARKED, until: "1" }];
    assert.deepEqual(readLine(JSON.stringify([...others, PARKED])), [PARKED]);
    for (const value of [undefined, "", "x", "{}", "null"]) assert.deepEqual(readLine(value), []);
  });

  test("that counts deliveries counts none when it is no count", () => {
    assert.deepEqual(readDeliveries("2 1714112445000"), { count: 2, at: 1_714_112_445_000 });
    for (const value of [undefined, "", "x y", "1e9 1e18", "-5 -5", "1", "1 2 3"]) {
      assert.deepEqual(readDeliveries(value), { count: 0, at: 0 }, String(value));
    }
  });
});
