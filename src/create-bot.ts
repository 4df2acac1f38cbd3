/**
 * Puts the parts together: an account, a router, and the conversation behind two adapters.
 *
 * @module
 */
import { atLeast, prepareAccount } from "./account.ts";
import type { AccountOptions } from "./account.ts";
import { Api } from "./api/api.ts";
import { API_NAMES, prepareApi } from "./api/api-options.ts";
import type { ApiSettings } from "./api/api-options.ts";
import { LatePush } from "./api/late-push.ts";
import { requireApi } from "./bot/context.ts";
import { Router } from "./bot/router.ts";
import { answerCallback } from "./callback.ts";
import type { CallbackRequest, CallbackResponse } from "./callback.ts";
import { systemClock, waitingClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { deliverEach } from "./delivery/deliver-each.ts";
import { DeliveryEngine } from "./delivery/delivery-engine.ts";
import type { PushLate } from "./delivery/late-answers.ts";
import { prepareDelivery } from "./delivery/delivery-options.ts";
import type { DeliveryOptions } from "./delivery/delivery-options.ts";
import type { RunHandler } from "./delivery/run-worker.ts";
import { requireKnown, requireSpelled } from "./known-options.ts";
import type { Names } from "./known-options.ts";
import { logToStderr, visibleLog } from "./log.ts";
import type { Log } from "./log.ts";
import { BodyBudget } from "./server/body-budget.ts";
import { createFetchHandler } from "./server/fetch-handler.ts";
import type { FetchHandler } from "./server/fetch-handler.ts";
import { createNodeHandler } from "./server/node-handler.ts";
import type { Adapter, NodeHandler } from "./server/node-handler.ts";
import { preparePath } from "./server/path.ts";
import { createRandom, processName } from "./random.ts";
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
  /** 开发者密码 (AppSecret); with it and `appId` the bot can call the platform's API. */
  readonly appSecret?: string | undefined;
  /** How the API is called. */
  readonly api?: ApiSettings | undefined;
  /** Where late answers, sessions, claims and the token are kept: in memory unless told. */
  readonly store?: Store | undefined;
  /** Fresh random bytes; those of node:crypto unless told. */
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Receives an entry for each request. Unless told, refusals and failures go to stderr. */
  readonly log?: Log | undefined;
}

/** The names of the options. */
export const BOT_NAMES: Names<BotOptions> = {
  token: true,
  encodingAesKey: true,
  appId: true,
  appSecret: true,
  mode: true,
  clockSkewMs: true,
  textLimitBytes: true,
  path: true,
  bodyLimitBytes: true,
  bodyTimeoutMs: true,
  clock: true,
  delivery: true,
  api: true,
  store: true,
  random: true,
  log: true,
};

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
  readonly #api: Api | undefined;
  #engine: DeliveryEngine | undefined;

  /** @throws EchostrError when an option is not what it should be */
  constructor(options: BotOptions) {
    super();
    requireSpelled(options, BOT_NAMES);
    requireKnown(options.api ?? {}, API_NAMES, "api.");
    this.path = preparePath(options.path ?? "/wx");
    const account = prepareAccount(options);
    const random = options.random ?? createRandom();
    const clock = toClock(options.clock, systemClock);
    const log = visibleLog(options.log ?? logToStderr);
    const onNotice = (message: string): void => log({ level: "warn", event: "notice", message });
    const store = options.store ?? new MemoryStore({ clock: () => clock.now(), onNotice });
    const owner = processName(random);
    const { appSecret } = options;
    if (appSecret !== undefined) {
      const apiSettings = prepareApi({ ...options.api, appId: options.appId, appSecret });
      // What a program waits for must keep it alive; a server is kept alive by its socket.
      const apiClock = toClock(options.clock, waitingClock);
      this.#api = new Api(apiSettings, { store, clock: apiClock, log, random, owner });
    }
    const runHandler: RunHandler = (message, context) => this.answer(message, context);
    let works = 0;
    const newOwner = (): string => `${owner} ${(works += 1)}`;
    const services = { accountId: account.id, store, api: this.#api, clock, newOwner };
    const { textLimitBytes } = account;
    const hasApi = this.#api !== undefined;
    const settings = prepareDelivery(options.delivery || {}, textLimitBytes, hasApi);
    if (options.delivery !== false) {
      const push = settings.pushes && this.#api ? createPush(this.#api, clock) : undefined;
      this.#engine = new DeliveryEngine({ settings, services, clock, log, runHandler, push, owner, random });
    }
    const adapter: Adapter = {
      account,
      deliver: this.#engine
        ? this.#engine.deliver.bind(this.#engine)
        : (delivery) => deliverEach(runHandler, services, delivery),
      path: this.path,
      random,
      clock: () => clock.now(),
      log,
      hardCapMs: settings.hardCapMs,
      bodyLimitBytes: atLeast("bodyLimitBytes", options.bodyLimitBytes ?? 1_048_576, 1),
      bodyTimeoutMs: atLeast("bodyTimeoutMs", options.bodyTimeoutMs ?? 5000, 1),
      bodies: new BodyBudget(),
    };
    this.handler = createNodeHandler(adapter);
    this.fetch = createFetchHandler(adapter);
    this.callback = async (request) => answerCallback(adapter, request);
  }

  /**
   * The platform's API: menus, customer-service messages, media, any endpoint.
   *
   * @throws EchostrError `SETTING_INVALID` when the bot has no `appSecret`
   *
   * @example
   * await bot.api.menu.create({ button: [{ type: "click", name: "帮助", key: "HELP" }] });
   */
  get api(): Api {
    return requireApi(this.#api);
  }

  /**
   * Ends what still runs: aborts the signals of handlers and gives their messages back, so that
   * another process may answer them. Close the server first; the store stays open.
   */
  async close(): Promise<void> {
    await this.#engine?.close();
  }
}

function createPush(api: Api, clock: Clock): PushLate {
  const push = new LatePush(api.customerService, clock);
  return (openId, replies) => push.send(openId, replies);
}

function toClock(clock: (() => number) | Clock | undefined, timers: Clock): Clock {
  if (clock === undefined) return timers;
  return typeof clock === "function" ? { ...timers, now: clock } : clock;
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
