/**
 * Bots that take their time, under a turned clock.
 *
 * @module
 */
import type { Context, LateOptions, Message } from "../../src/index.ts";
import { raw, wireEnvelope, wireXml } from "../support/wire.ts";
import type { WireRecord } from "../support/wire.ts";
import { TurnedPlatform } from "./turned-platform.ts";

/** A platform whose bot answers each text after `ms`, and counts. */
export function slowly(
  ms: number,
  answer: (message: Message) => string | undefined = () => "答",
): { readonly wechat: TurnedPlatform; runs(): number } {
  const wechat = new TurnedPlatform();
  let runs = 0;
  wechat.bot.on("text", async (message) => {
    runs += 1;
    await wechat.clock.sleep(ms);
    return answer(message);
  });
  return { wechat, runs: () => runs };
}

/** A bot that takes 20 s for 慢, and echoes everything else at once. */
export function echoing(late: LateOptions = {}): TurnedPlatform {
  const wechat = new TurnedPlatform({ delivery: { late } });
  wechat.bot.hears(/^慢/, async ({ Content }) => {
    await wechat.clock.sleep(20_000);
    return `${Content}答`;
  });
  wechat.bot.on("text", ({ Content }) => `${Content}!`);
  wechat.bot.on("event", () => "事件");
  return wechat;
}

/** A bot that takes so many seconds for what begins with 慢, and keeps what it was given. */
export function lateBot(
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

let images = 0;

/** Each is a message of its own, by default of the usual follower. */
export function imageMessage(fields: WireRecord = {}): string {
  images += 1;
  const own = { MsgType: "image", PicUrl: "u", MediaId: "m", MsgId: raw(String(images)) };
  return wireXml(wireEnvelope({ ...own, ...fields }));
}
