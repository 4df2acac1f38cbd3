/** That the checks of histories find what they look for: each in the smallest history that has it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isBeyondPromise, isBeyondStore, judge, STORE } from "./history.ts";
import type { Handled, History, Written } from "./history.ts";

/** A message that was written and read at a second, to the process with that number. */
function message(id: string, second: number, parts: readonly string[], more: Partial<Written> = {}): Written {
  const at = second * 1000;
  const read = parts.map((part) => {
    const [of = "", nth, count] = part.split(/[./]/);
    return { id: of, nth: Number(nth), of: Number(count) };
  });
  const deliveries = [{ pid: 1, from: at, to: at + 100, end: "answered" as const }];
  const own = { text: "0 1 plain", isPickUp: false, isTold: false, isAnswered: true };
  return { id, follower: "a", at, deliveries, parts: read, ...own, ...more };
}

function ran(id: string, second: number, pid = 1): Handled[] {
  const at = second * 1000;
  return [{ what: "begin", id, pid, at }, { what: "end", id, pid, at: at + 10 }];
}

function history(written: readonly Written[], handled: readonly Handled[], more: Partial<History> = {}): History {
  return { written, handled, endings: [], still: [], ...more };
}

const ONE = [message("1", 0, ["1.1/1"])];

describe("A history", () => {
  test("in which each answer is read once, with its message or later, has nothing wrong", () => {
    const late = message("1", 0, [], { isTold: true });
    const word = message("2", 5, ["1.1/2"], { isPickUp: true });
    const next = message("3", 6, ["1.2/2", "3.1/1"]);
    const found = judge(history([late, word, next], [...ran("1", 2), ...ran("3", 6)]));
    assert.deepEqual(Object.values(found).flat(), []);
  });

  test("is wrong where another follower reads it, or it is read before its message or its beginning", () => {
    const other = message("2", 1, ["1.1/1"], { follower: "b" });
    const early = message("0", -5, ["1.1/1"]);
    const turned = [message("1", 0, []), message("2", 1, ["1.2/2"]), message("3", 2, ["1.1/2"])];
    assert.deepEqual(judge(history([...ONE, other], [])).wrong, ["2"]);
    assert.deepEqual(judge(history([...ONE, early], [])).wrong, ["0"]);
    assert.deepEqual(judge(history(turned, [])).wrong, ["2"]);
  });

  test("has nothing wrong where a message lay in a process that stood still, and took a later answer along", () => {
    // The later one's handler ran elsewhere; by the time the process went on it was the one before.
    const lay = message("1", 0, ["2.1/1", "1.1/1"], { deliveries: [{ pid: 1, from: 0, to: 1400, end: "answered" }] });
    const later = message("2", 1, [], { deliveries: [{ pid: 2, from: 1000, to: 1200, end: "answered" }] });
    const stood = (pid: number, to: number): Partial<History> => ({ still: [{ pid, from: -100, to }] });
    for (const [still, wrong] of [
      [stood(1, 1300), []],
      [stood(1, 900), ["1"]],
      [stood(2, 1300), ["1"]],
    ] as const) {
      assert.deepEqual(judge(history([lay, later], [], still)).wrong, wrong);
    }
  });

  test("has nothing wrong where a message was taken up late, and one that was written meanwhile was there", () => {
    const slow = message("1", 0, ["2.1/1", "1.1/1"], { deliveries: [{ pid: 1, from: 0, to: 900, end: "answered" }] });
    const later = message("2", 0.2, []);
    assert.deepEqual(judge(history([slow, later], [...ran("1", 0.51), ...ran("2", 0.21)])).wrong, []);
    assert.deepEqual(judge(history([slow, later], [...ran("1", 0.01), ...ran("2", 0.21)])).wrong, ["1"]);
  });

  test("has nothing wrong where a word that waited fetches of a message that was written meanwhile", () => {
    const late = [{ pid: 1, from: 0, to: 1400, end: "answered" as const }];
    for (const [isPickUp, second, wrong] of [[true, 1, []], [true, 2, ["1"]], [false, 1, ["1"]]] as const) {
      const word = message("1", 0, ["2.1/1"], { deliveries: late, isPickUp });
      assert.deepEqual(judge(history([word, message("2", second, [])], [])).wrong, wrong);
    }
  });

  test("tells what is read twice, and what is not read, wholly or in part", () => {
    assert.deepEqual(judge(history([...ONE, message("2", 1, ["1.1/1"])], [])).twice, ["1"]);
    assert.deepEqual(judge(history([message("1", 0, [])], ran("1", 0))).unread, ["1"]);
    assert.deepEqual(judge(history([message("1", 0, ["1.2/2"])], ran("1", 0))).unread, ["1"]);
    assert.deepEqual(judge(history([message("1", 0, [])], [])).unread, []);
  });

  test("tells of a word that ran though an answer was promised and there", () => {
    const late = message("1", 0, [], { isTold: true });
    const word = message("2", 5, ["2.1/1"], { isPickUp: true });
    const fetched = message("3", 6, ["1.1/1"], { isPickUp: true });
    const handled = [...ran("1", 2), ...ran("2", 5)];
    assert.deepEqual(judge(history([late, word, fetched], handled)).swallowed, ["2"]);
    assert.deepEqual(judge(history([late, fetched, message("2", 7, ["2.1/1"], { isPickUp: true })], handled)).swallowed, []);
  });

  test("tells of handlers that ran twice, of those that never did, and of what had no answer", () => {
    const handled = [...ran("1", 0), ...ran("1", 1, 2)];
    const found = judge(history([...ONE, message("2", 1, [], { isAnswered: false })], handled));
    assert.deepEqual([found.begunTwice, found.endedTwice, found.neverRan, found.unanswered], [["1"], ["1"], ["2"], ["2"]]);
  });
});

describe("What nobody could promise", () => {
  const dropped = { pid: 1, from: 0, to: 500, end: "dropped" as const };
  const unread = [message("1", 0, [], { deliveries: [dropped] })];

  test("is an answer whose process was killed as it ended, or in the delivery that was to bring it", () => {
    const killed = { endings: [{ pid: 1, at: 100, signal: "SIGKILL" as const }] };
    assert.equal(isBeyondPromise(history(unread, ran("1", 0), killed), "1"), true);
    const later = { endings: [{ pid: 1, at: 5000, signal: "SIGKILL" as const }] };
    assert.equal(isBeyondPromise(history(unread, ran("1", 0), later), "1"), false);
    assert.equal(isBeyondPromise(history(unread, ran("1", 0)), "1"), false);
    const told = { endings: [{ pid: 1, at: 100, signal: "SIGTERM" as const }] };
    assert.equal(isBeyondPromise(history(unread, ran("1", 0), told), "1"), false);
  });

  test("is one given to a delivery whose process stood still until it was dropped", () => {
    const still = { still: [{ pid: 1, from: 400, to: 700 }] };
    assert.equal(isBeyondPromise(history(unread, ran("1", 0), still), "1"), true);
    assert.equal(isBeyondPromise(history(unread, ran("1", 0), { still: [{ pid: 2, from: 400, to: 700 }] }), "1"), false);
    assert.equal(isBeyondPromise(history([message("1", 0, [])], ran("1", 0), still), "1"), false);
    // The handler ended as the process went on, and the dropped delivery lay there.
    const lay = { still: [{ pid: 1, from: 300, to: 1900 }] };
    assert.equal(isBeyondPromise(history(unread, ran("1", 2), lay), "1"), true);
    assert.equal(isBeyondPromise(history(unread, ran("1", 3), lay), "1"), false);
  });

  test("is one that was made just when its last delivery was dropped", () => {
    for (const [endedAt, isExcused] of [[0.46, true], [0.51, false], [0.4, false]] as const) {
      const handled = ran("1", endedAt - 0.01);
      assert.equal(isBeyondPromise(history(unread, handled), "1"), isExcused, String(endedAt));
    }
  });

  test("is what was decided while the store was away, and nothing else", () => {
    const away = { still: [{ pid: STORE, from: 0, to: 700 }] };
    assert.equal(isBeyondStore(history(ONE, ran("1", 0), away), "1"), true);
    assert.equal(isBeyondStore(history([...ONE, message("2", 5, ["2.1/1"])], ran("2", 5), away), "2"), false);
  });
});
