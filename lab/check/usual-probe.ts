/**
 * An ordinary text, signed as the platform does it. How the server answers it is what the answers
 * to all others are compared with; where it is not accepted, most of them would say nothing.
 *
 * @module
 */
import type { Found } from "./probe.ts";
import { isReply } from "./subject.ts";
import type { Subject, Usual } from "./subject.ts";
import { textOf } from "./watched-target.ts";

/** Above this part of the time that WeChat waits a bot is doing something that takes time. */
const SLOW_PART = 1 / 5;

export const USUAL_PROBE_NAME = "an ordinary text";

/**
 * @param deliveries how often it is delivered when it is not answered in time
 */
export async function learnUsual(
  subject: Subject,
  deliveries: number,
): Promise<{ readonly usual: Usual | undefined; readonly found: readonly Found[] }> {
  const attempts = await subject.converse({ MsgType: "text", Content: "你好" }, deliveries);
  const last = attempts.at(-1);
  const found = last?.verdict?.findings ?? [];
  const response = last?.response;
  if (response?.status !== 200) return { usual: undefined, found: ["TEXT-REFUSED", ...found] };
  const text = textOf(response);
  const isSlow = attempts.length > 1 || response.ms > subject.patienceMs * SLOW_PART;
  return { usual: { isReply: isReply({ status: 200, text }), text, isSlow }, found };
}
