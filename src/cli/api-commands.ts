/**
 * The commands that call the platform's API: `token`, `menu`, `call`, `ips`, `network-check`. What was
 * asked for goes to the standard output, alone, so that it can be piped.
 *
 * @module
 */
import { readFileSync, readSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Api, NetworkCheckOptions } from "../api/api.ts";
import type { Menu } from "../api/menu.ts";
import { parseJson } from "../api/json.ts";
import { createApi } from "../create-api.ts";
import { EchostrError, messageOf } from "../errors.ts";
import { openStore } from "../store/open-store.ts";
import { loadEnv } from "./env-file.ts";
import { UsageError } from "./run-and-exit.ts";
import { decodeText } from "./text-file.ts";
import { named, readApi, readerOf, tokenNotice } from "./settings.ts";
import { print, tell } from "./terminal.ts";

/** Does the work of a command; gives what is to be printed. */
type Work = (api: Api) => Promise<string>;

/** Reads the words behind a command's name. Wrong ones are an error before anything is sent. */
type Command = (args: readonly string[]) => Work;

const COMMANDS: Readonly<Record<string, Command>> = {
  token: readToken,
  menu: readMenu,
  call: readCall,
  ips: readIps,
  "network-check": readNetworkCheck,
};

/** Whether a word is the name of a command that calls the API. */
export function isApiCommand(name: string): boolean {
  return Object.hasOwn(COMMANDS, name);
}

/**
 * Runs a command.
 *
 * @throws UsageError for wrong words; EchostrError for wrong settings and what the API says
 */
export async function runApiCommand(name: string, args: readonly string[]): Promise<void> {
  const work = (COMMANDS[name] ?? readToken)(args);
  loadEnv(process.cwd());
  const read = readerOf(process.env);
  const { appId, appSecret, api } = readApi(read);
  if (appSecret === undefined) {
    const message = "WECHAT_SECRET must be set to the AppSecret (开发者密码) of the account, got none";
    throw new EchostrError("SETTING_INVALID", message);
  }
  const notice = tokenNotice(api, read("STORE"));
  if (notice !== undefined) tell(notice);
  const store = named("STORE", () => openStore(read("STORE"), { onNotice: tell }));
  try {
    const client = createApi({ ...api, appId: appId ?? "", appSecret, store });
    print(await work(client));
  } finally {
    await store.close();
  }
}

function readToken(args: readonly string[]): Work {
  expectNone("token", args);
  return async (api) => {
    const { token, expiresAt } = await api.accessToken();
    tell(`Good until ${new Date(expiresAt).toISOString()}`);
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
      return "The menu is removed.";
    };
  }
  if (verb === "set" && file !== undefined && more.length === 0) {
    const menu = asMenu(readJson(file === "-" ? "-" : `@${file}`));
    return async (api) => {
      await api.menu.create(menu);
      return "The menu is set; followers see it within five minutes.";
    };
  }
  throw new UsageError("menu get, menu set FILE or menu delete expected");
}

/** What `menu get` prints may be set again: the menu is inside it, with a number of its own. */
function asMenu(json: unknown): Menu {
  const outer = json as { menu?: unknown } | null;
  const { button } = (outer?.menu ?? outer ?? {}) as { button?: unknown };
  return { button } as Menu;
}

function readCall(args: readonly string[]): Work {
  const [path, json, ...more] = args;
  if (path === undefined || more.length > 0) throw new UsageError("call PATH [JSON] expected");
  const body = json === undefined ? undefined : readJson(json);
  return async (api) => pretty(await api.call(path, body));
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

/** JSON as it stands, of a file behind `@`, or of the standard input for `-`. */
function readJson(word: string): unknown {
  let text = word;
  try {
    if (word === "-") text = decodeText(readStandardInput());
    else if (word.startsWith("@")) text = decodeText(readFileSync(word.slice(1)));
  } catch (cause) {
    throw new UsageError(`File cannot be read: ${messageOf(cause)}`);
  }
  try {
    // As answers are read: an id above 2^53 stays exact, as a string.
    return parseJson(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const from = word.startsWith("@") ? ` in ${word.slice(1)}` : "";
    throw new UsageError(`JSON expected${from}: ${messageOf(cause)}`);
  }
}

/** It may have been left non-blocking by whoever had it before: then there is something to wait for. */
function readStandardInput(): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(65_536);
    try {
      const bytes = readSync(0, chunk);
      if (bytes === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // How Windows says that a pipe has ended.
      if (code === "EOF") return Buffer.concat(chunks);
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function expectNone(command: string, args: readonly string[]): void {
  if (args.length > 0) throw new UsageError(`${command} takes no more words, got "${args[0]}"`);
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
