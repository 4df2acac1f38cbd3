/**
 * What the API client is made from.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { EchostrError, settingInvalid } from "../errors.ts";
import { visibleLog } from "../log.ts";
import type { Log } from "../log.ts";
import { fn, having, notMeant, readValues, requireSpelled, someText, timerMs } from "../options.ts";
import type { Check, Filled, Table } from "../options.ts";
import { aStore } from "../store/store.ts";
import type { Store } from "../store/store.ts";
import type { ApiParts } from "./parts.ts";
import { runtimeFetch } from "./runtime-fetch.ts";
import type { TokenProvider } from "./token-provider.ts";
import type { TokenKind } from "./token-source.ts";

/** How the API is spoken to. */
export interface ApiSettings {
  /** Where it is: a proxy, or a stand-in for tests. Default `https://api.weixin.qq.com`. */
  readonly base?: string | undefined;
  /**
   * `"stable"` (default): `/cgi-bin/stable_token`, which any number of processes may ask.
   * `"classic"`: `/cgi-bin/token`; all processes of the account must then share one store. A function
   * gives a token from elsewhere, such as a service of your company's: the AppSecret is then not
   * needed. It is asked for each call, or until the `expiresAt` that it gives, and once more with
   * `refused` when WeChat does not take what it gave.
   */
  readonly token?: TokenKind | TokenProvider | undefined;
  /** The most time of a call, repeats included; six times that for files. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** In place of the global `fetch`, for a proxy or for tests. It is given texts and bytes alone. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The options of `createApi`. */
export interface ApiOptions extends ApiSettings {
  /** 开发者ID (AppID), `wx…`. */
  readonly appId: string;
  /** 开发者密码 (AppSecret). Required, unless `token` is a function. */
  readonly appSecret?: string | undefined;
  /** Where the token is kept; several processes share one. Default: memory. */
  readonly store?: Store | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Is told what goes wrong without a call that could say so. Default: stderr. */
  readonly log?: Log | undefined;
}

/** The settings, checked, with all their defaults; `base` without a slash at its end. */
export interface CheckedSettings extends Filled<ApiSettings, never> {
  readonly appId: string;
  readonly appSecret: string;
}

const base: Check<string> = (value, name) => {
  const text = someText(value, name);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  if (url === undefined || !isHttp || url.search !== "" || url.hash !== "" || url.username !== "") {
    const got = url === undefined ? "something else" : `one of ${url.protocol}//${url.host}`;
    throw notMeant(name, "an http or https URL without a query", value, got);
  }
  return `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, "")}`;
};

const token: Check<TokenKind | TokenProvider> = (value, name) => {
  if (value === "stable" || value === "classic") return value;
  if (typeof value === "function") return value as TokenProvider;
  // Not shown: somebody may have put a token there.
  throw notMeant(name, "stable or classic or a function", value, "something else");
};

const SETTINGS = {
  base: { check: base, default: "https://api.weixin.qq.com" },
  token: { check: token, default: "stable" },
  timeoutMs: { check: timerMs, default: 10_000 },
  fetch: { check: fn<typeof globalThis.fetch>() },
} satisfies Table<ApiSettings>;

const PARTS = {
  appId: { check: someText, default: "" },
  appSecret: { check: someText, default: "" },
  store: { check: aStore },
  clock: { check: having<Clock>("now", "setTimeout", "clearTimeout") },
  random: { check: fn<(size: number) => Uint8Array>() },
  log: { check: fn<Log>() },
} satisfies Table<Omit<ApiOptions, keyof ApiSettings>>;
export const API_SETTINGS: Table<ApiSettings> = SETTINGS;

/** How the options are read. */
export const API_OPTIONS: Table<ApiOptions> = /* @__PURE__ */ Object.assign({}, PARTS, SETTINGS);

/**
 * @returns `parts`: those that were given
 * @throws EchostrError `APPID_MISSING`, `SETTING_INVALID`
 */
export function prepareApi(
  options: Omit<ApiOptions, "appId"> & { readonly appId?: string | undefined },
): CheckedSettings & { readonly parts: Partial<ApiParts> } {
  requireSpelled(API_OPTIONS, options);
  const { appId, appSecret, log, ...others } = readValues(PARTS, options);
  const settings = readValues(SETTINGS, options);
  if (appId === "") {
    throw new EchostrError("APPID_MISSING", "API needs the account's AppID, got none");
  }
  if (appSecret === "" && typeof settings.token !== "function") {
    throw settingInvalid("API needs the account's AppSecret, got none");
  }
  const given = Object.entries({ ...others, log: log && visibleLog(log) });
  const parts = Object.fromEntries(given.filter(([, part]) => part !== undefined));
  return { ...settings, fetch: settings.fetch ?? runtimeFetch, appId, appSecret, parts };
}
