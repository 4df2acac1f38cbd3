/**
 * Every kind of message and event, delivered as the platform does it, with its repeats; and two
 * kinds that do not exist yet. Each must be answered with 200 in time, by a right reply or by
 * nothing; what is wrong with an answer is the judge's to say.
 *
 * @module
 */
import { DELIVERIES } from "../platform/delivery.ts";
import { samples } from "../platform/samples.ts";
import type { Description } from "../platform/types.ts";
import type { Found, Probe } from "./probe.ts";
import type { Subject } from "./subject.ts";

/** 3 of the 5 seconds that WeChat waits; a busy day takes the rest. */
const SLOW_PART = 3 / 5;

const TOMORROW: readonly Description[] = [
  { MsgType: "kind_of_tomorrow", Content: "1" },
  { MsgType: "event", Event: "event_of_tomorrow", EventKey: "1" },
];

export function kindProbes(): readonly Probe[] {
  const known = samples().map(({ name, description }) => kindProbe(name, description));
  return [...known, ...TOMORROW.map((description) => kindProbe(nameOf(description), description))];
}

function kindProbe(name: string, description: Description): Probe {
  return {
    name,
    group: "kinds",
    needsAnswer: true,
    run: (subject) => deliverKind(subject, description),
  };
}

/** Delivers as often as the platform would; what the last answer shows is what counts. */
async function deliverKind(subject: Subject, description: Description): Promise<readonly Found[]> {
  const attempts = await subject.converse(description, DELIVERIES);
  const last = attempts.at(-1);
  if (last === undefined) return [];
  const isSlow = attempts.length > 1 || last.ms > subject.patienceMs * SLOW_PART;
  const found: Found[] = [...(last.verdict?.findings ?? [])];
  return last.outcome === "answered" && isSlow ? [...found, "ANSWER-SLOW"] : found;
}

function nameOf(description: Description): string {
  const event = description["Event"];
  return typeof event === "string" ? `an unknown event (${event})` : "an unknown kind";
}
