/**
 * One of the deliveries of a message: sent, waited for, judged.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { judge, judgeNoAnswer } from "./judge.ts";
import type { Expectation } from "./judge.ts";
import { isNoAnswer, LabNoAnswer } from "./no-answer.ts";
import type { Attempt, AttemptRequest, LabResponse, Target } from "./types.ts";

/** What is sent, and how the response is judged. */
export interface AttemptSettings {
  readonly target: Target;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** How long the request is held back; the time runs during that. */
  readonly delayMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly expectation: Expectation;
}

/** An attempt that has just gone out. */
export type StartedAttempt = Pick<Attempt, "number" | "startedAt" | "request">;

/** Never rejects because of what the server does. */
export async function attemptOnce(
  settings: AttemptSettings,
  started: StartedAttempt,
): Promise<Attempt> {
  const { clock, expectation } = settings;
  const elapsed = (): number => clock.now() - started.startedAt;
  try {
    const response = { ...(await send(settings, started.request)), ms: elapsed() };
    const verdict = judge(response, expectation);
    return { ...started, ms: response.ms, response, outcome: "answered", verdict };
  } catch (error) {
    if (!isNoAnswer(error)) throw error;
    const outcome = error.reason === "timeout" ? "timeout" : "no-answer";
    const verdict = judgeNoAnswer(error, expectation);
    return { ...started, ms: elapsed(), outcome, reason: error.reason, verdict };
  }
}

/** A request that is held back has less time left when it arrives. */
async function send(settings: AttemptSettings, request: AttemptRequest): Promise<LabResponse> {
  const { target, clock, timeoutMs, delayMs, signal } = settings;
  const { method, query, headers, body } = request;
  const heldMs = Math.min(delayMs, timeoutMs);
  if (heldMs > 0) await new Promise<void>((resolve) => clock.setTimeout(resolve, heldMs));
  if (heldMs === timeoutMs) {
    throw new LabNoAnswer("timeout", timeoutMs, `The request was held back for ${delayMs} ms`);
  }
  return target.send({ method, query, headers, body, timeoutMs: timeoutMs - heldMs, signal });
}
