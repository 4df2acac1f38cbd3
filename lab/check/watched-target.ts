/**
 * A target that remembers what came back through it, whoever asked: a probe, or the platform's own
 * delivery with its repeats.
 *
 * @module
 */
import { isNoAnswer } from "../platform/no-answer.ts";
import type { LabResponse, NoAnswerReason, Target } from "../platform/types.ts";

/** What came back, or why nothing did. */
export interface Answered {
  /** 0 when nothing whole came; then there is a `reason`. */
  readonly status: number;
  readonly reason?: NoAnswerReason | undefined;
  readonly text: string;
  readonly ms: number;
}

export interface WatchedTarget extends Target {
  /** How many requests there were. */
  readonly requests: number;
  /** The answers since this was last asked. */
  take(): readonly Answered[];
}

export function watchTarget(target: Target): WatchedTarget {
  let requests = 0;
  let answers: Answered[] = [];
  return {
    get requests() {
      return requests;
    },
    take() {
      const taken = answers;
      answers = [];
      return taken;
    },
    async send(request) {
      requests += 1;
      try {
        const response = await target.send(request);
        answers.push({ status: response.status, text: textOf(response), ms: response.ms });
        return response;
      } catch (error) {
        if (isNoAnswer(error)) {
          answers.push({ status: 0, reason: error.reason, text: "", ms: error.ms });
        }
        throw error;
      }
    },
  };
}

/** The body as it is; a `TextDecoder` would swallow a byte order mark. */
export function textOf(response: LabResponse): string {
  return Buffer.from(response.body).toString("utf8");
}
