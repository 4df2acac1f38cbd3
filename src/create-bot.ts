/**
 * Puts the parts together: an account, a router, and the conversation behind two adapters.
 *
 * @module
 */
import { atLeast, prepareAccount } from "./account.ts";
import type { AccountOptions } from "./account.ts";
import type { Api } from "./api/api.ts";
import { requireApi } from "./bot/context.ts";
import { Router } from "./bot/router.ts";
import { answerCallback } from "./callback.ts";
import type { CallbackRequest, CallbackResponse } from "./callback.ts";
import { systemClock, waitingClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { deliverEach } from "./delivery/deliver-each.ts";
import { createDelivery } from "./delivery/delivery-engine.ts";
import type { DeliveryService } from "./delivery/delivery-engine.ts";
import { prepareDelivery } from "./delivery/delivery-options.ts";
import type { DeliveryOptions } from "./delivery/delivery-options.ts";
import type { RunHandler } from "./delivery/run-worker.ts";
import { EchostrError } from "./errors.ts";
import { requireSpelled } from "./known-options.ts";
import type { Names } from "./known-options.ts";
import { logToStderr, visibleLog } from "./log.ts";
import type { Log } from "./log.ts";
import { BodyBudget } from "./server/body.ts";
import { createExchange } from "./server/exchange.ts";
import type { ExchangeSettings } from "./server/exchange.ts";
import { createFetchHandler } from "./server/fetch-handler.ts";
import type { FetchHandler } from "./server/fetch-handler.ts";
import { createNodeHandler } from "./server/node-handler.ts";
import type { NodeHandler } from "./server/node-handler.ts";
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
  /**
   * The client with which the bot calls the platform's API: `createApi({ appId, appSecret })`. Where it
   * was given no `store`, `clock`, `log` or `random`, it uses the bot's.
   */
  readonly api?: Api | undefined;
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
  /** Makes it when it is first needed; `undefined` where delivery is off. */
  readonly #delivery: DeliveryService | undefined;

  /** @throws EchostrError when an option is not what it should be */
  constructor(options: BotOptions) {
    super();
    requireSpelled(options, BOT_NAMES);
    refuseSecret(options);
    const api = checkApi(options);
    this.#api = api;
    this.path = preparePath(options.path ?? "/wx");
    const account = prepareAccount(options, api?.appId);
    const random = options.random ?? createRandom();
    const clock = toClock(options.clock, systemClock);
    const log = visibleLog(options.log ?? logToStderr);
    const onNotice = (message: string): void => log({ level: "warn", event: "notice", message });
    const store = options.store ?? new MemoryStore({ clock: () => clock.now(), onNotice });
    const owner = once(() => processName(random));
    // What a program waits for must keep it alive; a server is kept alive by its socket.
    const apiClock = toClock(options.clock, waitingClock);
    api?.adopt({ store, clock: apiClock, log, random, get owner() { return owner(); } });
    const runHandler: RunHandler = this.answer.bind(this);
    let works = 0;
    const newOwner = (): string => `${owner()} ${(works += 1)}`;
    const services = { accountId: account.id, store, api, clock, newOwner };
    const { textLimitBytes } = account;
    const settings = prepareDelivery(options.delivery || {}, textLimitBytes, api !== undefined);
    if (options.delivery !== false) {
      const push = settings.pushes ? api?.pushLate.bind(api) : undefined;
      const parts = { settings, services, clock, log, runHandler, push, random };
      this.#delivery = createDelivery(() => ({ ...parts, owner: owner() }));
    }
    const adapter: ExchangeSettings = {
      account,
      deliver:
        this.#delivery?.deliver ?? ((delivery) => deliverEach(runHandler, services, delivery)),
      path: this.path,
      random,
      clock,
      log,
      hardCapMs: settings.hardCapMs,
      bodyLimitBytes: atLeast("bodyLimitBytes", options.bodyLimitBytes ?? 1_048_576, 1),
      bodyTimeoutMs: atLeast("bodyTimeoutMs", options.bodyTimeoutMs ?? 5000, 1),
      bodies: new BodyBudget(),
    };
    const exchange = createExchange(adapter);
    this.handler = createNodeHandler(exchange);
    this.fetch = createFetchHandler(exchange);
    this.callback = async (request) => answerCallback(adapter, request);
  }

  /**
   * The platform's API: menus, customer-service messages, media, any endpoint.
   *
   * @throws EchostrError `SETTING_INVALID` when the bot was made without `api`
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
    await this.#delivery?.close();
  }
}

/** What needs random bytes is made on demand: some runtimes have none while a module is loaded. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const WRITE_API = "write api: createApi({ appId, appSecret })";

/** It was an option once. Without a word there would be no API, and nobody would know why. */
function refuseSecret(options: BotOptions): void {
  if (!("appSecret" in options) || options.appSecret === undefined) return;
  throw new EchostrError("SETTING_INVALID", `Option appSecret is not known, ${WRITE_API}`);
}

/** It may come from another copy of this library, so what it can do is looked at, not its class. */
function checkApi({ api, appId }: BotOptions): Api | undefined {
  if (api === undefined) return undefined;
  if (typeof (api as Partial<Api> | null)?.adopt !== "function") {
    const message = `Option api must come from createApi, got another ${typeof api}: ${WRITE_API}`;
    throw new EchostrError("SETTING_INVALID", message);
  }
  if (appId !== undefined && appId !== "" && appId !== api.appId) {
    const message = `Option api must be for the bot's account ${appId}, got one for ${api.appId}`;
    throw new EchostrError("SETTING_INVALID", message);
  }
  return api;
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
