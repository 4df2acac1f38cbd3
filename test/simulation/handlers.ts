/**
 * The bot of a process, and its handlers: they do with a message what was drawn for it, and write down
 * that they did.
 *
 * @module
 */
import { echostr } from "../support/subject.ts";
import type { Bot, BotOptions, Context, Reply } from "../../src/index.ts";
import type { Chance } from "./chance.ts";
import { APP_ID, TOKEN } from "./platform.ts";
import { followerOf } from "./wire.ts";
import type { Platform } from "./platform.ts";
import { NOTICE } from "./plan.ts";
import type { BotPlan } from "./plan.ts";
import type { BotProcess } from "./processes.ts";
import type { HistoryRecord, Message, Run } from "./record.ts";

const { createApi, createBot, session } = echostr;

/** What a message of either kind carries its number in. */
type Received = { readonly MsgId?: string; readonly EventKey?: string };

/** So that a few parts make a long answer. */
const TEXT_LIMIT_BYTES = 240;

export interface HandlerParts {
  readonly plan: BotPlan;
  readonly record: HistoryRecord;
  readonly platform: Platform;
  readonly chance: Chance;
}

type Answered = string | Reply | undefined | readonly (string | Reply)[];

export function makeBot({ plan, record, platform, chance }: HandlerParts, process: BotProcess): Bot {
  const { store, clock } = process;
  const random = (size: number): Uint8Array =>
    Uint8Array.from({ length: size }, () => chance.below(256));
  const log: BotOptions["log"] = ({ level, message = "" }) => {
    record.told.push({ at: process.worldNow, process: process.name, level, text: message });
  };
  const call = (url: URL, init: RequestInit): Promise<Response> => platform.fetch(process, url, init);
  const fetch = call as typeof globalThis.fetch;
  const api = createApi({ appId: APP_ID, appSecret: "simulatedSecret0123456789abcdef", clock, random, store, log, fetch });
  const bot = createBot({
    token: TOKEN,
    api,
    clock,
    random,
    store,
    log,
    textLimitBytes: TEXT_LIMIT_BYTES,
    delivery: deliveryOf(plan, platform, chance),
  });
  if (plan.session) bot.use(session({ ttlMs: 600_000 }));
  bot.on("*", (received, context) => {
    return handle(record.message(idOf(received as Received)), context, process) as string;
  });
  if (plan.onError) {
    bot.onError((_error, received) => `出错了 ${idOf(received as Received)}:0`);
  }
  return bot;
}

function idOf({ MsgId, EventKey }: Received): number {
  return Number(MsgId ?? EventKey);
}

function deliveryOf(
  plan: BotPlan,
  platform: Platform,
  chance: Chance,
): NonNullable<BotOptions["delivery"]> {
  const { hold, keepMs, push, handlerMs } = plan;
  const notice = plan.notice ? NOTICE : undefined;
  const late = { hold, keepMs, notice, push: push === "onLate" ? "customer-service" : push } as const;
  const onLate = (received: { FromUserName: string }, replies: readonly Reply[]): void => {
    if (chance.below(5) === 0) throw new Error("onLate does not want it");
    platform.takeLate(followerOf(received.FromUserName), replies.map(textOf));
  };
  const options = { handlerMs, late: push === "onLate" ? { ...late, onLate } : late };
  return options as NonNullable<BotOptions["delivery"]>;
}

function textOf(reply: Reply): string {
  if (reply.MsgType === "text") return reply.Content;
  return reply.MsgType === "image" ? reply.Image.MediaId : "";
}

function handle(
  message: Message,
  context: Context,
  process: BotProcess,
): Answered | Promise<Answered> {
  const [name, at] = [process.name, process.worldNow];
  const run: Run = { process: name, at, endedAt: undefined, end: undefined, isLate: false };
  message.runs.push(run);
  process.tell(`runs the handler of ${message.id}${message.runs.length > 1 ? " AGAIN" : ""}`);
  const end = (): Answered => {
    if (run.end !== undefined) return undefined;
    run.endedAt = process.worldNow;
    run.isLate = context.late;
    const answer = answerOf(message);
    if (context.signal.aborted) run.end = "stopped";
    else run.end = message.ending === "throws" ? "threw" : answer === undefined ? "nothing" : "answered";
    process.tell(`has the answer to ${message.id}: ${message.ending}`);
    if (message.ending === "throws") throw new Error(`Handler of ${message.id} throws`);
    return answer;
  };
  if (message.ending !== "never" && message.takesMs === 0) return end();
  const isEndless = message.ending === "never";
  const work = isEndless ? new Promise<never>(() => {}) : process.sleep(message.takesMs).then(end);
  return Promise.race([work, stopped(context.signal, run, process, message)]);
}

/** Whoever heeds the signal ends with it; the others are only noted. */
function stopped(signal: AbortSignal, run: Run, process: BotProcess, message: Message): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      if (run.end !== undefined || process.isDead) return;
      process.tell(`is told to stop the handler of ${message.id}`);
      run.endedAt = process.worldNow;
      run.end = "stopped";
      if (message.heedsSignal) reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
}

function answerOf({ id, ending, parts }: Message): Answered {
  const part = (index: number): string => `${id}:${index}`;
  switch (ending) {
    case "text":
      return part(0);
    case "long":
      return Array.from({ length: parts }, (_, index) => `${"字".repeat(20)} ${part(index)}`).join("\n");
    case "several":
      return Array.from({ length: parts }, (_, index) =>
        index === 1 ? ({ MsgType: "image", Image: { MediaId: part(index) } } as const) : part(index),
      );
    case "image":
      return { MsgType: "image", Image: { MediaId: part(0) } };
    case "nothing":
    case "throws":
    case "never":
      return undefined;
    default:
      return ending satisfies never;
  }
}
