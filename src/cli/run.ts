/**
 * The command line of the program.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { VERSION } from "../version.ts";
import { API_COMMANDS, runApiCommand } from "./api-commands.ts";
import { UsageError } from "./failure-line.ts";
import { HELP } from "./help.ts";
import { language, sentences } from "./language.ts";
import type { Ended } from "./run-and-exit.ts";
import { serve } from "./serve.ts";
import { isWatcher, watch } from "./watch.ts";

/** The server has waited for the reader of its log before; its last words may be lost. */
const LAST_WORDS_MS = 100;

/** The words that whoever knew an earlier version may try. */
const LAB_COMMANDS: readonly string[] = ["play", "send", "check"];

const said = sentences(
  {
    ofTheLab: (command: string) => `"${command}" is a command of echostr-lab`,
    oneBotFile: (got: number) => `One bot file expected, got ${got}`,
  },
  {
    ofTheLab: (command) => `“${command}”是 echostr-lab 的命令`,
    oneBotFile: (got) => `只能指定一个机器人文件，实际为 ${got} 个`,
  },
);

/**
 * Runs a command.
 *
 * @param args the words behind the program's name
 * @throws EchostrError and what `parseArgs` throws
 */
export async function run(args: readonly string[]): Promise<Ended> {
  const [command = "", ...words] = args;
  if (LAB_COMMANDS.includes(command)) {
    throw new UsageError(said().ofTheLab(command));
  }
  const read = API_COMMANDS.get(command);
  if (read !== undefined && !words.some((word) => word === "--help" || word === "-h")) {
    await runApiCommand(read(words));
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
    process.stdout.write(HELP[language()]);
    return { status: 0 };
  }
  if (values.version) {
    process.stdout.write(`${VERSION}\n`);
    return { status: 0 };
  }
  const [botFile, ...more] = positionals[0] === "serve" ? positionals.slice(1) : positionals;
  if (more.length > 0) throw new UsageError(said().oneBotFile(more.length + 1));
  const options = { botFile, initEnv: values["init-env"] ?? false, isWatched: values.watch ?? false };
  const status = await (options.isWatched && isWatcher() ? watch(options) : serve(options));
  return { status, patienceMs: LAST_WORDS_MS };
}
