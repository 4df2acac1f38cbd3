/**
 * What the API client is made from.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { EchostrError } from "../errors.ts";
import type { Names } from "../known-options.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import type { TokenKind } from "./token-source.ts";

/** How the API is spoken to. */
export interface ApiSettings {
  /** Where it is; `https://api.weixin.qq.com` unless told. A proxy, or a stand-in for tests. */
  readonly base?: string | undefined;
  /**
   * `"stable"` (default): `/cgi-bin/stable_token`, which any number of processes may ask.
   * `"classic"`: `/cgi-bin/token`; all processes of the account must then share one store.
   */
  readonly token?: TokenKind | undefined;
  /** The most time of a call, repeats included: 10,000 ms unless told; six times that for files. */
  readonly timeoutMs?: number | undefined;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The names of the settings. */
export const API_NAMES: Names<ApiSettings> = {
  base: true,
  token: true,
  timeoutMs: true,
  fetch: true,
};

/** What `createApi` is told. */
export interface ApiOptions extends ApiSettings {
  /** 开发者ID (AppID), `wx…`. */
  readonly appId: string;
  /** 开发者密码 (AppSecret). */
  readonly appSecret: string;
  /** Where the token is kept: in memory unless told. Several processes share one. */
  readonly store?: Store | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Is told what goes wrong without a call that could say so; stderr unless told. */
  readonly log?: Log | undefined;
}

/** The settings, checked, with all their defaults. */
export interface CheckedSettings {
  readonly appId: string;
  readonly appSecret: string;
  /** Without a slash at its end. */
  readonly base: string;
  readonly kind: TokenKind;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
}

const BASE = "https://api.weixin.qq.com";

/** @throws EchostrError `APPID_MISSING`, `SETTING_INVALID` */
export function prepareApi(
  options: ApiSettings & { readonly appId?: string | undefined; readonly appSecret: string },
): CheckedSettings {
  const { appId, appSecret, token: kind = "stable", timeoutMs = 10_000 } = options;
  if (typeof appId !== "string" || appId === "") {
    throw new EchostrError("APPID_MISSING", "API needs the account's AppID, got none");
  }
  if (typeof appSecret !== "string" || appSecret === "") {
    throw invalid("API needs the account's AppSecret, got none");
  }
  if (kind !== "stable" && kind !== "classic") {
    // Not shown: somebody may have put a token there.
    throw invalid("api.token must be stable or classic, got something else");
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1) {
    throw invalid(`api.timeoutMs must be a whole number of at least 1, got ${timeoutMs}`);
  }
  const base = prepareBase(options.base ?? BASE);
  // Looked up at each call: whoever replaces the global one later means us too.
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  return { appId, appSecret, base, kind, timeoutMs, fetch };
}

function prepareBase(base: string): string {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  if (url === undefined || !isHttp || url.search !== "" || url.hash !== "" || url.username !== "") {
    const got = base.split("?")[0]?.replace(/\/\/[^/]*@/, "//…@") ?? "";
    throw invalid(`api.base must be an http or https URL without a query, got "${got}"`);
  }
  return `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, "")}`;
}

function invalid(message: string): EchostrError {
  return new EchostrError("SETTING_INVALID", message);
}
