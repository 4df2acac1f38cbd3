/**
 * Starts processes of `shared-server.ts` for a test, and reads what they note.
 *
 * @module
 */
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { withPatience } from "../support/http.ts";
import { builtProgram } from "../support/programs.ts";
import { watch } from "../support/watch.ts";
import { watchProcess } from "../support/watched-process.ts";
import type { ProcessOptions } from "./process-bot.ts";

export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** What its store and its log had to say. */
  readonly notices: string[];
  /** kill -9. */
  kill(): Promise<void>;
}

export interface ServerProcesses {
  readonly servers: readonly ServerProcess[];
  /** How often handlers began and ended, by message. */
  notes(): Notes;
}

export interface Notes {
  readonly begins: ReadonlyMap<string, readonly number[]>;
  readonly ends: ReadonlyMap<string, readonly number[]>;
  /** When the handler of a message ended in a process, by both. */
  readonly endedAt: ReadonlyMap<string, number>;
}

/** @param within a command that starts Node, such as `sh -c` with a limit; our words follow it */
export async function startServers(
  context: TestContext,
  count: number,
  store: string,
  options: ProcessOptions = {},
  within: readonly string[] = [],
): Promise<ServerProcesses> {
  const file = join(temporaryFolder(context), "notes");
  const environment = { STORE: store, NOTES: file, OPTIONS: JSON.stringify(options) };
  const starting = Array.from({ length: count }, () =>
    startServer(context, environment, within),
  );
  const servers = await Promise.all(starting);
  return { servers, notes: () => readNotes(file) };
}

async function startServer(
  context: TestContext,
  environment: Readonly<Record<string, string>>,
  within: readonly string[],
): Promise<ServerProcess> {
  const [program = process.execPath, ...words] = within;
  const child = fork(builtProgram("test/delivery/shared-server.ts"), {
    env: { ...process.env, ...environment },
    execPath: program,
    execArgv: within.length === 0 ? [] : [...words, process.execPath],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  watchProcess(child, { environment, isShown: true });
  const kill = (): Promise<void> => end(child);
  context.after(kill);
  const notices: string[] = [];
  const port = await withPatience(
    "a server process to listen",
    new Promise<number>((resolve, reject) => {
      child.once("exit", (status) => reject(new Error(`It ended with ${status}`)));
      child.on("message", (message: { port?: number; notice?: string }) => {
        if (message.port !== undefined) resolve(message.port);
        if (message.notice === undefined) return;
        watch.notice("notice of a server process", message.notice);
        notices.push(message.notice);
      });
    }),
    20_000,
  );
  return { port, pid: child.pid ?? 0, notices, kill };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

function readNotes(file: string): Notes {
  const begins = new Map<string, number[]>();
  const ends = new Map<string, number[]>();
  const endedAt = new Map<string, number>();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [what, id = "", pid, at] = line.split(" ");
    const notes = what === "begin" ? begins : ends;
    if (id !== "") notes.set(id, [...(notes.get(id) ?? []), Number(pid)]);
    if (what === "end") endedAt.set(`${id} ${pid}`, Number(at));
  }
  return { begins, ends, endedAt };
}
