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
import type { Settings } from "./settings.ts";

const MODE_NAMES = { plain: "明文模式", compat: "兼容模式", safe: "安全模式" } as const;

/**
 * @param server where it listens
 * @param botName what answers
 * @param now milliseconds since 1970, for the signature to try it with
 * @param isKept whether it is not read on a terminal but kept, in a journal for one: then it must
 *   hold neither the token nor a signature
 */
export function startLines(
  settings: Settings,
  server: { readonly port: number; readonly url: string },
  botName: string,
  now: number,
  isKept: boolean,
): string {
  const { mode, tokens } = prepareAccount(settings.account);
  const [token = ""] = tokens;
  const path = settings.path === "*" ? "/" : settings.path;
  const scheme = settings.tls === undefined ? "http" : "https";
  const lines = [
    `echostr ${VERSION} listens on port ${server.port}; bot: ${botName}`,
    "",
    "Paste into the account's settings (公众平台 → 设置与开发 → 开发接口管理 → 服务器配置):",
    `  URL             ${scheme}://YOUR-DOMAIN${path}`,
    ...(token === "" ? [] : [`  Token           ${isKept ? "the first one in WECHAT_TOKEN" : token}`]),
    ...(mode === "plain" ? [] : ["  EncodingAESKey  the one in WECHAT_AES_KEY"]),
    `  消息加解密方式  ${MODE_NAMES[mode]} (${mode})`,
    ...portNote(server.port, scheme),
    "",
    ...(isKept || token === "" ? [] : tryLines(tryUrl(server.url + path, token, now), scheme)),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * What to say where several processes have one port, each with a memory of its own: WeChat's repeats
 * and a follower's next message reach any of them.
 *
 * @param store the setting
 * @param isWorker whether this is a process of a cluster, as PM2 starts them with `-i`
 */
export function clusterNotice(store: string | undefined, isWorker: boolean): string | undefined {
  if (!isWorker || (store !== undefined && store !== "memory")) return undefined;
  return (
    "STORE=memory in a cluster: a repeat may reach another process, which runs the handler again and " +
    "knows nothing of late answers and sessions here; share a store, such as STORE=sqlite:FILE"
  );
}

/** In plain mode a signature is good for any message: whoever reads a journal must not find one. */
function tryLines(url: string, scheme: string): string[] {
  return [
    "Try it here; the signature is good for ten minutes:",
    `  curl ${scheme === "https" ? "-k " : ""}'${url}'`,
    "",
  ];
}

/** WeChat calls the two standard ports only. */
function portNote(port: number, scheme: string): string[] {
  const wanted = scheme === "http" ? 80 : 443;
  if (port === wanted) return [];
  return [`  (WeChat calls ports 80 and 443 only: forward one of them to port ${port})`];
}

function tryUrl(address: string, token: string, now: number): string {
  const timestamp = String(Math.floor(now / 1000));
  const nonce = `${ECHO_ONLY_NONCE}${randomInt(1_000_000_000)}`;
  const echostr = String(randomInt(1_000_000_000_000));
  const signature = sign(token, timestamp, nonce);
  const query = `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&echostr=${echostr}`;
  return `${address}?${query}`;
}
