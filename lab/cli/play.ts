/**
 * `echostr-lab play [bot file]`: the bot, a phone to write to it, and an inspector, on one page.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { language, sentences } from "../../src/cli/language.ts";
import { settingInvalid } from "../../src/errors.ts";
import { startPlay } from "../play/start-play.ts";
import type { Play } from "../play/start-play.ts";
import type { LabFormat } from "../platform/types.ts";
import { PLAY_HELP } from "./help.ts";

const DEFAULT_PORT = 8090;

const said = sentences(
  {
    open: "Open this page; the key in it is for you alone:",
    stopped: "Stopped.",
    oneBotFile: (got: number) => `one bot file expected, got ${got}; see play --help`,
  },
  {
    open: "请打开这个网页（地址中的 key 请勿告诉他人）：",
    stopped: "已停止。",
    oneBotFile: (got) => `只能指定一个机器人文件，实际为 ${got} 个；用法见 play --help`,
  },
);

/**
 * Runs until SIGTERM or SIGINT.
 *
 * @param args the words behind `play`
 * @returns the exit status
 * @throws EchostrError `SETTING_INVALID`, `LISTEN_FAILED`
 */
export async function playCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      timeout: { type: "string" },
      format: { type: "string" },
    },
  });
  if (values.help === true) {
    process.stdout.write(PLAY_HELP[language()]);
    return 0;
  }
  const [botFile, ...more] = positionals;
  if (more.length > 0) {
    process.stderr.write(`echostr-lab: ${said().oneBotFile(more.length + 1)}\n`);
    return 2;
  }
  const play = await startPlay({
    port: readNumber("PLAY_PORT", process.env["PLAY_PORT"], 65_535) ?? DEFAULT_PORT,
    timeoutMs: readNumber("--timeout", values.timeout, 600_000, 100),
    format: readFormat(values.format),
    environment: process.env,
    program: { command: [...process.execArgv, serverProgram()], botFile, folder: process.cwd() },
  });
  process.stderr.write(`${said().open}\n\n  ${play.address}\n\n`);
  await untilStopped(play);
  process.stderr.write(`${said().stopped}\n`);
  return 0;
}

/** The program that serves a bot: this one, be it a file of the repository or the single file. */
function serverProgram(): string {
  const file = fileURLToPath(import.meta.url);
  return file.endsWith(".ts") ? join(dirname(file), "main.ts") : file;
}

function readNumber(
  name: string,
  text: string | undefined,
  most: number,
  least: number = 0,
): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const value = /^[0-9]{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const range = least === 0 ? `up to ${most}` : `from ${least} to ${most}`;
  throw settingInvalid(`${name} must be a number ${range}, got "${text}"`);
}

function readFormat(text: string | undefined): LabFormat | undefined {
  if (text === undefined || text === "xml" || text === "json") return text;
  throw settingInvalid(`--format must be xml or json, got "${text}"`);
}

function untilStopped(play: Play): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      play.close().then(resolve, reject);
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
  });
}
