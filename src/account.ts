/**
 * An account's secrets and settings, checked once and made ready for use.
 *
 * @module
 */
import { hash } from "node:crypto";
import { EchostrError } from "./errors.ts";
import { parseAesKey } from "./protocol/encryption.ts";
import type { AesKey } from "./protocol/encryption.ts";
import { TEXT_LIMIT_BYTES } from "./protocol/reply.ts";

/** How WeChat sends messages: 明文模式, 兼容模式, 安全模式. */
export type Mode = "plain" | "compat" | "safe";

/** What the account's console and ours must agree on. */
export interface AccountOptions {
  /** 令牌 (Token). Several while it is being replaced: the first is current. */
  readonly token: string | readonly string[];
  /** 消息加解密密钥, 43 characters. Several while it is being replaced: the first is current. */
  readonly encodingAesKey?: string | readonly string[] | undefined;
  /** 开发者ID (AppID), `wx…`. Required with a key. */
  readonly appId?: string | undefined;
  /** `"safe"` when there is a key, else `"plain"`. What a request claims never changes it. */
  readonly mode?: Mode | undefined;
  /** How far a request's timestamp may be from our clock; 600,000 ms unless told. */
  readonly clockSkewMs?: number | undefined;
  /** The most bytes of UTF-8 in one text reply; 1,800 unless told. */
  readonly textLimitBytes?: number | undefined;
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
}

const MODES: readonly string[] = ["plain", "compat", "safe"];

/**
 * Checks the settings of an account.
 *
 * @param apiAppId that of the bot's client of the API, where the settings have none
 * @throws EchostrError `TOKEN_INVALID`, `AES_KEY_INVALID`, `APPID_MISSING`, `MODE_INVALID`,
 *   `SETTING_INVALID`
 */
export function prepareAccount(options: AccountOptions, apiAppId?: string): Account {
  const tokens = list(options.token);
  if (tokens.length === 0) {
    throw new EchostrError("TOKEN_INVALID", "Token expected, got none");
  }
  for (const token of tokens) checkToken(token);

  const encodingAesKeys = list(options.encodingAesKey);
  const keys = encodingAesKeys.map((key) => parseAesKey(key));
  const mode = options.mode ?? (keys.length > 0 ? "safe" : "plain");
  if (!MODES.includes(mode)) {
    throw new EchostrError("MODE_INVALID", `Mode must be plain, compat or safe, got "${mode}"`);
  }
  if (mode !== "plain" && keys.length === 0) {
    throw new EchostrError("MODE_INVALID", `Mode ${mode} needs an EncodingAESKey, got none`);
  }
  const appId = options.appId ?? apiAppId ?? "";
  checkAppId(appId);
  if (mode !== "plain" && appId === "") {
    throw new EchostrError("APPID_MISSING", `Mode ${mode} needs the account's AppID, got none`);
  }
  return {
    id: appId === "" ? digestOf(tokens[0]) : appId,
    tokens,
    keys,
    appId,
    mode,
    clockSkewMs: atLeast("clockSkewMs", options.clockSkewMs ?? 600_000, 0),
    textLimitBytes: atLeast("textLimitBytes", options.textLimitBytes ?? TEXT_LIMIT_BYTES, 4),
  };
}

/**
 * Names an account without an appId: whoever knows its token may send in its name as it is. The path
 * is not part of it, for processes of one account may stand behind different ones.
 */
function digestOf(token: string | undefined): string {
  return `token-${hash("sha256", `echostr account\n${token}`, "hex").slice(0, 16)}`;
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

/** The console takes 3 to 32 letters and digits; its rule may change, so only this is checked. */
function checkToken(token: string): void {
  if (typeof token !== "string" || token === "") {
    throw new EchostrError("TOKEN_INVALID", "Token must be a text, got an empty one");
  }
  if (/\s/.test(token)) {
    throw new EchostrError("TOKEN_INVALID", "Token must not hold space, got some");
  }
}

/** Keys of a store begin with it, and end it with a line end. */
function checkAppId(appId: string): void {
  if (typeof appId !== "string" || /\s/.test(appId)) {
    throw new EchostrError("SETTING_INVALID", "appId must be a text without space, got another");
  }
}

/** Checks a setting that is a number with a lower bound. */
export function atLeast(name: string, value: number, least: number): number {
  if (typeof value !== "number" || !(value >= least)) {
    throw new EchostrError("SETTING_INVALID", `${name} must be at least ${least}, got ${value}`);
  }
  return value;
}
