/**
 * A bot that is too slow.
 *
 * @module
 */
import type { Context, LateOptions } from "../../src/index.ts";
import { TurnedPlatform } from "./turned-platform.ts";

/** It takes so many seconds for a text that begins with 慢, and answers others at once. */
export function slowly(
  seconds: number,
  late: LateOptions = {},
  answer: () => string | undefined = () => "慢答",
): { wechat: TurnedPlatform; signals: AbortSignal[]; contexts: Context[] } {
  const wechat = new TurnedPlatform({ delivery: { late } });
  const signals: AbortSignal[] = [];
  const contexts: Context[] = [];
  wechat.bot.hears(/^慢/, async (_message, context) => {
    contexts.push(context);
    signals.push(context.signal);
    await wechat.clock.sleep(seconds * 1000);
    return answer();
  });
  wechat.bot.on("text", ({ Content }) => `${Content}!`);
  return { wechat, signals, contexts };
}
