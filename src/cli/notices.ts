/**
 * What the program says of settings that can be read and will not do what is wanted.
 *
 * @module
 */
import type { ApiSettings } from "../api/api-options.ts";
import { bare } from "../options.ts";
import { sentences } from "./language.ts";
import type { Language } from "./language.ts";
import { listOf } from "./settings.ts";
import type { Environment } from "./settings.ts";

const NAMES: readonly string[] = [
  "WECHAT_TOKEN",
  "WECHAT_AES_KEY",
  "WECHAT_APPID",
  "WECHAT_MODE",
  "WECHAT_FORMAT",
  "WECHAT_CLOUD_RUN",
  "WECHAT_PATH",
  "WECHAT_SECRET",
  "WECHAT_API_BASE",
  "WECHAT_API_TOKEN",
];

/** Key and secret have other names in WeChat's console. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  wechatencodingaeskey: "WECHAT_AES_KEY",
  wechatappsecret: "WECHAT_SECRET",
};

const LIKE_A_SETTING = /(?:^|[^a-z0-9_])(wechat_\w+)$/i;
const CONSOLE_TOKEN = /^[0-9A-Za-z]{3,32}$/;

const said = sentences(
  {
    unknown: (shown: string, meant: string | undefined) =>
      `${shown} is not a setting of echostr${meant === undefined ? "" : `: ${meant} is meant`}.`,
    doubtful:
      "WECHAT_TOKEN is not 3 to 32 letters and digits, and WeChat's console takes no other token: " +
      "compare it with the one there.",
    classicAlone:
      "WECHAT_API_TOKEN=classic with STORE=memory: this process must be the only one that gets " +
      "tokens of this account; share a store, or use stable tokens.",
    cluster:
      "STORE=memory in a cluster: a repeat may reach another process, which runs the handler again and " +
      "knows nothing of late answers and sessions here; share a store, such as STORE=sqlite:FILE.",
  },
  {
    unknown: (shown, meant) =>
      `echostr 没有名为 ${shown} 的设置${meant === undefined ? "" : `，应为 ${meant}`}。`,
    doubtful: "WECHAT_TOKEN 不是 3 到 32 个英文字母或数字，而公众号后台只接受这样的 Token：请与后台填写的核对。",
    classicAlone:
      "WECHAT_API_TOKEN=classic 且 STORE=memory：只能由本进程获取该公众号的 access_token；" +
      "否则请使用共享的存储，或改用 stable。",
    cluster:
      "多个进程使用了 STORE=memory：微信的重试可能到达另一个进程，处理函数会再次执行，" +
      "那个进程也读不到这里的迟到回复和会话；请改用共享的存储，例如 STORE=sqlite:文件。",
  },
);

/**
 * What to say of variables that look like settings and are none: most likely a slip. Some readers of a
 * file make a byte order mark, what cannot be seen, or words such as `export` and `set` part of a name.
 */
export function unknownSettings(environment: Environment, language: Language = "en"): string[] {
  return Object.keys(environment).flatMap((name) => {
    const own = LIKE_A_SETTING.exec(name.normalize("NFKC"))?.[1];
    if (own === undefined || NAMES.includes(name)) return [];
    return said(language).unknown(name.replace(/[^ -~]/g, codeOf), meantBy(own));
  });
}

function codeOf(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** With or without `_` between its words. */
function meantBy(name: string): string | undefined {
  const letters = bare(name);
  return NAMES.find((known) => bare(known) === letters) ?? OTHER_NAMES[letters];
}

/**
 * What to say of a token that WeChat's console does not take: it would be right in itself, and never the
 * one that signatures are made with.
 */
export function doubtfulToken(environment: Environment, language: Language = "en"): string[] {
  const tokens = listOf(environment["WECHAT_TOKEN"]?.trim());
  return tokens.every((token) => CONSOLE_TOKEN.test(token)) ? [] : [said(language).doubtful];
}

/**
 * What to say of settings that are right each alone and wrong together: a classic token that is
 * kept in memory is ended by whatever other process or command gets one.
 *
 * @param store the setting
 */
export function tokenNotice(
  api: ApiSettings,
  store: string | undefined,
  language: Language = "en",
): string[] {
  return api.token === "classic" && isMemory(store) ? [said(language).classicAlone] : [];
}

/**
 * What to say where several processes have one port, each with a memory of its own: WeChat's repeats
 * and a follower's next message reach any of them.
 *
 * @param store the setting
 * @param isWorker whether this is a process of a cluster, as PM2 starts them with `-i`
 */
export function clusterNotice(
  store: string | undefined,
  isWorker: boolean,
  language: Language = "en",
): string[] {
  return isWorker && isMemory(store) ? [said(language).cluster] : [];
}

function isMemory(store: string | undefined): boolean {
  return store === undefined || store === "memory";
}
