/**
 * Deliveries that a process must take for others: WeChat's have no number, so their times tell them apart.
 *
 * @module
 */
import type { Message } from "./record.ts";

/** What comes sooner after a delivery counts as a proxy's repeat of it. */
const SOONEST_MS = 4000;

/**
 * A delivery was lost, and a proxy's repeat of it came late. The process waits from then on, for longer than WeChat.
 * Or the next one, soon behind it, counted as one more repeat, and the proxy's repeat of that as the next one. The
 * answer went to such a repeat when WeChat had dropped it.
 */
export function wasMiscounted({ id, deliveries }: Message): boolean {
  const misses = deliveries.filter(({ isRepeat, missed }) => isRepeat && missed.includes(id));
  return deliveries.some((repeat) => {
    const isOfLost = deliveries.some(({ nth, beganAt }) => nth === repeat.nth && beganAt === undefined);
    if (!repeat.isRepeat || !isOfLost) return false;
    const next = deliveries.find(({ nth, isRepeat }) => nth === repeat.nth + 1 && !isRepeat);
    const isClose = next !== undefined && next.at - repeat.at < SOONEST_MS;
    return misses.some((missed) => missed === repeat || (isClose && missed.nth === next.nth));
  });
}
