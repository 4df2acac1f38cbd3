/** A message in this process: where it stands, its deliveries, and those that wait for it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isCounted } from "../../src/delivery/run.ts";
import { aDelivery, aKey, aRun } from "./a-run.ts";

describe("A run", () => {
  test("names the follower in its key", () => {
    assert.equal(aRun("wx1\ngh_1\noF\n1714112445\n7\ntext\n0").follower, "wx1\ngh_1\noF");
  });

  test("begins with its handler at work, and no delivery counted", () => {
    const { message: _message, context: _context, ...rest } = aRun();
    assert.deepEqual(rest, {
      id: aKey("k"),
      size: 7,
      bytes: 0,
      state: { is: "working" },
      since: 0,
      deliveries: 0,
      deliveriesElsewhere: 0,
      arriving: 0,
      lastAt: -Infinity,
      acceptedUntil: 0,
      error: undefined,
      isRecorded: false,
      seen: undefined,
      lease: undefined,
      timer: undefined,
    });
  });

  test("has its place among what the follower wrote from its first delivery", () => {
    const run = aRun("k", aDelivery(1000));
    run.note(aDelivery(6000), 4000);
    assert.deepEqual([run.since, run.size], [1000, 7]);
  });

  test("is late for its handler too, which reads it in the context", () => {
    const run = aRun();
    assert.deepEqual([run.isLate, run.context.late], [false, false]);
    run.isLate = true;
    assert.deepEqual([run.isLate, run.context.late], [true, true]);
  });

  test("is awaited while a delivery arrives and while one waits", async () => {
    const run = aRun();
    assert.equal(run.isAwaited, false);
    run.arriving = 1;
    assert.equal(run.isAwaited, true);
    run.arriving = 0;
    let leave: ((wakeup: "deadline") => void) | undefined;
    const waiting = run.wait((left) => {
      leave = left;
    });
    assert.equal(run.isAwaited, true);
    leave?.("deadline");
    assert.equal(await waiting, "deadline");
    assert.equal(run.isAwaited, false);
  });

  test("gives its answer to all that wait, and to those alone", async () => {
    const run = aRun();
    const waiting = [run.wait(() => {}), run.wait((leave) => leave("closed")), run.wait(() => {})];
    const reply = { MsgType: "text", Content: "答" } as const;
    run.give(reply);
    assert.deepEqual(await Promise.all(waiting), ["given", "closed", "given"]);
    assert.deepEqual([run.state, run.isAwaited], [{ is: "given", reply, isForeign: false }, false]);
  });

  test("remembers of an answer that another process's handler gave it", () => {
    const run = aRun();
    run.state = { is: "elsewhere" };
    run.give(undefined);
    assert.deepEqual(run.state, { is: "given", reply: undefined, isForeign: true });
  });

  test("gives nothing to nobody without ado", () => {
    const run = aRun();
    run.give(undefined);
    assert.deepEqual(run.state, { is: "given", reply: undefined, isForeign: false });
  });
});

describe("The deliveries of a message", () => {
  const noted = (...times: readonly number[]): readonly [count: number, lastAt: number] => {
    const run = aRun("k", aDelivery(times[0] ?? 0));
    for (const at of times) run.note(aDelivery(at), 4000);
    return [run.deliveries, run.lastAt];
  };

  test("are counted as WeChat sends them, five seconds apart", () => {
    assert.deepEqual(noted(0, 5000, 10_000), [3, 10_000]);
    assert.deepEqual(noted(0, 4000), [2, 4000]);
  });

  test("are none of WeChat's when they come sooner: a proxy's repeat has the time of the one before", () => {
    assert.deepEqual(noted(0, 3999, 5000, 5001, 8999), [2, 5000]);
  });

  test("are counted though the clock was set back", () => {
    assert.deepEqual(noted(3_600_000, 5000, 10_000), [3, 10_000]);
    assert.deepEqual([isCounted(10_000, 6001, 4000), isCounted(10_000, 6000, 4000)], [false, true]);
  });

  test("can be accepted until the last of them could be", () => {
    const run = aRun("k", aDelivery(0));
    for (const until of [600_000, 605_000, 601_000]) run.note(aDelivery(0, until), 4000);
    assert.equal(run.acceptedUntil, 605_000);
  });
});
