/**
 * The file `.env` in the working folder: read if it is there, and made once by `make run`.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { messageOf, settingInvalid } from "../errors.ts";
import { sentences } from "./language.ts";
import type { Language } from "./language.ts";
import { decodeText } from "./text-file.ts";

const NAME = ".env";

/**
 * Far more than all settings together; what is larger is another file. Node 20 takes seconds for a
 * megabyte of lines without a setting.
 */
const MOST_BYTES = 65_536;

/**
 * Loads `.env`. What is set in the environment already stays as it is, also where it is empty.
 *
 * @returns the names whose value in the file has no effect, since they are empty in the environment
 * @throws EchostrError `SETTING_INVALID` when the file is there but cannot be read
 */
export function loadEnv(folder: string): readonly string[] {
  const file = resolve(folder, NAME);
  if (!existsSync(file)) return [];
  const settings = Object.entries(readEnv(file));
  for (const [name, value] of settings) process.env[name] ??= value;
  return settings.filter(([name, value]) => value !== "" && process.env[name] === "").map(([name]) => name);
}

function readEnv(file: string): Readonly<Record<string, string>> {
  try {
    requireSmall(statSync(file).size);
    return parseEnvFile(readFileSync(file));
  } catch (cause) {
    const message = `${NAME} cannot be read: ${messageOf(cause)}`;
    throw settingInvalid(message, { cause });
  }
}

/**
 * The settings in the bytes of a file, as editors write it: with or without a byte order mark, with
 * line ends of any kind. Node's own `loadEnvFile` would make the mark part of the first name, and
 * end a value at NUL without a word.
 *
 * @throws Error when it is above 64 KiB, is not UTF-8, holds NUL, or has a setting of ours without `=`
 *
 * @example
 * parseEnvFile(Buffer.from("\uFEFFPORT=80\r\n")); // { PORT: "80" }
 */
export function parseEnvFile(bytes: Uint8Array): Readonly<Record<string, string>> {
  requireSmall(bytes.length);
  const text = decodeText(bytes);
  if (text.includes("\0")) throw new Error("text in UTF-8 expected, got NUL");
  requireEqualsSigns(text);
  const settings = parseEnv(text.replace(/\r\n?/g, "\n")) as Record<string, string>;
  // To Node 20 a line without "=" is the beginning of the next line's name.
  const own = (name: string): string => name.slice(name.lastIndexOf("\n") + 1);
  const named = Object.entries(settings).filter(([name]) => own(name) === name || !Object.hasOwn(settings, own(name)));
  return Object.fromEntries(named.map(([name, value]) => [own(name), value]));
}

/** `WECHAT_MODE: safe` would be read past without a word, and the mode would be another. */
function requireEqualsSigns(text: string): void {
  const name = WITHOUT_EQUALS_SIGN.exec(text)?.[1];
  if (name !== undefined) throw new Error(`${name}=VALUE expected, got no "=" behind the name`);
}

const WITHOUT_EQUALS_SIGN = /(?:^|[\r\n])[ \t]*(?:(?:export|set)[ \t]+)?(WECHAT_\w+)(?!\w|[ \t]*=)/i;

function requireSmall(size: number): void {
  if (size > MOST_BYTES) throw new Error(`at most ${MOST_BYTES} bytes expected, got ${size}`);
}

/**
 * Makes `.env` with a random token, readable for its owner alone; leaves one that exists.
 *
 * @param language of its comments
 * @returns whether it was made
 */
export function initEnv(folder: string, language: Language): boolean {
  const file = resolve(folder, NAME);
  // 32 letters and digits: what the console takes at most.
  const token = randomBytes(16).toString("hex");
  try {
    writeFileSync(file, envText(language)(token), { mode: 0o600, flag: "wx" });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    const message = `${NAME} cannot be made: ${messageOf(cause)}`;
    throw settingInvalid(message, { cause });
  }
}

const envText = sentences(
  (token: string) => `# Settings of echostr. Keep this file to yourself: whoever has the token can write in
# your followers' names. README.md lists all settings.

# 令牌(Token) of 服务器配置
WECHAT_TOKEN=${token}

# For 安全模式: 开发者ID(AppID) and 消息加解密密钥(EncodingAESKey)
# WECHAT_APPID=
# WECHAT_AES_KEY=

# For calls to WeChat, with WECHAT_APPID: 开发者密码(AppSecret)
# WECHAT_SECRET=
`,
  (token) => `# echostr 的设置。请勿泄露本文件：拿到 Token 的人可以冒充你的用户发消息。
# 全部设置见 README.zh-CN.md。

# “服务器配置”中的令牌(Token)
WECHAT_TOKEN=${token}

# 安全模式需要：开发者ID(AppID) 和 消息加解密密钥(EncodingAESKey)
# WECHAT_APPID=
# WECHAT_AES_KEY=

# 调用微信接口需要：开发者密码(AppSecret)，以及上面的 WECHAT_APPID
# WECHAT_SECRET=
`,
);
