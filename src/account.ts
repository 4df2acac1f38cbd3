/**
 * An account's secrets and settings, checked once and made ready for use.
 *
 * @module
 */
import { hash } from "./crypto.ts";
import { EchostrError, kindOf, settingInvalid } from "./errors.ts";
import { count, flag, notMeant, oneOf, readValues, someText, wordOf } from "./options.ts";
import type { Check, Table } from "./options.ts";
import { parseAesKey } from "./protocol/encryption.ts";
import type { AesKey } from "./protocol/encryption.ts";
import type { BodyFormat } from "./protocol/json-body.ts";
import { TEXT_LIMIT_BYTES } from "./protocol/reply.ts";

/** How WeChat sends messages: 明文模式, 兼容模式, 安全模式. */
export type Mode = "plain" | "compat" | "safe";

/** What the account's console and ours must agree on. */
export interface AccountOptions {
  /** 令牌 (Token). Several while it is being replaced: the first is current. `""` with `cloudRun` alone. */
  readonly token: string | readonly string[];
  /** 消息加解密密钥, 43 characters. Several while it is being replaced: the first is current. */
  readonly encodingAesKey?: string | readonly string[] | undefined;
  /** 开发者ID (AppID), `wx…`. Required with a key. */
  readonly appId?: string | undefined;
  /** `"safe"` when there is a key, else `"plain"`. What a request claims never changes it. */
  readonly mode?: Mode | undefined;
  /** How far a request's timestamp may be from our clock. Default 600,000; `Infinity` for any. */
  readonly clockSkewMs?: number | undefined;
  /** The most bytes of UTF-8 in one text reply. Default 1,800. */
  readonly textLimitBytes?: number | undefined;
  /**
   * 数据格式 of the bodies that are read: `"xml"`, `"json"`, or `"auto"` for both. The reply has the format
   * of its message. Default `"xml"`.
   */
  readonly format?: BodyFormat | "auto" | undefined;
  /**
   * Takes what 微信云托管 pushes: without a signature, with the header `x-wx-source`. Only for a container that
   * nobody else can reach, since anybody can write that header. Default `false`.
   */
  readonly cloudRun?: boolean | undefined;
}

/** An account made ready. */
export interface Account {
  /** What keys in a store begin with: the appId, or a digest of the current token. No line ends. */
  readonly id: string;
  readonly tokens: readonly string[];
  readonly keys: readonly AesKey[];
  readonly appId: string;
  readonly mode: Mode;
  readonly clockSkewMs: number;
  readonly textLimitBytes: number;
  readonly format: BodyFormat | "auto";
  readonly cloudRun: boolean;
}

/** The console takes 3 to 32 letters and digits; its rule may change, so only this is checked. */
const tokens: Check<string | readonly string[], readonly string[]> = (value) => {
  const list = listOf(value);
  for (const token of list) {
    if (typeof token !== "string" || token === "") {
      const got = token === "" ? "an empty one" : kindOf(token);
      throw new EchostrError("TOKEN_INVALID", `Token must be a text, got ${got}`);
    }
    const found = slipIn(token);
    if (found !== undefined) throw new EchostrError("TOKEN_INVALID", `Token ${found}`);
  }
  return list as readonly string[];
};

const aesKeys: Check<string | readonly string[], readonly string[]> = (value, name) =>
  listOf(value).map((key) => someText(key, name)).filter((key) => key !== "");

/** Space, and what a console's page may add to what is copied from it. */
const UNSEEN = /[\s\u200b-\u200f\u2060]/;

/** `docker run --env-file` makes them part of a value. */
const QUOTES = /^["']|["']$/;

function slipIn(text: string): string | undefined {
  if (UNSEEN.test(text)) return "must not hold space or hidden characters, got some";
  if (!QUOTES.test(text)) return undefined;
  return "must not stand in quotation marks, got some: docker's --env-file keeps those of the file";
}

/** Keys of a store begin with it, and end it with a line end. */
const appId: Check<string> = (value, name) => {
  const text = someText(value, name);
  const found = slipIn(text);
  if (found !== undefined) throw settingInvalid(`${name} ${found}`);
  if (text.startsWith("gh_")) throw notMeant(name, "the AppID, wx…", value, "the original id, gh_…");
  return text;
};

const MODES = ["plain", "compat", "safe"] as const;

const oneOfModes: Check<Mode> = (value) => {
  const mode = MODES.find((each) => each === value);
  if (mode !== undefined) return mode;
  throw new EchostrError(
    "MODE_INVALID",
    `Mode must be plain, compat or safe, got ${wordOf(value)}`,
  );
};

const anySkew: Check<number> = (value, name) =>
  value === Infinity ? Infinity : count({ least: 0 })(value, name);

const ACCOUNT = {
  token: { check: tokens, empty: true },
  encodingAesKey: { check: aesKeys, default: [] },
  appId: { check: appId, default: "" },
  mode: { check: oneOfModes },
  clockSkewMs: { check: anySkew, default: 600_000 },
  textLimitBytes: { check: count({ least: 4 }), default: TEXT_LIMIT_BYTES },
  format: { check: oneOf("xml", "json", "auto"), default: "xml" },
  cloudRun: { check: flag, default: false },
} satisfies Table<AccountOptions>;
export const ACCOUNT_OPTIONS: Table<AccountOptions> = ACCOUNT;

/**
 * Checks the settings of an account.
 *
 * @param apiAppId that of the bot's client of the API, where the settings have none
 * @throws EchostrError `TOKEN_INVALID`, `AES_KEY_INVALID`, `APPID_MISSING`, `MODE_INVALID`,
 *   `SETTING_INVALID`
 */
export function prepareAccount(options: AccountOptions, apiAppId: string = ""): Account {
  const isTokenless = options.cloudRun === true && options.token === "";
  const given = isTokenless ? { ...options, token: [] } : options;
  const { token: tokens = [], encodingAesKey, ...settings } = readValues(ACCOUNT, given);
  const { cloudRun } = settings;
  if (tokens.length === 0 && !cloudRun) {
    throw new EchostrError("TOKEN_INVALID", "Token expected, got none");
  }
  const keys = encodingAesKey.map((key) => parseAesKey(key));
  const mode = settings.mode ?? (keys.length > 0 ? "safe" : "plain");
  if (mode !== "plain" && keys.length === 0) {
    throw new EchostrError("MODE_INVALID", `Mode ${mode} needs an EncodingAESKey, got none`);
  }
  if (mode !== "plain" && cloudRun) {
    throw new EchostrError("MODE_INVALID", `Option cloudRun needs mode plain, got ${mode}`);
  }
  const appId = settings.appId === "" ? apiAppId : settings.appId;
  if (mode !== "plain" && appId === "") {
    throw new EchostrError("APPID_MISSING", `Mode ${mode} needs the account's AppID, got none`);
  }
  // Anybody who knows the token can send in its name anyway. The path is not part of it, since processes
  // of one account may have different paths.
  const named = `echostr account\n${tokens[0]}`;
  const id = appId === "" ? `token-${hash("sha256", named, "hex").slice(0, 16)}` : appId;
  return { ...settings, id, tokens, keys, appId, mode };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
