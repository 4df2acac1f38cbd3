/** One run of a handler: its state, and those that wait for it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Run } from "../../src/delivery/runs.ts";

describe("A run", () => {
  test("names the follower in its key", () => {
    assert.equal(new Run("wx1\ngh_1\noF\n1714112445\n7\ntext\n0").follower, "wx1\ngh_1\noF");
  });

  test("begins with nothing done, given, told or owed", () => {
    const { message, context, ...state } = new Run("k");
    assert.deepEqual(state, {
      key: "k",
      size: 0,
      bytes: 0,
      deliveries: 0,
      arriving: 0,
      deliveriesElsewhere: 0,
      lastAt: 0,
      acceptedUntil: 0,
      done: false,
      pieces: [],
      error: undefined,
      errorTold: false,
      before: undefined,
      given: false,
      givenNoted: false,
      gaveUp: false,
      waitsForEarlier: false,
      owed: false,
      parked: false,
      abandoned: false,
      stopKeeping: undefined,
      elsewhere: false,
      timer: undefined,
    });
    assert.deepEqual([message, context], [undefined, undefined]);
  });

  test("is awaited before its first delivery, while one arrives and while one waits", async () => {
    const run = new Run("k");
    assert.equal(run.awaited, true);
    run.deliveries = 1;
    assert.equal(run.awaited, false);
    run.arriving = 1;
    assert.equal(run.awaited, true);
    run.arriving = 0;
    let leave: ((wakeup: "deadline") => void) | undefined;
    const waiting = run.wait((left) => {
      leave = left;
    });
    assert.equal(run.awaited, true);
    leave?.("deadline");
    assert.equal(await waiting, "deadline");
    assert.equal(run.awaited, false);
  });

  test("wakes all that wait, and those alone", async () => {
    const run = new Run("k");
    run.wake();
    const waiting = [run.wait(() => {}), run.wait((leave) => leave("closed"))];
    run.wake();
    assert.deepEqual(await Promise.all(waiting), ["done", "closed"]);
  });
});
