/**
 * `echostr [bot file]`: serves one account, as the environment says.
 *
 * @module
 */
import { builtin } from "../builtin.ts";
import { createApi } from "../create-api.ts";
import { createBot } from "../create-bot.ts";
import { EchostrError, messageOf, stackOf } from "../errors.ts";
import { visible } from "../log.ts";
import type { Log } from "../log.ts";
import { startServer } from "../server/listen.ts";
import type { RunningServer } from "../server/listen.ts";
import type { ListenOptions } from "../server/listen-options.ts";
import type { Mounted } from "../server/mounts.ts";
import { openStore } from "../store/open-store.ts";
import { watchForEnd } from "./bot-end.ts";
import type { BotWatch } from "./bot-end.ts";
import { initEnv, loadEnv } from "./env-file.ts";
import { language, sentences } from "./language.ts";
import { defaultBot, loadBot } from "./load-bot.ts";
import { LogWriter } from "./log-writer.ts";
import { clusterNotice, doubtfulToken, tokenNotice, unknownSettings } from "./notices.ts";
import { named, nameInApi, readSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { startLines } from "./start-lines.ts";
import { catchStrayErrors } from "./stray-errors.ts";
import { tell } from "./terminal.ts";

/** What the command line asks of `serve`. */
export interface ServeOptions {
  readonly botFile: string | undefined;
  /** Make `.env` with a random token, unless there is a token already. */
  readonly initEnv: boolean;
  /** Another process starts this one anew when files change, and is told when it listens. */
  readonly isWatched: boolean;
}

/** What a process that is watched says when it takes messages. */
export const LISTENS = "echostr listens";

/** If ports below 1024 are unavailable. */
const FALLBACK_PORT = 8080;
const FALLBACK_TLS_PORT = 8443;

const said = sentences(
  {
    madeEnv: "Made .env with a random token.",
    emptyKey: "WECHAT_AES_KEY is empty in the environment, which takes precedence over .env: this is plain mode.",
    defaultBot: "the default one, 测试",
    otherPort: (problem: string, port: number) => `${problem}; listening on port ${port} instead`,
    stopped: "Stopped.",
  },
  {
    madeEnv: "已生成 .env，其中的 Token 是随机的。",
    emptyKey: "环境变量 WECHAT_AES_KEY 为空，且优先于 .env：当前为明文模式。",
    defaultBot: "默认机器人（回复“测试”）",
    otherPort: (problem, port) => `${problem}；改为监听端口 ${port}`,
    stopped: "已停止。",
  },
);

/**
 * Starts the server and stops it on SIGTERM and SIGINT, and when the bot's own code throws too often.
 *
 * @returns the exit status, when it has stopped
 * @throws EchostrError for a wrong setting, a bot file that cannot be loaded, a port in use
 */
export async function serve(options: ServeOptions): Promise<number> {
  const { botFile } = options;
  const watched = botFile === undefined ? undefined : watchForEnd(botFile);
  try {
    return await serveBot(options, watched);
  } finally {
    watched?.close();
  }
}

async function serveBot(options: ServeOptions, watched: BotWatch | undefined): Promise<number> {
  const folder = process.cwd();
  makeEnv(options, folder);
  const blanks = loadEnv(folder);
  const terminal = process.stdout.isTTY === true;
  // First of all: what is missing below may stand there under such a name.
  tell(...unknownSettings(process.env, language()), ...doubtfulToken(process.env, language()));
  const settings = readSettings(process.env, terminal);
  if (blanks.includes("WECHAT_AES_KEY") && settings.account.mode === undefined) {
    tell(said().emptyKey);
  }
  const { account, path, appSecret } = settings;
  if (appSecret !== undefined) tell(...tokenNotice(settings.api, settings.store, language()));

  const color = terminal && !process.env["NO_COLOR"];
  const writer = new LogWriter(settings.log, process.stdout, color);
  // What is collected is written whatever ends the process, but for kill -9.
  process.on("exit", () => writer.flush());
  process.stdout.on("error", () => {}); // Whoever read the log has gone; the server goes on.
  const stray = catchStrayErrors(writer.log);
  const store = named("STORE", () =>
    openStore(settings.store, {
      onNotice: (message) => writer.log({ level: "warn", event: "notice", message }),
    }),
  );
  // What can never be a store, such as a node of a Redis cluster, stops the start here.
  await store.get("start");
  const { botFile } = options;
  watched?.loading();
  const file = botFile === undefined ? { setup: defaultBot, options: {}, api: {} } : await loadBot(botFile);
  const app = { ...file.api, ...settings.api, appId: account.appId ?? "", appSecret };
  const mayCall = appSecret !== undefined || typeof app.token === "function";
  const api = mayCall ? named(nameInApi, () => createApi(app)) : undefined;
  const bot = createBot({ ...file.options, ...account, api, path, store, log: writer.log });
  await runSetup(() => file.setup(bot), botFile);
  watched?.loaded();

  const stopped = Promise.race([untilStopped(), stray.tooMany.then(() => 1)]);
  const server = await start(bot, settings, writer.log);
  const { isWatched } = options;
  if (isWatched) process.send?.(LISTENS);
  tell(...clusterNotice(settings.store, !isWatched && isClusterWorker(), language()));
  const name = botFile ?? said().defaultBot;
  const isKept = process.stderr.isTTY !== true;
  process.stderr.write(
    startLines(settings, server, visible(name), Date.now(), isKept, language()),
  );
  const status = await stopped;
  await server.close();
  await bot.close();
  await store.close();
  if (!isWatched) tellStopped();
  await writer.end();
  return status;
}

/** The last words of the program. */
export function tellStopped(): void {
  tell(said().stopped);
}

/** Once, on the first run. */
export function makeEnv({ initEnv: isWanted }: Pick<ServeOptions, "initEnv">, folder: string): void {
  if (isWanted && process.env["WECHAT_TOKEN"] === undefined && initEnv(folder, language())) {
    tell(said().madeEnv);
  }
}

async function runSetup(setup: () => void | Promise<void>, file = ""): Promise<void> {
  try {
    await setup();
  } catch (cause) {
    const message = `Bot file "${file}" failed: ${stackOf(cause) ?? messageOf(cause)}`;
    throw new EchostrError("BOT_FILE_INVALID", message, { cause });
  }
}

/** Takes the standard port, or one above 1024 when nobody asked for a port. */
async function start(bot: Mounted, settings: Settings, log: Log): Promise<RunningServer> {
  const { port, host, tls } = settings;
  const options: ListenOptions = { host, tls, log };
  try {
    return await startServer(bot, { ...options, port });
  } catch (error) {
    if (port !== undefined || !(error instanceof EchostrError)) throw error;
    const fallback = tls === undefined ? FALLBACK_PORT : FALLBACK_TLS_PORT;
    const server = await startServer(bot, { ...options, port: fallback });
    tell(said().otherPort(error.message, fallback));
    // On a terminal both would be seen.
    const message = said("en").otherPort(error.message, fallback);
    if (!process.stdout.isTTY) log({ level: "warn", event: "notice", code: error.code, message });
    return server;
  }
}

/** Whoever has no channel to a parent is none, and need not load the module. */
function isClusterWorker(): boolean {
  return process.send !== undefined && builtin("node:cluster").isWorker;
}

/** The first signal to stop, which is no failure; a second one ends the process at once. */
export function untilStopped(): Promise<number> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve(0));
    process.once("SIGINT", () => resolve(0));
  });
}
