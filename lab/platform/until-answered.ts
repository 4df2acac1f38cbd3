/**
 * Waits for the answer to a request: no longer than its time, and not when it was given up.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { LabNoAnswer } from "./no-answer.ts";
import type { LabRequest, LabResponse, NoAnswerReason } from "./types.ts";

export type Fail = (reason: NoAnswerReason, message: string, cause?: unknown) => void;

/**
 * @param begin sends the request, and tells what comes of it; returns what breaks it off
 * @throws LabNoAnswer
 */
export function untilAnswered(
  { timeoutMs, signal }: LabRequest,
  clock: Clock,
  begin: (answer: (answer: Omit<LabResponse, "ms">) => void, fail: Fail) => () => void,
): Promise<LabResponse> {
  const startedAt = clock.now();
  const elapsed = (): number => clock.now() - startedAt;
  return new Promise((resolve, reject) => {
    let breakOff = (): void => {};
    const settle = (): void => {
      clock.clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const fail: Fail = (reason, message, cause) => {
      settle();
      reject(new LabNoAnswer(reason, elapsed(), message, { cause }));
      // In this order: breaking it off causes errors, and the first reason is the right one.
      breakOff();
    };
    const onAbort = (): void => fail("aborted", "The request was given up");
    const timer = clock.setTimeout(() => {
      fail("timeout", `No whole answer came within ${timeoutMs} ms`);
    }, timeoutMs);
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    breakOff = begin((answer) => {
      settle();
      resolve({ ...answer, ms: elapsed() });
    }, fail);
  });
}
