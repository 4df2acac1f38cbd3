/**
 * The account of a session: as real in form as one from WeChat, and new each time, so that nobody
 * grows used to a token that is in a repository.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { LabAccount, LabFormat, LabMode } from "../platform/types.ts";

/** An account and the secret of its interfaces. */
export interface SessionAccount extends LabAccount {
  readonly encodingAesKey: string;
  readonly appSecret: string;
}

export function makeSessionAccount(mode: LabMode, format: LabFormat = "xml"): SessionAccount {
  return {
    mode,
    format,
    originalId: `gh_${randomBytes(6).toString("hex")}`,
    token: randomLetters(24),
    appId: `wx${randomBytes(8).toString("hex")}`,
    encodingAesKey: randomLetters(43),
    appSecret: randomBytes(16).toString("hex"),
  };
}

/**
 * What the bot's process finds in its environment. What the bot itself needs, such as the key of a
 * language model, is left as it is; what would make another server of it is not.
 */
export function botEnvironment(
  outer: Readonly<Record<string, string | undefined>>,
  account: SessionAccount,
  apiBase: string,
): Record<string, string | undefined> {
  const { token, appId, appSecret, encodingAesKey, mode } = account;
  return {
    ...outer,
    WECHAT_TOKEN: token,
    WECHAT_MODE: mode,
    WECHAT_FORMAT: account.format,
    WECHAT_CLOUD_RUN: "",
    WECHAT_APPID: appId,
    WECHAT_SECRET: appSecret,
    WECHAT_AES_KEY: mode === "plain" ? "" : encodingAesKey,
    WECHAT_API_BASE: apiBase,
    WECHAT_API_TOKEN: "",
    WECHAT_PATH: BOT_PATH,
    HOST: "127.0.0.1",
    PORT: "0",
    TLS_CERT: "",
    TLS_KEY: "",
    // What a bot remembers goes with its process: each start is a fresh one.
    STORE: "memory",
    LOG: "json",
    // Coverage and inspection of the parent process are not the bot's.
    NODE_V8_COVERAGE: undefined,
  };
}

export const BOT_PATH = "/wx";

/** Letters and digits, evenly. */
function randomLetters(length: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is four times 62; what lies above would favour the first letters.
      if (byte < 248 && text.length < length) text += letters[byte % 62];
    }
  }
  return text;
}
