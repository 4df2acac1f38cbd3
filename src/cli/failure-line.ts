/**
 * The line in which a program says why it ends. The message of an `EchostrError` is English, as in
 * docs/errors.md; in Chinese a few words and the code stand before it.
 *
 * @module
 */
import { codeOf, isEchostrError, messageOf, stackOf } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { sentences } from "./language.ts";
import type { Language } from "./language.ts";

/** A command line that is not understood, in the reader's language; a shell's own end with status 2 too. */
export class UsageError extends Error {
  override get name(): string {
    return "UsageError";
  }
}

/** Whether an error is about the words of the command line: ours, or one of `parseArgs`. */
export function isUsageError(error: unknown): boolean {
  return error instanceof UsageError || codeOf(error)?.startsWith("ERR_PARSE_ARGS") === true;
}

/**
 * @param program its name
 * @returns a sentence for what is known, the stack for what is not
 *
 * @example
 * failureLine("echostr", new UsageError("menu get expected"), "en"); // "echostr: menu get expected; see --help"
 */
export function failureLine(program: string, error: unknown, language: Language): string {
  if (isUsageError(error)) return usageLine(program, error, "--help", language);
  const known = isEchostrError(error);
  return `${program}: ${said(language).failed(error, (known ? undefined : stackOf(error)) ?? messageOf(error))}`;
}

/** @param help what is to be typed for help */
export function usageLine(program: string, error: unknown, help: string, language: Language): string {
  const { failed, see } = said(language);
  return `${program}: ${failed(error, messageOf(error))}${see(help)}`;
}

const said = sentences(
  { failed: (_error: unknown, message: string) => message, see: (help: string) => `; see ${help}` },
  { failed: inChinese, see: (help) => `；用法见 ${help}` },
);

function inChinese(error: unknown, message: string): string {
  if (error instanceof UsageError) return message;
  const code = codeOf(error) ?? "";
  const words = (OF_ARGUMENTS[code] ?? OF_CODE[code as ErrorCode]) || "出错了";
  return isEchostrError(error) ? `${words}（${code}）：${message}` : `${words}：${message}`;
}

/** Those of Node. */
const OF_ARGUMENTS: Readonly<Record<string, string>> = {
  ERR_PARSE_ARGS_UNKNOWN_OPTION: "没有这个选项",
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: "选项的值不对",
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: "多余的参数",
};

/** The codes with which a program ends; the others belong to requests. */
const OF_CODE: Partial<Readonly<Record<ErrorCode, string>>> = {
  SETTING_INVALID: "设置有误",
  TOKEN_INVALID: "Token 设置有误",
  AES_KEY_INVALID: "EncodingAESKey 设置有误",
  APPID_MISSING: "缺少 AppID",
  MODE_INVALID: "消息加解密方式设置有误",
  BOT_FILE_INVALID: "无法加载机器人文件",
  LISTEN_FAILED: "无法监听端口",
  STORE_INVALID: "STORE 设置有误",
  STORE_UNAVAILABLE: "无法连接存储",
  STORE_FAILED: "存储出错",
  API_REFUSED: "微信拒绝了这次调用",
  API_UNREACHABLE: "无法访问微信接口",
  API_ANSWER_INVALID: "无法识别微信接口的响应",
  API_INPUT_INVALID: "调用参数有误",
  LAB_INPUT_INVALID: "参数有误",
};
