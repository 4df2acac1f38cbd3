/**
 * The platform's API as a callback bot needs it: `call` reaches every documented endpoint, and what
 * bots do most has a name of its own.
 *
 * @module
 */
import { oneOf } from "../options.ts";
import type { Table } from "../options.ts";
import { answerInvalid, fieldMissing, fieldsOf } from "./api-error.ts";
import { BotCalls } from "./bot-calls.ts";
import type { PushResult } from "./bot-calls.ts";
import { readInput } from "./call-options.ts";
import { Caller } from "./caller.ts";
import type { CallOptions } from "./call-options.ts";
import type { CheckedSettings } from "./api-options.ts";
import { CustomerService } from "./customer-service.ts";
import type { Query } from "./http.ts";
import { Material } from "./material.ts";
import { Media } from "./media.ts";
import type { MediaFile } from "./media-file.ts";
import { Menus } from "./menu.ts";
import type { ApiParts } from "./parts.ts";
import { Qrcodes } from "./qrcode.ts";
import { Quota } from "./quota.ts";
import type { Reply } from "../protocol/reply.ts";
import { Users } from "./user.ts";

/** What WeChat is to try. */
export interface NetworkCheckOptions {
  /** Default: `"all"`. */
  readonly action?: "dns" | "ping" | "all" | undefined;
  /** Through which operator's network. Default: WeChat chooses. */
  readonly operator?: "CHINANET" | "UNICOM" | "CAP" | "DEFAULT" | undefined;
}

/** What WeChat found when it tried; what it was not to try is empty. */
export interface NetworkCheck {
  /** The addresses that the account's domain leads to. */
  readonly dns: readonly { readonly ip: string; readonly real_operator: string }[];
  readonly ping: readonly {
    readonly ip: string;
    readonly from_operator: string;
    /** Such as `0%`. */
    readonly package_loss: string;
    /** Such as `23.079ms`. */
    readonly time: string;
  }[];
}

const CHECK = {
  action: { check: oneOf("dns", "ping", "all"), default: "all" },
  operator: { check: oneOf("CHINANET", "UNICOM", "CAP", "DEFAULT"), default: "DEFAULT" },
} satisfies Table<NetworkCheckOptions>;

export class Api {
  /** Messages to followers who have not just asked. */
  readonly customerService: CustomerService;
  readonly menu: Menus;
  /** Files for three days. */
  readonly media: Media;
  /** Files for good. */
  readonly material: Material;
  readonly qrcode: Qrcodes;
  readonly user: Users;
  readonly quota: Quota;
  readonly #appId: string;
  readonly #caller: Caller;
  readonly #parts: ApiParts;
  readonly #given: Partial<ApiParts>;
  #hasBot = false;
  readonly #botCalls: BotCalls;

  /**
   * Made by `createApi`.
   *
   * @param given what it works with; what is missing comes from its bot, or from `own`
   */
  constructor(settings: CheckedSettings, given: Partial<ApiParts>, own: ApiParts) {
    const parts = { ...own, ...given };
    const caller = new Caller(settings, parts);
    this.#appId = settings.appId;
    this.#parts = parts;
    this.#given = given;
    this.#caller = caller;
    this.customerService = new CustomerService(caller);
    this.#botCalls = new BotCalls(this.customerService, parts);
    this.menu = new Menus(caller);
    this.media = new Media(caller);
    this.material = new Material(caller);
    this.qrcode = new Qrcodes(caller);
    this.user = new Users(caller);
    this.quota = new Quota(caller, settings.appId);
  }

  /**
   * Calls any endpoint of the API. The access_token is added.
   *
   * @param path such as `/cgi-bin/tags/get`; it may have a query
   * @param body sent as JSON, a `FormData` as a form; with one the call is a POST, else a GET
   * @param query the part after the `?`
   * @returns the JSON that came; whole numbers above 2^53 are strings
   * @throws ApiError for an errcode; EchostrError `API_UNREACHABLE`, `API_ANSWER_INVALID`,
   *   `API_INPUT_INVALID`; the reason of `options.signal`
   *
   * @example
   * const { tags } = await api.call("/cgi-bin/tags/get");
   * await api.call("/cgi-bin/tags/create", { tag: { name: "广东" } });
   */
  async call<T = Record<string, unknown>>(
    path: string,
    body?: unknown,
    query: Query = {},
    options: CallOptions = {},
  ): Promise<T> {
    return (await this.#caller.json(path, body, query, options)) as T;
  }

  /**
   * Calls an endpoint that answers a file. The path, the body and the rest are those of `call`.
   *
   * @returns the file, as `media.get` gives it: `bytes()`, `save(path)` or `stream`
   * @throws ApiError for an errcode; EchostrError as `call`, `API_ANSWER_INVALID` also for JSON that
   *   is no refusal
   *
   * @example
   * const voice = await api.file("/cgi-bin/media/get/jssdk", undefined, { media_id });
   * await voice.save("voice.speex");
   * const code = await api.file("/wxa/getwxacodeunlimit", { scene: "table=7" });
   * const bytes = await code.bytes({ maxBytes: 1_000_000 });
   */
  async file(
    path: string,
    body?: unknown,
    query: Query = {},
    options: CallOptions = {},
  ): Promise<MediaFile> {
    return this.#caller.file(path, body, query, options, (answer): never => {
      const got = `JSON with the fields: ${fieldsOf(answer)}`;
      throw answerInvalid(`File expected from ${path.split("?")[0]}, got ${got}`);
    });
  }

  /**
   * The token in use, for software that calls the API itself. Ask each time: it is replaced before
   * it ends.
   *
   * @returns `expiresAt` in milliseconds since 1970
   */
  async accessToken(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const { token, expiresAt } = await this.#caller.accessToken(options.signal);
    return { token, expiresAt };
  }

  /** The AppID of the account, for `createBot`. */
  get appId(): string {
    return this.#appId;
  }

  /**
   * `createBot` calls this with what the bot works with. From then on the client uses the bot's
   * store, clock, log and random bytes, where `createApi` was not given others. The first bot counts.
   */
  adopt(parts: ApiParts): void {
    if (this.#hasBot) return;
    this.#hasBot = true;
    Object.assign(this.#parts, parts, this.#given);
  }

  /**
   * A bot calls this to send late answers as customer-service messages: in their order, until WeChat
   * refuses one. Never rejects.
   *
   * @returns what was not sent, and why
   */
  pushLate(openId: string, replies: readonly Reply[]): Promise<PushResult> {
    return this.#botCalls.pushLate(openId, replies);
  }

  /**
   * `typing()` calls this: shows 对方正在输入 if it is allowed. Never rejects; a refusal of WeChat is logged, and
   * not tried again for an hour.
   */
  showTyping(openId: string): Promise<void> {
    return this.#botCalls.showTyping(openId);
  }

  /** Ends what `showTyping` shows. Never rejects. */
  hideTyping(openId: string): Promise<void> {
    return this.#botCalls.hideTyping(openId);
  }

  /** The addresses that deliveries come from. They change: ask daily. Some are networks (CIDR). */
  async callbackIps(): Promise<string[]> {
    const path = "/cgi-bin/getcallbackip";
    const { ip_list } = await this.#caller.json(path);
    if (Array.isArray(ip_list)) return ip_list.map(String);
    throw fieldMissing("ip_list", path);
  }

  /** Lets WeChat look up the domain of the callback address, and ping what it finds. */
  async networkCheck(options: NetworkCheckOptions = {}): Promise<NetworkCheck> {
    const { action, operator } = readInput(CHECK, options);
    const body = { action, check_operator: operator };
    const answer = await this.#caller.json("/cgi-bin/callback/check", body);
    return { dns: [], ping: [], ...(answer as Partial<NetworkCheck>) };
  }
}
