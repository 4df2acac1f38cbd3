/**
 * Loads the file in which somebody wrote a bot: a module whose default export is
 * `(bot) => void`, and which may export `options` for the bot as well.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { API_SETTINGS } from "../api/api-options.ts";
import type { ApiSettings } from "../api/api-options.ts";
import { BOT_OPTIONS } from "../bot-options.ts";
import type { BotOptions } from "../bot-options.ts";
import type { Bot } from "../create-bot.ts";
import { EchostrError } from "../errors.ts";
import { nested, readOptions } from "../options.ts";
import type { Table } from "../options.ts";
import { explainFault } from "./bot-fault.ts";
import { decodeText } from "./text-file.ts";

/** What a bot file exports: it adds handlers to a bot. */
export type BotSetup = (bot: Bot) => void | Promise<void>;

/** The bot that answers where no file is named: the tutorial's, which says 测试 to every text. */
export function defaultBot(bot: Bot): void {
  bot.on("text", () => "测试");
}

/** Secrets, the path and where things go stay with the environment. */
const OF_THE_ENVIRONMENT = [
  "token",
  "encodingAesKey",
  "appId",
  "appSecret",
  "mode",
  "format",
  "cloudRun",
  "path",
  "log",
  "store",
] as const;

type OfTheEnvironment = (typeof OF_THE_ENVIRONMENT)[number];

/** What a bot file may decide about its bot. */
export interface BotFileOptions extends Omit<BotOptions, OfTheEnvironment | "api"> {
  /** How WeChat is called. The program makes the client. */
  readonly api?: ApiSettings | undefined;
}

const LEFT_OUT: readonly string[] = OF_THE_ENVIRONMENT;
const ROWS = Object.entries(BOT_OPTIONS).filter(([name]) => !LEFT_OUT.includes(name));

/** How the options are read. */
export const BOT_FILE_OPTIONS: Table<BotFileOptions> = {
  ...(Object.fromEntries(ROWS) as Omit<Table<BotOptions>, OfTheEnvironment>),
  api: { check: nested(API_SETTINGS), default: {} },
};

/** What stands in a bot file. */
export interface BotFile {
  readonly setup: BotSetup;
  readonly options: Omit<BotFileOptions, "api">;
  readonly api: ApiSettings;
}

/** @throws EchostrError `BOT_FILE_INVALID`, and `SETTING_INVALID` for an option of no bot */
export async function loadBot(file: string): Promise<BotFile> {
  const path = resolve(file);
  if (!existsSync(path)) throw invalid(`Bot file "${file}" does not exist`);
  let module: { default?: unknown; options?: unknown };
  try {
    // Node reads past a mark, but takes UTF-16 for a slip of syntax and other encodings for UTF-8.
    decodeText(readFileSync(path));
    module = (await import(pathToFileURL(path).href)) as typeof module;
  } catch (cause) {
    throw invalid(`Bot file "${file}" cannot be loaded: ${explainFault(path, cause)}`, cause);
  }
  const setup = unwrap(module.default);
  if (typeof setup !== "function") {
    const problem = `must export default (bot) => { … }, got ${typeof setup}`;
    throw invalid(`Bot file "${file}" ${problem}`);
  }
  const { options = {} } = module;
  if (typeof options !== "object" || options === null) {
    throw invalid(`Bot file "${file}" must export options as an object, got ${typeof options}`);
  }
  const ours = OF_THE_ENVIRONMENT.find((name) => name in options);
  if (ours !== undefined) {
    throw invalid(`Bot file "${file}" must leave ${ours} to the settings of the environment`);
  }
  const { api = {}, ...others } = readOptions(BOT_FILE_OPTIONS, options);
  return { setup: setup as BotSetup, options: others, api };
}

/** A CommonJS file with `exports.default` comes as `{ default: { default } }`. */
function unwrap(exported: unknown): unknown {
  if (typeof exported === "object" && exported !== null && "default" in exported) {
    return exported.default;
  }
  return exported;
}

function invalid(message: string, cause?: unknown): EchostrError {
  return new EchostrError("BOT_FILE_INVALID", message, { cause });
}
