/**
 * From what a handler returned to a reply.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { Reply } from "../protocol/reply.ts";
import type { Answer } from "./handler.ts";

/**
 * Whether an answer is still to come. Whatever has `then` is awaited, as `await` would: the promise
 * of another realm or library, a query that runs when it is asked for its rows.
 */
export function isLater(answer: Answer | PromiseLike<Answer>): answer is PromiseLike<Answer> {
  if (typeof answer !== "object" || answer === null) return false;
  return "then" in answer && typeof answer.then === "function";
}

/**
 * @returns `undefined` when there is nothing to say
 * @throws EchostrError `ANSWER_INVALID` for what is neither a string nor a reply nor nothing
 */
export function toReply(answer: Answer): Reply | undefined {
  if (answer === undefined || answer === null || answer === "") return undefined;
  if (typeof answer === "string") return { MsgType: "text", Content: answer };
  if (typeof answer === "object" && typeof answer.MsgType === "string") return answer;
  throw new EchostrError(
    "ANSWER_INVALID",
    `Handler must answer with a string, a reply or nothing, got ${describe(answer)}`,
  );
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object without MsgType" : `a ${typeof value}`;
}
