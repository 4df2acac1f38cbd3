/**
 * Runs something under a clock that jumps: whenever the process has nothing else to do than to
 * wait, the time of the next timer comes at once. So a bot that takes 14 seconds is tested in
 * milliseconds, and its seconds are exact.
 *
 * There is one turned time for the whole process, as there is one real time: two platforms that are
 * at work at the same time share it. Between its runs it stands still, and the machine's is back.
 *
 * @module
 */
import { untilIdle } from "./idle.ts";
import type { RealTime } from "./idle.ts";
import { TurnedClock } from "./turned-clock.ts";
import { installTurnedGlobals } from "./turned-globals.ts";

/** The clock of everything that runs under turned time. */
export const turnedClock: TurnedClock = new TurnedClock(Date.now());

/** How long an answer over a real socket may take before time jumps on, in real milliseconds. */
export const PATIENCE_MS = 50;

let running = 0;
let putBack: () => void = () => {};

/**
 * Runs it, and turns the clock until its promise is settled.
 *
 * @param patienceMs how long an answer over a real socket is waited for before each jump
 *
 * @example
 * await underTurnedTime(() => new Promise((resolve) => setTimeout(resolve, 3_600_000))); // at once
 */
export async function underTurnedTime<T>(
  work: () => Promise<T>,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  begin(patienceMs);
  try {
    return await work();
  } finally {
    running -= 1;
    if (running === 0) putBack();
  }
}

function begin(patienceMs: number): void {
  running += 1;
  if (running > 1) return;
  const real: RealTime = {
    setImmediate: globalThis.setImmediate,
    setTimeout: globalThis.setTimeout,
  };
  turnedClock.catchUp(Date.now());
  const uninstall = installTurnedGlobals(turnedClock);
  let isOver = false;
  putBack = () => {
    isOver = true;
    uninstall();
  };
  void turn(real, () => isOver, patienceMs);
}

async function turn(real: RealTime, isOver: () => boolean, patienceMs: number): Promise<void> {
  const changes = (): number => turnedClock.changes;
  for (;;) {
    await untilIdle({ real, changes, isOver, patienceMs });
    if (isOver()) return;
    turnedClock.turnToNext();
  }
}
