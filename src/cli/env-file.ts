/**
 * The file `.env` in the working folder: read if it is there, and made once by `make run`.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { loadEnvFile } from "node:process";
import { EchostrError, messageOf } from "../errors.ts";

const NAME = ".env";

/**
 * Loads `.env`. What is set in the environment already stays as it is.
 *
 * @throws EchostrError `SETTING_INVALID` when the file is there but cannot be read
 */
export function loadEnv(folder: string): void {
  const file = resolve(folder, NAME);
  if (!existsSync(file)) return;
  try {
    loadEnvFile(file);
  } catch (cause) {
    const message = `${NAME} cannot be read: ${messageOf(cause)}`;
    throw new EchostrError("SETTING_INVALID", message, { cause });
  }
}

/**
 * Makes `.env` with a random token, readable for its owner alone; leaves one that exists.
 *
 * @returns whether it was made
 */
export function initEnv(folder: string): boolean {
  const file = resolve(folder, NAME);
  try {
    writeFileSync(file, envText(makeToken()), { mode: 0o600, flag: "wx" });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    const message = `${NAME} cannot be made: ${messageOf(cause)}`;
    throw new EchostrError("SETTING_INVALID", message, { cause });
  }
}

/** 32 letters and digits: what the console takes at most. */
function makeToken(): string {
  return randomBytes(16).toString("hex");
}

function envText(token: string): string {
  return `# Settings of echostr. Keep this file to yourself: whoever has the token can write in
# your followers' names. README.md lists all settings.

# 令牌(Token) of 服务器配置
WECHAT_TOKEN=${token}

# For 安全模式: 开发者ID(AppID) and 消息加解密密钥(EncodingAESKey)
# WECHAT_APPID=
# WECHAT_AES_KEY=

# For calls to WeChat, with WECHAT_APPID: 开发者密码(AppSecret)
# WECHAT_SECRET=
`;
}
