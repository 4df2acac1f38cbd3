/**
 * 对方正在输入 while a handler works: who asked a question sees that it is being answered.
 *
 * WeChat shows it for 15 seconds, and lets it be shown within 30 seconds of what the follower did. It
 * is a customer-service message of a kind, so the account needs the right to those.
 *
 * @module
 */
import { count, readOptions } from "../options.ts";
import type { Table } from "../options.ts";
import { servicesOf } from "./context.ts";
import type { Handler } from "./handler.ts";
import { requireCalled } from "./slips.ts";

/** Settings of the typing state. */
export interface TypingOptions {
  /** How long a handler works before it is shown, in milliseconds. Default 1,000. */
  readonly afterMs?: number | undefined;
}

const TYPING = {
  afterMs: { check: count({ least: 0, most: 30_000 }), default: 1000 },
} satisfies Table<TypingOptions>;
export const TYPING_OPTIONS: Table<TypingOptions> = TYPING;

/** It is shown again when it has ended: 15 s, and a moment for the way. */
const SHOWN_MS = 15_500;
/** Later WeChat refuses it. */
const ALLOWED_MS = 30_000;

/** Events that a follower causes by doing something. For others no follower waits for an answer. */
const DONE: readonly string[] = [
  "event:subscribe",
  "event:scan",
  "event:click",
  "event:scancode_push",
  "event:scancode_waitmsg",
];

/**
 * Middleware that shows 对方正在输入 as long as the handlers behind it work, from a second on. Without an
 * `api` it does nothing. Where WeChat refuses it, as with 48001, one line of the log says so and it is
 * not tried for an hour; the answer goes out all the same. Add it behind `merge()`.
 *
 * @throws EchostrError `SETTING_INVALID`
 *
 * @example
 * bot.use(typing());
 * bot.on("text", (message) => askModel(message.Content));
 */
export function typing(options: TypingOptions = {}): Handler {
  requireCalled("typing", arguments.length);
  const { afterMs } = readOptions(TYPING, options);

  return async (message, context, next) => {
    const { api, clock } = servicesOf(context);
    const isWaitedFor = message.MsgType !== "event" || DONE.includes(message.kind);
    if (api === undefined || !isWaitedFor) return next();
    const { openId, receivedAt } = context;
    let timer: unknown;
    let shown: Promise<void> | undefined;
    const show = (): void => {
      if (clock.now() >= receivedAt + ALLOWED_MS) return;
      shown = api.showTyping(openId);
      timer = clock.setTimeout(show, SHOWN_MS);
    };
    timer = clock.setTimeout(show, afterMs);
    try {
      return await next();
    } finally {
      clock.clearTimeout(timer);
      // Not before it is shown, or it would stay; and the answer does not wait for it.
      void shown?.then(() => api.hideTyping(openId));
    }
  };
}
