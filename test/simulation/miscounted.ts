/**
 * Deliveries that a process must take for others: WeChat's have no number, so their times tell them apart.
 *
 * @module
 */
import type { Message } from "./record.ts";

/** What comes sooner after a delivery counts as a proxy's repeat of it. */
const SOONEST_MS = 4000;

/**
 * A delivery was lost, and a proxy's repeat of it came late: the next one, soon behind it, counted as one more
 * repeat, and the proxy's repeat of that as the next one. The answer went to it when WeChat had dropped it.
 */
export function wasMiscounted({ id, deliveries }: Message): boolean {
  return deliveries.some((repeat) => {
    if (!repeat.isRepeat) return false;
    const isOf = deliveries.some(({ nth, beganAt }) => nth === repeat.nth && beganAt === undefined);
    const next = deliveries.filter(({ nth }) => nth === repeat.nth + 1);
    const isClose = next.some((each) => !each.isRepeat && each.at - repeat.at < SOONEST_MS);
    return isOf && isClose && next.some((each) => each.isRepeat && each.missed.includes(id));
  });
}
