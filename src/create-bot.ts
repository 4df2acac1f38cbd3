/**
 * Puts the parts together: an account, a router, and the conversation behind two adapters.
 *
 * @module
 */
import { prepareAccount } from "./account.ts";
import type { AccountOptions } from "./account.ts";
import { atLeast } from "./account.ts";
import { Router } from "./bot/router.ts";
import type { Log, LogEntry } from "./log.ts";
import { createFetchHandler } from "./server/fetch-handler.ts";
import type { FetchHandler } from "./server/fetch-handler.ts";
import { createNodeHandler } from "./server/node-handler.ts";
import type { Adapter, NodeHandler } from "./server/node-handler.ts";
import { preparePath } from "./server/path.ts";
import { createRandom } from "./random.ts";

/** What a bot is made from. Only `token` is required. */
export interface BotOptions extends AccountOptions {
  /** The path of the callback address, `/wx` unless told; `"*"` answers every path. */
  readonly path?: string | undefined;
  /** The most bytes of a body; 1 MiB unless told. */
  readonly bodyLimitBytes?: number | undefined;
  /** How long a body may take to arrive; 5,000 ms unless told. */
  readonly bodyTimeoutMs?: number | undefined;
  /** Milliseconds since 1970; `Date.now` unless told. */
  readonly clock?: (() => number) | undefined;
  /** Fresh random bytes; those of node:crypto unless told. */
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Receives an entry for each request. Unless told, refusals and failures go to stderr. */
  readonly log?: Log | undefined;
}

/** A bot: handlers are added to it, servers talk to it. */
export class Bot extends Router {
  /** Without a slash at its end. */
  readonly path: string;
  /** For node:http, Express and Connect: `createServer(bot.handler)`, `app.use(bot.handler)`. */
  readonly handler: NodeHandler;
  /** `Request -> Response`, for cloud functions and other runtimes. */
  readonly fetch: FetchHandler;

  /** @throws EchostrError when an option is not what it should be */
  constructor(options: BotOptions) {
    super();
    this.path = preparePath(options.path ?? "/wx");
    const adapter: Adapter = {
      account: prepareAccount(options),
      router: this,
      path: this.path,
      random: options.random ?? createRandom(),
      clock: options.clock ?? Date.now,
      log: options.log ?? logToStderr,
      bodyLimitBytes: atLeast("bodyLimitBytes", options.bodyLimitBytes ?? 1_048_576, 1),
      bodyTimeoutMs: atLeast("bodyTimeoutMs", options.bodyTimeoutMs ?? 5000, 1),
    };
    this.handler = createNodeHandler(adapter);
    this.fetch = createFetchHandler(adapter);
  }
}

/**
 * Makes a bot.
 *
 * @throws EchostrError `TOKEN_INVALID`, `AES_KEY_INVALID`, `APPID_MISSING`, `MODE_INVALID`,
 *   `SETTING_INVALID`
 *
 * @example
 * const bot = createBot({ token: process.env.WECHAT_TOKEN ?? "" });
 * bot.on("text", () => "测试");
 * createServer(bot.handler).listen(80);
 */
export function createBot(options: BotOptions): Bot {
  return new Bot(options);
}

/** Deliveries that went well are not worth a line in somebody else's application. */
function logToStderr(entry: LogEntry): void {
  if (entry.level === "info") return;
  const { level, event, code, message, stack } = entry;
  console.error(`echostr ${level}: ${event} ${code ?? ""} ${stack ?? message ?? ""}`);
}
