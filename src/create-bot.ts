/**
 * Puts the parts together: an account, a router, and the conversation behind two adapters.
 *
 * @module
 */
import { prepareAccount } from "./account.ts";
import type { Api } from "./api/api.ts";
import { prepareBot } from "./bot-options.ts";
import type { BotOptions } from "./bot-options.ts";
import { requireApi } from "./bot/context.ts";
import { Router } from "./bot/router.ts";
import { answerCallback } from "./callback.ts";
import type { CallbackRequest, CallbackResponse } from "./callback.ts";
import { systemClock, waitingClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { deliverEach } from "./delivery/deliver-each.ts";
import { DeliveryEngine } from "./delivery/delivery-engine.ts";
import type { Delivery } from "./delivery/delivery-engine.ts";
import { prepareDelivery } from "./delivery/delivery-options.ts";
import type { RunHandler } from "./delivery/run-worker.ts";
import { visibleLog } from "./log.ts";
import { BodyBudget } from "./server/body.ts";
import { createExchange } from "./server/exchange.ts";
import type { ExchangeSettings } from "./server/exchange.ts";
import { createFastifyPlugin } from "./server/fastify.ts";
import type { FastifyPlugin } from "./server/fastify.ts";
import { createFetchHandler } from "./server/fetch-handler.ts";
import type { FetchHandler } from "./server/fetch-handler.ts";
import { createKoaMiddleware } from "./server/koa.ts";
import type { KoaMiddleware } from "./server/koa.ts";
import { createNodeHandler } from "./server/node-handler.ts";
import type { NodeHandler } from "./server/node-handler.ts";
import { createRandom, processName } from "./random.ts";
import { MemoryStore } from "./store/memory.ts";

/** A bot: handlers are added to it, servers talk to it. */
export class Bot extends Router {
  /** Without a slash at its end. */
  readonly path: string;
  /** For node:http, Express and Connect: `createServer(bot.handler)`, `app.use(bot.handler)`. */
  readonly handler: NodeHandler;
  /** `Request -> Response`, for cloud functions and other runtimes. */
  readonly fetch: FetchHandler;
  /** For Koa: `app.use(bot.koa)`. */
  readonly koa: KoaMiddleware;
  /** For Fastify: `app.register(bot.fastify)`. */
  readonly fastify: FastifyPlugin;
  /** The conversation alone, for hosts with neither: plain objects in and out. */
  readonly callback: (request: CallbackRequest) => Promise<CallbackResponse>;
  readonly #api: Api | undefined;
  /** `undefined` where delivery is off. */
  readonly #delivery: DeliveryEngine | undefined;

  /** @throws EchostrError when an option is not what it should be */
  constructor(options: BotOptions) {
    super((hint) => onNotice(hint));
    const given = prepareBot(options);
    const { api, delivery, bodyLimitBytes, bodyTimeoutMs, random = createRandom() } = given;
    this.#api = api;
    this.path = given.path;
    const account = prepareAccount(options, api?.appId);
    const clock = toClock(given.clock, systemClock);
    const log = visibleLog(given.log);
    const onNotice = (message: string): void => log({ level: "warn", event: "notice", message });
    if (account.cloudRun) onNotice(CLOUD_RUN_NOTICE);
    const store = given.store ?? new MemoryStore({ clock: () => clock.now(), onNotice });
    const owner = processName(random);
    // What a program waits for must keep it alive; a server is kept alive by its socket.
    const waiting = toClock(given.clock, waitingClock);
    api?.adopt({ store, clock: waiting, log, random, owner });
    const runHandler: RunHandler = this.answer.bind(this);
    let works = 0;
    const newOwner = (): string => `${owner()} ${(works += 1)}`;
    const settings = prepareDelivery(delivery || {}, account.textLimitBytes, api !== undefined);
    const { patienceMs } = settings;
    const services = { accountId: account.id, store, api, clock: waiting, newOwner, patienceMs };
    if (delivery !== false) {
      if (settings.hint !== undefined) onNotice(settings.hint);
      const push = settings.pushes ? api?.pushLate.bind(api) : undefined;
      this.#delivery = new DeliveryEngine({ settings, services, clock, log, runHandler, push, random });
    }
    const adapter: ExchangeSettings = {
      account,
      deliver:
        this.#delivery?.deliver.bind(this.#delivery) ??
        ((delivery) => deliverEach({ runHandler, services, log }, delivery)),
      path: this.path,
      random,
      clock,
      log,
      hardCapMs: settings.hardCapMs,
      bodyLimitBytes,
      bodyTimeoutMs,
      bodies: new BodyBudget(),
    };
    const exchange = createExchange(adapter);
    this.handler = createNodeHandler(exchange);
    this.koa = createKoaMiddleware(this.handler);
    this.fastify = createFastifyPlugin(this.handler, this.path);
    this.fetch = createFetchHandler(exchange);
    const isTimed = this.#delivery !== undefined;
    const deliverTimely = (came: Delivery) => adapter.deliver(timely(came, clock.now()));
    const host = isTimed ? { ...adapter, deliver: deliverTimely } : adapter;
    this.callback = async (request) => answerCallback(host, request);
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

const CLOUD_RUN_NOTICE =
  "cloudRun is on: anybody who can reach this server can deliver messages in anybody's name. " +
  "Close it to the public network (公网访问), so that only 微信云托管 reaches it";

/** Longer than any delivery takes. */
const FAR_MS = 60_000;

/** A host's own time of arrival may be far from our clock, by which the delivery is timed where delivery is on. */
function timely(delivery: Delivery, now: number): Delivery {
  return Math.abs(now - delivery.receivedAt) < FAR_MS ? delivery : { ...delivery, receivedAt: now };
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
