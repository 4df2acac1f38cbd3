/** Where a message stands, as all processes read it; the store may hold what somebody else wrote. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  givenToItsOwn,
  handedOut,
  isRunning,
  LONGEST_MS,
  readRecord,
  remaining,
} from "../../src/delivery/record.ts";
import type { GivenAnswer, MessageRecord, Ready } from "../../src/delivery/record.ts";
import type { Reply } from "../../src/protocol/reply.ts";

const COUNTED = { since: 1000, deliveries: 2, at: 6000, expires: 90_000 };
const TEXT: Reply = { MsgType: "text", Content: "答" };
const IMAGE: Reply = { MsgType: "image", Image: { MediaId: "m" } };
const HOLD = { by: "k", until: 7000 };
const READY: MessageRecord & Ready = { ...COUNTED, state: "ready", replies: [TEXT, IMAGE], late: false };
const GIVEN: MessageRecord & GivenAnswer = { ...COUNTED, state: "given", reply: TEXT, rest: [IMAGE] };
const limits = { limitBytes: 10, more: "+" };

const RECORDS: Readonly<Record<string, MessageRecord>> = {
  "of a handler at work": { ...COUNTED, state: "working", by: "one", until: 9000, late: false },
  "of an answer that waits": READY,
  "of one that somebody hands out": { ...READY, late: true, hold: HOLD },
  "of one that was given": GIVEN,
  "of nothing to say": { ...COUNTED, state: "given", rest: [] },
  "of a rest that somebody hands out": { ...GIVEN, took: "other", isSeen: true, hold: HOLD, counted: HOLD },
};

const { since: _since, ...uncounted } = GIVEN;
const NO_RECORDS: readonly unknown[] = [
  ...[1, null, {}, [], "text", COUNTED, uncounted, { ...GIVEN, state: "gone" }, { ...GIVEN, state: 1 }],
  ...["since", "deliveries", "at", "expires"].map((name) => ({ ...GIVEN, [name]: "1" })),
  ...[{ ...GIVEN, state: "toString" }, { ...GIVEN, state: "__proto__" }],
  { ...COUNTED, state: "working", by: 1, until: 9000, late: false },
  { ...COUNTED, state: "working", by: "one", until: null, late: false },
  { ...COUNTED, state: "working", by: "one", until: 9000 },
  ...[[], [1], [null], [{ MsgType: "text" }], [{ MsgType: "image" }], "text", undefined].map((replies) => {
    return { ...READY, replies };
  }),
  ...[{ ...READY, late: undefined }, { ...READY, hold: {} }, { ...READY, hold: null }],
  ...[{ ...READY, hold: { by: "k", until: "1" } }, { ...READY, hold: { by: 1, until: 1 } }],
  ...[{ ...GIVEN, reply: 1 }, { ...GIVEN, reply: null }, { ...GIVEN, reply: { MsgType: "text", Content: 1 } }],
  ...[{ ...GIVEN, rest: undefined }, { ...GIVEN, rest: [null] }, { ...GIVEN, hold: "k" }, { ...GIVEN, counted: {} }],
];

describe("A record", () => {
  for (const [what, record] of Object.entries(RECORDS)) {
    test(`${what} is read as it was written`, () => {
      assert.deepEqual(readRecord(JSON.stringify(record)), record);
    });
  }

  test("that has another form is as if it were not there", () => {
    for (const text of [undefined, "", "x", ...NO_RECORDS.map((each) => JSON.stringify(each))]) {
      assert.equal(readRecord(text), undefined, String(text));
    }
  });

  test("has all of an answer to hand out, or what is left of one whose beginning was", () => {
    assert.deepEqual(remaining(READY), [TEXT, IMAGE]);
    assert.deepEqual(remaining(GIVEN), [IMAGE]);
  });
});

describe("A record of which a piece was handed out", () => {
  test("is given, and has the rest of it; nobody holds it any more", () => {
    const record = handedOut({ ...READY, late: true, hold: HOLD }, [IMAGE]);
    assert.deepEqual(record, { ...COUNTED, state: "given", rest: [IMAGE] });
  });

  test("keeps what its own deliveries were answered with, and what went out with it", () => {
    const before = { ...GIVEN, took: "other", isSeen: true, hold: HOLD, counted: HOLD };
    assert.deepEqual(handedOut(before, []), {
      ...COUNTED,
      state: "given",
      reply: TEXT,
      took: "other",
      isSeen: true,
      counted: HOLD,
      rest: [],
    });
  });

  test("by its own delivery has the first piece for its repeats, and the others as a rest, which is held", () => {
    const long: Reply = { MsgType: "text", Content: "0123456789a" };
    const rests: (readonly Reply[])[] = [];
    const holdOf = (rest: readonly Reply[]): typeof HOLD => {
      rests.push(rest);
      return HOLD;
    };
    assert.deepEqual(givenToItsOwn({ ...READY, replies: [long, IMAGE] }, limits, holdOf), {
      ...COUNTED,
      state: "given",
      reply: { MsgType: "text", Content: "01234567\n+" },
      rest: [{ MsgType: "text", Content: "89a" }, IMAGE],
      hold: HOLD,
    });
    assert.deepEqual(rests, [[{ MsgType: "text", Content: "89a" }, IMAGE]]);
  });
});

describe("A lease", () => {
  test("runs until its end, and not at it", () => {
    assert.deepEqual([isRunning(1001, 1000), isRunning(1000, 1000), isRunning(999, 1000)], [true, false, false]);
  });

  test("that would end later than any does is over: the clock was set back", () => {
    assert.equal(isRunning(1000 + LONGEST_MS, 1000), true);
    assert.equal(isRunning(1001 + LONGEST_MS, 1000), false);
    assert.equal(isRunning(1000 + 3_600_000, 1000), false);
    assert.equal(isRunning(1000 + 3_600_000, 1000, 3_600_000), true, "it may be as long as it is told");
  });
});
