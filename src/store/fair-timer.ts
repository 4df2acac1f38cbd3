/**
 * A time limit for what a peer is waited for, which the peer is not charged with when it was this
 * process that stood still: stopped and continued, moved to another machine, or busy for seconds.
 * Its timers are over then before it has read what has arrived meanwhile.
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
