/** The clocks of the machine. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { systemClock, waitingClock } from "../src/clock.ts";

test("A timer of the system's clock lets the process end, one of the waiting clock does not", () => {
  for (const [clock, holds] of [[systemClock, false], [waitingClock, true]] as const) {
    const timer = clock.setTimeout(() => {}, 60_000) as NodeJS.Timeout;
    assert.equal(timer.hasRef(), holds);
    clock.clearTimeout(timer);
  }
});

// As in browsers, and in workerd before its compatibility date 2026-02-10.
test("A timer may be a number", () => {
  const set = mock.method(globalThis, "setTimeout", () => 7);
  const cleared = mock.method(globalThis, "clearTimeout", () => {});
  try {
    systemClock.clearTimeout(systemClock.setTimeout(() => {}, 5));
  } finally {
    set.mock.restore();
    cleared.mock.restore();
  }
  assert.deepEqual(cleared.mock.calls[0]?.arguments, [7]);
});
