/**
 * Many histories, one after the other, and what was seen in them.
 *
 * @module
 */
import { judge } from "./checks.ts";
import { runHistory } from "./history.ts";
import type { History } from "./history.ts";

/** A history that does not hold. */
export interface Failure {
  readonly seed: number;
  /** What does not hold, each in a sentence. */
  readonly sentences: readonly string[];
}

export interface Explored {
  histories: number;
  /** Without a single fault. */
  calm: number;
  messages: number;
  deliveries: number;
  runs: number;
  reads: number;
  readonly faults: Record<string, number>;
  readonly failures: Failure[];
  failed: number;
  /** Sequences of states that a message, a line or anything else went through in the store. */
  readonly sequences: Set<string>;
}

/** So many are told of; of the rest the number. */
const MOST_FAILURES = 20;

export function nothingExplored(): Explored {
  const counts = { histories: 0, calm: 0, messages: 0, deliveries: 0, runs: 0, reads: 0, failed: 0 };
  return { ...counts, faults: {}, failures: [], sequences: new Set() };
}

/** @param onFailure called for each history that does not hold; true ends the exploring */
export async function explore(
  first: number,
  count: number,
  onFailure: (failure: Failure) => boolean = () => false,
): Promise<Explored> {
  const explored = nothingExplored();
  let rejected: unknown;
  const onRejected = (error: unknown): void => {
    rejected = error;
  };
  process.on("unhandledRejection", onRejected);
  try {
    for (let seed = first; seed < first + count; seed += 1) {
      const history = await runHistory(seed);
      // Only between two turns of the loop Node says which promises nobody listened to.
      await new Promise((resolve) => setImmediate(resolve));
      const sentences = judge(history);
      if (rejected !== undefined) {
        sentences.push(`0. A rejected promise was left alone: ${String(rejected)}`);
      }
      rejected = undefined;
      countOne(explored, history);
      if (sentences.length === 0) continue;
      explored.failed += 1;
      const failure = { seed, sentences };
      if (explored.failures.length < MOST_FAILURES) explored.failures.push(failure);
      if (onFailure(failure)) break;
    }
  } finally {
    process.off("unhandledRejection", onRejected);
  }
  return explored;
}

function countOne(explored: Explored, { record }: History): void {
  explored.histories += 1;
  if (record.faults.length === 0) explored.calm += 1;
  explored.messages += record.messages.length;
  explored.reads += record.reads.length;
  for (const { deliveries, runs } of record.messages) {
    explored.deliveries += deliveries.length;
    explored.runs += runs.length;
  }
  for (const { fault } of record.faults) explored.faults[fault] = (explored.faults[fault] ?? 0) + 1;
  for (const states of record.states.values()) explored.sequences.add(states.join(", "));
}

export function add(to: Explored, from: Explored): void {
  for (const name of ["histories", "calm", "messages", "deliveries", "runs", "reads", "failed"] as const) {
    to[name] += from[name];
  }
  for (const [fault, count] of Object.entries(from.faults)) {
    to.faults[fault] = (to.faults[fault] ?? 0) + count;
  }
  to.failures.push(...from.failures);
  for (const sequence of from.sequences) to.sequences.add(sequence);
}
