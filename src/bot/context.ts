/**
 * What a handler gets beside the message.
 *
 * @module
 */
import type { Api } from "../api/api.ts";
import type { Clock } from "../clock.ts";
import { settingInvalid } from "../errors.ts";
import type { Store } from "../store/store.ts";

/** What a session holds: anything that JSON can. */
export type SessionData = Record<string, unknown>;

/** One for each message, shared by all its middleware and handlers. */
export interface Context {
  /** The account's original id: `ToUserName` of the message. */
  readonly account: string;
  /**
   * The account as it is configured: its appId, or a digest of its token. What you keep in `store`
   * should begin with it, for `account` and `openId` are what the sender wrote.
   */
  readonly accountId: string;
  /** The follower: `FromUserName` of the message. */
  readonly openId: string;
  /** When the message arrived, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** A place for middleware to leave things for handlers. */
  readonly state: Record<string, unknown>;
  /** Set while a handler of `hears(RegExp)` runs. */
  match: RegExpExecArray | undefined;
  /** The last delivery was answered without this answer; it will reach the follower later. */
  readonly late: boolean;
  /** Aborts when the answer is no longer needed, not even later. Pass it to `fetch`. */
  readonly signal: AbortSignal;
  /** Where the bot keeps what must outlive a message; all processes of the bot share it. */
  readonly store: Store;
  /**
   * The platform's API: customer-service messages, media, menus, any endpoint.
   *
   * @throws EchostrError `SETTING_INVALID` when the bot was made without `api`
   */
  readonly api: Api;
  /**
   * The follower's session, while `bot.use(session())` is on.
   *
   * @throws EchostrError `SETTING_INVALID` when it is not
   */
  session: SessionData;
}

/** What handlers work with beside the message, the same for all of a bot's. */
export interface Services {
  readonly accountId: string;
  readonly store: Store;
  readonly api: Api | undefined;
  /** Its timers keep a program alive: somebody waits for what they time. */
  readonly clock: Clock;
  /** A name for one piece of work that claims something in the store; no two are the same. */
  readonly newOwner: () => string;
  /** How long a message may wait for another one, and still be answered with one of its deliveries. */
  readonly patienceMs: number;
}

/**
 * What the bot gives to its middleware beside what handlers see of it.
 *
 * @throws EchostrError `SETTING_INVALID` for a context that no bot has made
 */
export function servicesOf(context: Context): Services {
  const { services } = context as Context & { readonly services?: Services };
  if (services !== undefined) return services;
  throw settingInvalid("Middleware needs the context of a bot, got another");
}

/**
 * The API, where there is one.
 *
 * @throws EchostrError `SETTING_INVALID`
 */
export function requireApi(api: Api | undefined): Api {
  if (api !== undefined) return api;
  throw settingInvalid("Bot has no API, it needs the option api: createApi({ appId, appSecret })");
}

/** The context of one message. What costs something is made when it is asked for. */
export class MessageContext implements Context {
  readonly account: string;
  readonly openId: string;
  readonly receivedAt: number;
  readonly #services: Services;
  late = false;
  match: RegExpExecArray | undefined = undefined;
  #session: SessionData | undefined;
  #state: Record<string, unknown> | undefined;
  #abort: AbortController | undefined;
  #abortReason: Error | undefined;

  constructor(account: string, openId: string, receivedAt: number, services: Services) {
    this.account = account;
    this.openId = openId;
    this.receivedAt = receivedAt;
    this.#services = services;
  }

  get services(): Services {
    return this.#services;
  }

  get accountId(): string {
    return this.#services.accountId;
  }

  get store(): Store {
    return this.#services.store;
  }

  get api(): Api {
    return requireApi(this.#services.api);
  }

  get state(): Record<string, unknown> {
    this.#state ??= Object.create(null) as Record<string, unknown>;
    return this.#state;
  }

  get session(): SessionData {
    if (this.#session === undefined) {
      throw settingInvalid("context.session needs bot.use(session())");
    }
    return this.#session;
  }

  set session(session: SessionData) {
    this.#session = session;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#abortReason !== undefined) this.#abort.abort(this.#abortReason);
    }
    return this.#abort.signal;
  }

  /** Aborts the signal: the answer is no longer needed. */
  abort(reason: Error): void {
    this.#abortReason = reason;
    this.#abort?.abort(reason);
  }

  get isAborted(): boolean {
    return this.#abortReason !== undefined;
  }

  /** For handlers that run once more: of the first time nothing is left. */
  anew(): MessageContext {
    const context = new MessageContext(this.account, this.openId, this.receivedAt, this.#services);
    context.late = this.late;
    return context;
  }
}
