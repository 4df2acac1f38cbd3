/**
 * `echostr --watch`: starts the server anew when the bot's files change.
 *
 * The new process starts beside the old one. Only when it listens is the old one told to stop, as on
 * SIGTERM: so the port is never closed, a message under way is answered by whoever has it, and a file
 * that cannot be loaded costs nothing, since the old process goes on. Both can have the port because they
 * are processes of a cluster, whose first process holds it. `node --watch` stops first and starts then:
 * nobody listens while the old process finishes, and nobody at all while a file is broken.
 *
 * @module
 */
import type { Worker } from "node:cluster";
import { basename, join, resolve } from "node:path";
import { builtin } from "../builtin.ts";
import { filesOfBot } from "./bot-files.ts";
import { watchFiles } from "./file-watch.ts";
import type { FileWatch } from "./file-watch.ts";
import { sentences } from "./language.ts";
import { LISTENS, makeEnv, tellStopped, untilStopped } from "./serve.ts";
import type { ServeOptions } from "./serve.ts";
import { tell } from "./terminal.ts";

/** Longer than a server takes to stop. What takes more hangs. */
const STOP_MS = 10_000;

const said = sentences(
  {
    changed: (file: string) => `${file} changed: restarting.`,
    exitStatus: (status: number | null) => `exit status ${status}`,
    notStarted: (how: string, isAnotherServing: boolean) =>
      `The server failed to start (${how}): ` +
      (isAnotherServing ? "the previous one keeps running." : "waiting for a change."),
    hasStopped: (how: string) => `The server has stopped (${how}): waiting for a change.`,
  },
  {
    changed: (file) => `${file} 有改动，正在重启。`,
    exitStatus: (status) => `退出码 ${status}`,
    notStarted: (how, isAnotherServing) =>
      `服务器启动失败（${how}）：` + (isAnotherServing ? "原来的服务器继续运行。" : "等待文件改动。"),
    hasStopped: (how) => `服务器已退出（${how}）：等待文件改动。`,
  },
);

/** Whether this process is the one that starts the others, which have the same command line. */
export function isWatcher(): boolean {
  return builtin("node:cluster").isPrimary;
}

/**
 * Serves until it is told to stop, by SIGTERM or SIGINT.
 *
 * @returns the exit status of the server
 */
export async function watch(options: ServeOptions): Promise<number> {
  const folder = process.cwd();
  // Before it is watched: that it is made is no change.
  makeEnv(options, folder);
  // Each accepts for itself. What the first process would hand to one that just ends would be lost.
  const cluster = builtin("node:cluster");
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const watched = new Watched(options.botFile, folder);
  watched.start();
  await untilStopped();
  const status = await watched.stop();
  tellStopped();
  return status;
}

class Watched {
  readonly #botFile: string | undefined;
  readonly #folder: string;
  /** Takes messages. */
  #serving: Worker | undefined;
  /** Will, when it has started. */
  #starting: Worker | undefined;
  /** All that have not ended, those that are stopping too. */
  readonly #processes = new Map<Worker, Promise<number>>();
  #files: FileWatch | undefined;
  /** While no process runs, nothing else keeps this one alive. */
  readonly #alive = setInterval(() => {}, 2 ** 30);

  constructor(botFile: string | undefined, folder: string) {
    this.#botFile = botFile;
    this.#folder = folder;
  }

  start(): void {
    if (this.#starting !== undefined) stopProcess(this.#starting);
    this.#watchFiles();
    const worker = builtin("node:cluster").fork();
    this.#starting = worker;
    worker.on("message", (message: unknown) => {
      if (message === LISTENS) this.#takeOver(worker);
    });
    const ended = new Promise<number>((resolve) => {
      worker.once("exit", (status: number | null, signal: string | null) => {
        this.#processes.delete(worker);
        this.#tellOfEnd(worker, signal ?? said().exitStatus(status));
        resolve(status ?? 1);
      });
    });
    this.#processes.set(worker, ended);
  }

  /** Stops all of them. */
  async stop(): Promise<number> {
    clearInterval(this.#alive);
    this.#files?.close();
    const status = this.#serving === undefined ? 0 : this.#processes.get(this.#serving);
    this.#starting = undefined;
    this.#serving = undefined;
    const all = [...this.#processes.values()];
    for (const worker of this.#processes.keys()) stopProcess(worker);
    await Promise.all(all);
    return status ?? 0;
  }

  /** A process that was told to stop meanwhile may still say that it listens. */
  #takeOver(worker: Worker): void {
    if (worker !== this.#starting) return;
    const before = this.#serving;
    this.#serving = worker;
    this.#starting = undefined;
    if (before !== undefined) stopProcess(before);
  }

  /** Before each start: the bot may import other files than before. */
  #watchFiles(): void {
    this.#files?.close();
    const files = this.#botFile === undefined ? [] : filesOfBot(resolve(this.#folder, this.#botFile));
    this.#files = watchFiles([...files, join(this.#folder, ".env")], (file) => {
      tell(said().changed(basename(file)));
      this.start();
    });
  }

  /** What it died of it has said itself. */
  #tellOfEnd(worker: Worker, how: string): void {
    if (worker === this.#starting) {
      this.#starting = undefined;
      tell(said().notStarted(how, this.#serving !== undefined));
    } else if (worker === this.#serving) {
      this.#serving = undefined;
      tell(said().hasStopped(how));
    }
  }
}

/** Gently, and by force when it hangs. */
function stopProcess(worker: Worker): void {
  const kill = setTimeout(() => worker.process.kill("SIGKILL"), STOP_MS);
  worker.once("exit", () => clearTimeout(kill));
  worker.process.kill("SIGTERM");
}
