/**
 * One process that runs the bot: the ordinary server program on a free port of the loopback
 * address. A process of its own, so that a bot that crashes, hangs or is half loaded takes nothing
 * with it, and so that it can be restarted.
 *
 * @module
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readBotLine } from "./bot-log.ts";
import type { BotLine } from "./bot-log.ts";
import { isStartLine, portIn } from "./start-lines.ts";

/** How the server program is started: its file, and what Node needs to run it. */
export interface BotProgram {
  /** Arguments for Node, such as `--import tsx`, and the program's file. */
  readonly command: readonly string[];
  /** The bot file; without one, the default bot. */
  readonly botFile: string | undefined;
  readonly folder: string;
}

export interface BotProcessEvents {
  /** It listens. */
  readonly onReady: (port: number) => void;
  readonly onLine: (line: BotLine) => void;
  /** It has ended by itself, with its status and the last that it wrote to its standard error. */
  readonly onEnd: (how: string, lastLines: string) => void;
}

export interface BotProcess {
  /** Ends it, gently at first. Resolves when it is gone; `onEnd` is not told. */
  stop(): Promise<void>;
}

/** After this a process that was asked to end is killed: it may hang in a loop. */
const GRACE_MS = 700;

/** How many lines of the standard error are shown when it crashes. */
const LAST_LINES = 14;

/** What is read of a line: an entry of the log with a long stack. */
const LONGEST_LINE = 64 * 1024;
/** What is shown of it. */
const LONGEST_SHOWN = 4000;

/**
 * Runs first in the child: when the channel to the parent closes, however the parent ended, so does
 * the child. Without it a parent that is killed would leave a server behind.
 */
const LEAVE_WITH_PARENT =
  'process.once("disconnect", () => process.exit()); process.channel?.unref();';

/** @param environment the variables of the process, whole */
export function startBotProcess(
  { command, botFile, folder }: BotProgram,
  environment: Readonly<Record<string, string | undefined>>,
  { onReady, onLine, onEnd }: BotProcessEvents,
): BotProcess {
  const leave = `data:text/javascript,${encodeURIComponent(LEAVE_WITH_PARENT)}`;
  const args = [
    "--import",
    leave,
    ...command,
    "serve",
    ...(botFile === undefined ? [] : [botFile]),
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let isStopping = false;
  const errors: string[] = [];
  readLines(child.stdout, (text) => {
    const line = readBotLine(text);
    onLine({ ...line, text: line.text.slice(0, LONGEST_SHOWN) });
  });
  readLines(child.stderr, (line) => {
    const port = portIn(line);
    if (port !== undefined) onReady(port);
    if (isStartLine(line) || INSIDE_OF_NODE.test(line)) return;
    errors.push(line.slice(0, LONGEST_SHOWN));
    if (errors.length > LAST_LINES) errors.shift();
    onLine({ level: "error", text: line.slice(0, LONGEST_SHOWN) });
  });
  child.on("error", (error) => errors.push(error.message));
  const ended = new Promise<void>((resolve) => {
    child.on("close", (status, signal) => {
      resolve();
      if (!isStopping) onEnd(signal ?? `exit status ${status ?? "unknown"}`, errors.join("\n"));
    });
  });
  return {
    async stop() {
      isStopping = true;
      await endProcess(child, ended);
    },
  };
}

async function endProcess(child: ChildProcess, ended: Promise<void>): Promise<void> {
  const kill = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(kill);
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (stream === null) return;
  // Not node:readline: it keeps a line without an end however long it is.
  let line = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const [first = "", ...others] = text.split("\n");
    line = (line + first).slice(0, LONGEST_LINE);
    for (const next of others) {
      onLine(line.replace(/\r$/, ""));
      line = next.slice(0, LONGEST_LINE);
    }
  });
  stream.on("end", () => {
    if (line !== "") onLine(line);
  });
}

/** Forty lines around "heap out of memory", about the inside of Node. */
const INSIDE_OF_NODE =
  /^ *\d+: 0x[0-9a-f]+ |^\[\d+:0x[0-9a-f]+|^-+ Native stack trace -+$|^<--- [\w ]+ --->$/;
