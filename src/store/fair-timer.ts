/**
 * A time limit for waiting for a peer that does not count the time in which this process was frozen: stopped
 * and continued, moved to another machine, or busy for seconds. In that case timers fire before the data that
 * has arrived is read.
 *
 * @module
 */

/** A timer that fires so much later than asked was held up by its own process. */
const LATE_MS = 100;

/**
 * @param ms how long the peer is waited for
 * @param over called when that has passed, and after the sockets have been read once more
 * @param onceMoreMs how long to wait again, once, after the process was frozen. Default: `ms`
 * @returns calls it off
 */
export function fairTimer(ms: number, over: () => void, onceMoreMs: number = ms): () => void {
  let turn: NodeJS.Immediate | undefined;
  const end = (): void => {
    // Timers come before sockets in a turn of the event loop.
    turn = setImmediate(over);
  };
  const due = performance.now() + ms;
  let timer = setTimeout(() => {
    const isLate = performance.now() - due >= LATE_MS;
    if (isLate) timer = setTimeout(end, onceMoreMs);
    else end();
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
