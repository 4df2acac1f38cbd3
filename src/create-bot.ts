/**
 * Puts the parts together: an account, a router, and the conversation behind two adapters.
 *
 * @module
 */
import { prepareAccount } from "./account.ts";
import type { AccountOptions } from "./account.ts";
import { atLeast } from "./account.ts";
import { Router } from "./bot/router.ts";
import { answerCallback } from "./callback.ts";
import type { CallbackRequest, CallbackResponse } from "./callback.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { deliverEach } from "./delivery/deliver-each.ts";
import { DeliveryEngine } from "./delivery/delivery-engine.ts";
import { prepareDelivery } from "./delivery/delivery-options.ts";
import type { DeliveryOptions } from "./delivery/delivery-options.ts";
import type { RunHandler } from "./delivery/run-worker.ts";
import type { Log, LogEntry } from "./log.ts";
import { createFetchHandler } from "./server/fetch-handler.ts";
import type { FetchHandler } from "./server/fetch-handler.ts";
import { createNodeHandler } from "./server/node-handler.ts";
import type { Adapter, NodeHandler } from "./server/node-handler.ts";
import { preparePath } from "./server/path.ts";
import { createRandom } from "./random.ts";
import { MemoryStore } from "./store/memory.ts";
import type { Store } from "./store/store.ts";

/** What a bot is made from. Only `token` is required. */
export interface BotOptions extends AccountOptions {
  /** The path of the callback address, `/wx` unless told; `"*"` answers every path. */
  readonly path?: string | undefined;
  /** The most bytes of a body; 1 MiB unless told. */
  readonly bodyLimitBytes?: number | undefined;
  /** How long a body may take to arrive; 5,000 ms unless told. */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * The time: a function that tells it in milliseconds since 1970, or a whole clock, so that a test
   * can turn it. The machine's unless told.
   */
  readonly clock?: (() => number) | Clock | undefined;
  /** Once per message, and in time; `false` runs the handler for every delivery. */
  readonly delivery?: DeliveryOptions | false | undefined;
  /** Where late answers, sessions and claims are kept: in memory unless told. */
  readonly store?: Store | undefined;
  /** Fresh random bytes; those of node:crypto unless told. */
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Receives an entry for each request. Unless told, refusals and failures go to stderr. */
  readonly log?: Log | undefined;
}

/** Names of processes differ, so that one's claim is not taken for another's. */
function ownerName(random: (size: number) => Uint8Array): string {
  return Buffer.from(random(12)).toString("base64url");
}

/** A bot: handlers are added to it, servers talk to it. */
export class Bot extends Router {
  /** Without a slash at its end. */
  readonly path: string;
  /** For node:http, Express and Connect: `createServer(bot.handler)`, `app.use(bot.handler)`. */
  readonly handler: NodeHandler;
  /** `Request -> Response`, for cloud functions and other runtimes. */
  readonly fetch: FetchHandler;
  /** The conversation alone, for hosts with neither: plain objects in and out. */
  readonly callback: (request: CallbackRequest) => Promise<CallbackResponse>;
  #engine: DeliveryEngine | undefined;

  /** @throws EchostrError when an option is not what it should be */
  constructor(options: BotOptions) {
    super();
    this.path = preparePath(options.path ?? "/wx");
    const account = prepareAccount(options);
    const random = options.random ?? createRandom();
    const clock = toClock(options.clock);
    const log = options.log ?? logToStderr;
    const onNotice = (message: string): void => log({ level: "warn", event: "notice", message });
    const store = options.store ?? new MemoryStore({ clock: () => clock.now(), onNotice });
    const runHandler: RunHandler = (message, context) => this.answer(message, context);
    const settings = prepareDelivery(options.delivery || {}, account.textLimitBytes);
    if (options.delivery !== false) {
      const owner = ownerName(random);
      this.#engine = new DeliveryEngine({ settings, store, clock, log, runHandler, owner });
    }
    const adapter: Adapter = {
      account,
      deliver: this.#engine
        ? this.#engine.deliver.bind(this.#engine)
        : (delivery) => deliverEach(runHandler, store, delivery),
      path: this.path,
      random,
      clock: () => clock.now(),
      log,
      hardCapMs: settings.hardCapMs,
      bodyLimitBytes: atLeast("bodyLimitBytes", options.bodyLimitBytes ?? 1_048_576, 1),
      bodyTimeoutMs: atLeast("bodyTimeoutMs", options.bodyTimeoutMs ?? 5000, 1),
    };
    this.handler = createNodeHandler(adapter);
    this.fetch = createFetchHandler(adapter);
    this.callback = async (request) => answerCallback(adapter, request);
  }

  /**
   * Ends what still runs: aborts the signals of handlers and gives their messages back, so that
   * another process may answer them. Close the server first; the store stays open.
   */
  async close(): Promise<void> {
    await this.#engine?.close();
  }
}

function toClock(clock: (() => number) | Clock | undefined): Clock {
  if (clock === undefined) return systemClock;
  return typeof clock === "function" ? { ...systemClock, now: clock } : clock;
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
