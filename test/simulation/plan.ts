/**
 * What a history draws before it begins: how the bot is set, how many processes there are, what will
 * go wrong. A third of all histories go without a fault, so that they can be judged without excuses.
 *
 * @module
 */
import { between, percent, pick, weighed } from "./chance.ts";
import type { Chance } from "./chance.ts";
import { FAULTS, STORE } from "./record.ts";
import type { Fault } from "./record.ts";
import type { Latency, StoreTrouble } from "./store.ts";

export interface Plan {
  readonly processes: number;
  /** One process may keep all in its own memory. */
  readonly shares: boolean;
  readonly followers: number;
  /** How many messages each of them writes of their own accord. */
  readonly writes: number;
  /** Within so many milliseconds. */
  readonly writesForMs: number;
  readonly bot: BotPlan;
  readonly faults: readonly Fault[];
  readonly latency: Latency;
  /** When no fault begins any more, counted from the beginning. */
  readonly calmAfterMs: number;
}

export interface BotPlan {
  readonly notice: boolean;
  readonly hold: boolean;
  readonly push: "next-message" | "customer-service" | "onLate";
  readonly session: boolean;
  readonly onError: boolean;
  readonly handlerMs: number;
  readonly keepMs: number;
}

export const NOTICE = "正在思考，回复“继续”查看回答";

export function drawPlan(chance: Chance): Plan {
  const processes = between(chance, 1, 3);
  const shares = processes > 1 || percent(chance, 50);
  const faults = drawFaults(chance, shares);
  const writesForMs = pick(chance, [3000, 20_000, 60_000]);
  return {
    processes,
    shares,
    followers: pick(chance, [1, 1, 1, 2, 2, 3]),
    writes: between(chance, 1, 4),
    writesForMs,
    faults,
    latency: drawLatency(chance, shares, faults),
    calmAfterMs: writesForMs + 30_000,
    bot: {
      notice: percent(chance, 60),
      hold: percent(chance, 75),
      push: weighed(chance, { "next-message": 6, "customer-service": 3, onLate: 1 }),
      session: percent(chance, 40),
      onError: percent(chance, 50),
      handlerMs: pick(chance, [20_000, 40_000, 60_000]),
      keepMs: pick(chance, [600_000, 3_600_000]),
    },
  };
}

function drawLatency(chance: Chance, shares: boolean, faults: readonly Fault[]): Latency {
  if (!shares) return "none";
  return faults.includes("store slow") ? "spiky" : pick(chance, ["none", "fast", "slow"]);
}

function drawFaults(chance: Chance, shares: boolean): Fault[] {
  if (percent(chance, 33)) return [];
  const possible = FAULTS.filter((fault) => shares || !STORE.includes(fault));
  const count = between(chance, 1, 3);
  return Array.from({ length: count }, () => pick(chance, possible));
}

/** When the store is in trouble. Times of the result are since 1970. */
export function drawTrouble(chance: Chance, plan: Plan, now: number): StoreTrouble {
  const span = (most: number): { from: number; to: number } => {
    const from = now + chance.below(plan.calmAfterMs);
    return { from, to: from + between(chance, 50, most) };
  };
  const fails = plan.faults.includes("store fails");
  const failsBySpan = fails && percent(chance, 50);
  return {
    latency: plan.latency,
    failsPercent: fails && !failsBySpan ? between(chance, 1, 20) : 0,
    calmAt: now + plan.calmAfterMs,
    away: failsBySpan ? [span(15_000)] : [],
    still: plan.faults.includes("store stands still") ? [span(8000)] : [],
    forgetsAt: plan.faults.includes("store forgets") ? [now + chance.below(plan.calmAfterMs)] : [],
  };
}
