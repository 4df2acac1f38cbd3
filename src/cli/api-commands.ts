/**
 * The commands that call the platform's API: `token`, `menu`, `call`, `ips`, `network-check`. What was
 * asked for goes to the standard output, alone, so that it can be piped.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { Api, NetworkCheckOptions } from "../api/api.ts";
import type { Menu } from "../api/menu.ts";
import { createApi } from "../create-api.ts";
import { EchostrError, settingInvalid } from "../errors.ts";
import { openStore } from "../store/open-store.ts";
import { readCall } from "./call-command.ts";
import { loadEnv } from "./env-file.ts";
import { UsageError } from "./failure-line.ts";
import { readJson } from "./json-argument.ts";
import { language, sentences } from "./language.ts";
import { tokenNotice } from "./notices.ts";
import { named, readApi, readerOf } from "./settings.ts";
import { pretty, print, tell } from "./terminal.ts";

/** Does the work of a command; gives what is to be printed. */
type Work = (api: Api) => Promise<string | undefined>;

/** Reads the words behind a command's name. Wrong ones are an error before anything is sent. */
type Command = (args: readonly string[]) => Work;

export const API_COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["token", readToken],
  ["menu", readMenu],
  ["call", readCall],
  ["ips", readIps],
  ["network-check", readNetworkCheck],
]);

const said = sentences(
  {
    goodUntil: (time: string) => `Valid until ${time}`,
    menuRemoved: "The menu is removed.",
    menuSet: "The menu is set; followers see it within five minutes.",
    menuExpected: "menu get, menu set FILE or menu delete expected",
    noMore: (command: string, word: string) => `${command} takes no further arguments, got "${word}"`,
  },
  {
    goodUntil: (time) => `有效期至 ${time}`,
    menuRemoved: "菜单已删除。",
    menuSet: "菜单已设置，用户五分钟内可见。",
    menuExpected: "用法：menu get、menu set 文件 或 menu delete",
    noMore: (command, word) => `${command} 后面不能有其他参数，实际为“${word}”`,
  },
);

/**
 * Does the work of a command.
 *
 * @throws EchostrError for wrong settings and what the API says
 */
export async function runApiCommand(work: Work): Promise<void> {
  loadEnv(process.cwd());
  const read = readerOf(process.env);
  const { appId, appSecret, api } = readApi(read);
  if (appSecret === undefined) {
    const message = "WECHAT_SECRET must be set to the AppSecret (开发者密码) of the account, got none";
    throw settingInvalid(message);
  }
  tell(...tokenNotice(api, read("STORE"), language()));
  const store = named("STORE", () => openStore(read("STORE"), { onNotice: tell }));
  try {
    const client = createApi({ ...api, appId: appId ?? "", appSecret, store });
    const printed = await work(client);
    if (printed !== undefined) print(printed);
  } finally {
    await store.close();
  }
}

function readToken(args: readonly string[]): Work {
  expectNone("token", args);
  return async (api) => {
    const { token, expiresAt } = await api.accessToken();
    tell(said().goodUntil(new Date(expiresAt).toISOString()));
    return token;
  };
}

function readMenu(args: readonly string[]): Work {
  const [verb, file, ...more] = args;
  if (verb === "get" && file === undefined) {
    return async (api) => {
      const answer = await api.menu.get();
      if (answer === undefined) throw new EchostrError("API_REFUSED", "The account has no menu");
      return pretty(answer);
    };
  }
  if (verb === "delete" && file === undefined) {
    return async (api) => {
      await api.menu.delete();
      return said().menuRemoved;
    };
  }
  if (verb === "set" && file !== undefined && more.length === 0) {
    const menu = asMenu(readJson(file === "-" ? "-" : `@${file}`));
    return async (api) => {
      await api.menu.create(menu);
      return said().menuSet;
    };
  }
  throw new UsageError(said().menuExpected);
}

/** What `menu get` prints may be set again: the menu is inside it, with a number of its own. */
function asMenu(json: unknown): Menu {
  const outer = json as { menu?: unknown } | null;
  const { button } = (outer?.menu ?? outer ?? {}) as { button?: unknown };
  return { button } as Menu;
}

function readIps(args: readonly string[]): Work {
  expectNone("ips", args);
  return async (api) => (await api.callbackIps()).join("\n");
}

function readNetworkCheck(args: readonly string[]): Work {
  const { values } = parseArgs({
    args: [...args],
    options: { action: { type: "string" }, operator: { type: "string" } },
  });
  return async (api) => pretty(await api.networkCheck(values as NetworkCheckOptions));
}

function expectNone(command: string, args: readonly string[]): void {
  if (args[0] !== undefined) throw new UsageError(said().noMore(command, args[0]));
}
