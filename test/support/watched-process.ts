/**
 * A process under the watch: each line of its output is looked at for the secrets in its
 * environment and in the `.env` of its folder, and for openids.
 *
 * @module
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { parseEnv } from "node:util";
import { watch as watchOfProcess } from "./watch.ts";
import type { Found } from "./secrets.ts";
import type { Watch } from "./watch.ts";

/** What the process was started with. */
export interface WatchedOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** The words behind the program's name. */
  readonly args?: readonly string[];
  /** Whether its output goes on to the standard error. */
  readonly isShown?: boolean;
  readonly watch?: Watch;
}

/** To be called in the turn in which the process is started: what it says before is not seen. */
export function watchProcess(child: ChildProcess, options: WatchedOptions = {}): void {
  const { environment = {}, folder, args = [], isShown, watch = watchOfProcess } = options;
  const short = [...watch.secrets.learnSettings(environment)];
  const file = folder === undefined ? undefined : join(folder, ".env");
  const look = (stream: "stdout" | "stderr", line: string): void => {
    // The program may have made the file just now, with a token that nobody knew before.
    if (file !== undefined && existsSync(file)) {
      short.push(...watch.secrets.learnSettings(parseEnv(readFileSync(file, "utf8"))));
    }
    const name = `${stream} of ${[child.spawnfile.split("/").at(-1), ...args].join(" ")}`;
    if (short.length > 0) watch.cannotSee(name, short);
    const shown = watch.line(name, line, (found) => isMeant(stream, args, found));
    if (isShown) process.stderr.write(`${shown}\n`);
  };
  watchStream(child.stdout, (line) => look("stdout", line));
  watchStream(child.stderr, (line) => look("stderr", line));
}

/** The output of a command that was asked for it, which is no log. */
const ASKED_FOR: Readonly<Record<string, RegExp>> = {
  token: /access_token$/,
  call: /openid$/,
};

function isMeant(
  stream: "stdout" | "stderr",
  args: readonly string[],
  { what }: Found,
): boolean {
  return stream === "stdout" && (ASKED_FOR[args[0] ?? ""]?.test(what) ?? false);
}

function watchStream(stream: Readable | null, look: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream?.on("data", (piece: string | Buffer) => {
    rest += typeof piece === "string" ? piece : decoder.write(piece);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) look(line);
  });
  stream?.on("close", () => {
    if (rest !== "") look(rest);
    rest = "";
  });
}
