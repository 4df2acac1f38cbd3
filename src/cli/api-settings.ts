/**
 * The settings of the API client, from the environment, for `serve` and for the commands that call
 * the API.
 *
 * @module
 */
import { prepareApi } from "../api/api-options.ts";
import type { ApiSettings } from "../api/api-options.ts";
import type { TokenKind } from "../api/token-source.ts";
import { EchostrError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";

/** Reads a variable: trimmed, and `undefined` when it is empty. */
export type Read = (name: string) => string | undefined;

/** Whose API is called, and how. */
export interface ApiEnvironment {
  readonly appId: string | undefined;
  readonly appSecret: string | undefined;
  readonly api: ApiSettings;
}

/** The names of the variables. */
export const API_NAMES: readonly string[] = [
  "WECHAT_SECRET",
  "WECHAT_API_BASE",
  "WECHAT_API_TOKEN",
];

const NAME_OF_OPTION: readonly (readonly [option: string, name: string])[] = [
  ["base", "WECHAT_API_BASE"],
  ["token", "WECHAT_API_TOKEN"],
];

const NAME_OF_CODE: Partial<Record<ErrorCode, string>> = { APPID_MISSING: "WECHAT_APPID" };

/**
 * Reads the settings. Without a secret there is no client, and the rest is not looked at.
 *
 * @throws EchostrError with the name of the variable in its message
 */
export function readApi(read: Read): ApiEnvironment {
  const appId = read("WECHAT_APPID");
  const appSecret = read("WECHAT_SECRET");
  const base = read("WECHAT_API_BASE");
  const token = read("WECHAT_API_TOKEN") as TokenKind | undefined;
  // What is not set here may be set by a bot file.
  const api: ApiSettings = {
    ...(base === undefined ? {} : { base }),
    ...(token === undefined ? {} : { token }),
  };
  if (appSecret !== undefined) check({ ...api, appId, appSecret });
  return { appId, appSecret, api };
}

function check(options: Parameters<typeof prepareApi>[0]): void {
  try {
    prepareApi(options);
  } catch (error) {
    if (!(error instanceof EchostrError)) throw error;
    const { code, message } = error;
    const [, option] = NAME_OF_OPTION.find(([name]) => message.startsWith(name)) ?? [];
    const name = option ?? NAME_OF_CODE[code] ?? "WECHAT_SECRET";
    throw new EchostrError(code, `${name}: ${message}`, { cause: error });
  }
}

/**
 * What to say of settings that are right each alone and wrong together: a classic token that is
 * kept in memory is ended by whatever other process or command gets one.
 */
export function tokenNotice(api: ApiSettings, store: string | undefined): string | undefined {
  if (api.token !== "classic" || (store !== undefined && store !== "memory")) return undefined;
  return (
    "WECHAT_API_TOKEN=classic with STORE=memory: this process must be the only one that gets " +
    "tokens of this account; share a store, or use stable tokens"
  );
}
