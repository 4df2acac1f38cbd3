/**
 * What the server says when it starts: what to paste into the account's settings, and how to try
 * it without WeChat.
 *
 * @module
 */
import { randomInt } from "node:crypto";
import { prepareAccount } from "../account.ts";
import { ECHO_ONLY_NONCE, sign } from "../protocol/signature.ts";
import { VERSION } from "../version.ts";
import { sentences } from "./language.ts";
import type { Language } from "./language.ts";
import type { Settings } from "./settings.ts";

const MODE_NAMES = { plain: "明文模式", compat: "兼容模式", safe: "安全模式" } as const;

/** `echostr-lab play` knows each of these lines, so that it does not show them as errors of the bot. */
const sentencesIn = sentences(
  {
    listens: (port: number, bot: string) => `listens on port ${port}; bot: ${bot}`,
    paste: "Paste into the account's settings (公众平台 → 设置与开发 → 开发接口管理 → 服务器配置):",
    domain: "YOUR-DOMAIN",
    keptToken: (tokens: number): string => (tokens === 1 ? "the one in WECHAT_TOKEN" : "the first one in WECHAT_TOKEN"),
    key: "the one in WECHAT_AES_KEY",
    ports: (port: number) => `(WeChat calls ports 80 and 443 only: forward one of them to port ${port})`,
    try: "Try it here; the signature is good for ten minutes:",
  },
  {
    listens: (port, bot) => `正在监听端口 ${port}；机器人：${bot}`,
    paste: "请填写到公众号后台（公众平台 → 设置与开发 → 开发接口管理 → 服务器配置）：",
    domain: "你的域名",
    keptToken: (tokens) => (tokens === 1 ? "WECHAT_TOKEN 的值" : "WECHAT_TOKEN 中的第一个"),
    key: "WECHAT_AES_KEY 中的密钥",
    ports: (port) => `（微信只访问 80 和 443 端口：请把其中一个转发到端口 ${port}）`,
    try: "可在本机测试（签名十分钟内有效）：",
  },
);

/**
 * @param server where it listens
 * @param botName what answers
 * @param now milliseconds since 1970, for the signature to try it with
 * @param isKept whether it is not read on a terminal but kept, in a journal for one: then it must
 *   hold neither the token nor a signature, which in plain mode is good for any message
 */
export function startLines(
  settings: Settings,
  server: { readonly port: number; readonly url: string },
  botName: string,
  now: number,
  isKept: boolean,
  language: Language = "en",
): string {
  const said = sentencesIn(language);
  const { mode, tokens } = prepareAccount(settings.account);
  const [token = ""] = tokens;
  const path = settings.path === "*" ? "/" : settings.path;
  const [scheme, standardPort, tls] = settings.tls === undefined ? ["http", 80, ""] : ["https", 443, "-k "];
  const lines = [
    `echostr ${VERSION} ${said.listens(server.port, botName)}`,
    "",
    said.paste,
    `  URL             ${scheme}://${said.domain}${path}`,
    ...(token === "" ? [] : [`  Token           ${isKept ? said.keptToken(tokens.length) : token}`]),
    ...(mode === "plain" ? [] : [`  EncodingAESKey  ${said.key}`]),
    `  消息加解密方式  ${MODE_NAMES[mode]} (${mode})`,
    ...(server.port === standardPort ? [] : [`  ${said.ports(server.port)}`]),
    "",
    ...(isKept || token === "" ? [] : [said.try, `  curl ${tls}'${tryUrl(server.url + path, token, now)}'`, ""]),
  ];
  return `${lines.join("\n")}\n`;
}

function tryUrl(address: string, token: string, now: number): string {
  const timestamp = String(Math.floor(now / 1000));
  const nonce = `${ECHO_ONLY_NONCE}${randomInt(1_000_000_000)}`;
  const echostr = String(randomInt(1_000_000_000_000));
  const signature = sign(token, timestamp, nonce);
  const query = `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&echostr=${echostr}`;
  return `${address}?${query}`;
}
