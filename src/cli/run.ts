/**
 * The command line of the program.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { VERSION } from "../version.ts";
import { isApiCommand, runApiCommand } from "./api-commands.ts";
import { UsageError } from "./run-and-exit.ts";
import type { Ended } from "./run-and-exit.ts";
import { serve } from "./serve.ts";
import { isWatcher, watch } from "./watch.ts";

const HELP = `echostr ${VERSION}: a server for WeChat Official Account (公众号) callbacks

Usage: echostr [BOT-FILE] [options]
       echostr COMMAND …

  BOT-FILE     a module whose default export is (bot) => { … };
               without one, 测试 is answered to every text
  --watch      start anew when the bot file, what it imports or .env changes
  --init-env   make .env with a random token, if there is none
  --version    print the version
  --help       print this

Commands that call WeChat:

  token            print an access_token
  menu get         print the account's menu as JSON
  menu set FILE    replace it; FILE may be what menu get printed, or - for the standard input
  menu delete      remove it
  call PATH [JSON] call any endpoint, with JSON, @FILE or - as its body
  ips              print the addresses that WeChat's deliveries come from
  network-check    let WeChat try to reach the account's server
                   [--action dns|ping|all] [--operator CHINANET|UNICOM|CAP|DEFAULT]

Another program, echostr-lab, plays WeChat's part: play, send, check.

Settings come from the environment and from .env in this folder:

  WECHAT_TOKEN     令牌(Token); required; several, comma separated, while rotating
  WECHAT_AES_KEY   消息加解密密钥, 43 characters; with it the mode is safe
  WECHAT_APPID     开发者ID(AppID); required with a key or a secret
  WECHAT_SECRET    开发者密码(AppSecret); with it the bot can call WeChat
  WECHAT_MODE      plain, compat or safe
  WECHAT_FORMAT    xml (default), json or auto: 数据格式
  WECHAT_CLOUD_RUN on: takes the unsigned pushes of 微信云托管; no token is needed then
  WECHAT_PATH      path of the callback address; default /wx
  WECHAT_API_BASE  where WeChat's API is; default https://api.weixin.qq.com
  WECHAT_API_TOKEN stable (default) or classic
  PORT, HOST       default 80 (443 with TLS), all addresses
  TLS_CERT TLS_KEY PEM files; with them the server speaks https
  STORE            memory, sqlite:FILE (Node 22.13 and later), redis://… or rediss://…
  LOG              pretty or json; default pretty on a terminal
`;

/** The server has waited for the reader of its log before; its last words may be lost. */
const LAST_WORDS_MS = 100;

/** The words that whoever knew an earlier version may try. */
const LAB_COMMANDS: readonly string[] = ["play", "send", "check"];

/**
 * Runs a command.
 *
 * @param args the words behind the program's name
 * @throws EchostrError and what `parseArgs` throws
 */
export async function run(args: readonly string[]): Promise<Ended> {
  const [command = "", ...words] = args;
  if (LAB_COMMANDS.includes(command)) {
    throw new UsageError(`"${command}" is a command of echostr-lab`);
  }
  if (isApiCommand(command) && !words.some((word) => word === "--help" || word === "-h")) {
    await runApiCommand(command, words);
    return { status: 0 };
  }
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
      "init-env": { type: "boolean" },
      watch: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return { status: 0 };
  }
  if (values.version) {
    process.stdout.write(`${VERSION}\n`);
    return { status: 0 };
  }
  const [botFile, ...more] = positionals[0] === "serve" ? positionals.slice(1) : positionals;
  if (more.length > 0) throw new UsageError(`One bot file expected, got ${more.length + 1}`);
  const options = { botFile, initEnv: values["init-env"] ?? false, isWatched: values.watch ?? false };
  const status = await (options.isWatched && isWatcher() ? watch(options) : serve(options));
  return { status, patienceMs: LAST_WORDS_MS };
}
