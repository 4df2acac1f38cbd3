/**
 * Keeps a bot running: starts its process, restarts it when its files or the mode change,
 * and says how it is.
 *
 * A bot that crashed is not started again by itself: with the same files it would crash again. The
 * next change to one of them does it.
 *
 * @module
 */
import { basename, join, resolve } from "node:path";
import { filesOfBot } from "../../src/cli/bot-files.ts";
import { watchFiles } from "../../src/cli/file-watch.ts";
import type { FileWatch } from "../../src/cli/file-watch.ts";
import { noteBotLine } from "./bot-log.ts";
import { startBotProcess } from "./bot-process.ts";
import type { BotProcess, BotProgram } from "./bot-process.ts";
import type { Playing } from "./play-state.ts";
import type { LogView, StartCause } from "./view.ts";

export interface BotKeeperOptions {
  readonly program: BotProgram;
  /** The variables of the next process: those of the account, as it is now. */
  readonly environment: () => Readonly<Record<string, string | undefined>>;
  /** The path of the callback address. */
  readonly path: string;
  readonly playing: Playing;
}

export class BotKeeper {
  readonly #options: BotKeeperOptions;
  #process: BotProcess | undefined;
  #watch: FileWatch | undefined;
  /** The bot file and what it imports. */
  #files: readonly string[] = [];
  /** Starts and stops follow each other; a second start waits for the first. */
  #queue: Promise<void> = Promise.resolve();
  #isClosed = false;
  readonly #readyListeners = new Set<() => void>();

  constructor(options: BotKeeperOptions) {
    this.#options = options;
  }

  /** Ends the process, if there is one, and starts another. */
  start(cause: StartCause, file?: string): Promise<void> {
    // Now, not in its turn: what is sent from here on waits for the new process.
    const { playing } = this.#options;
    playing.set("bot", { ...playing.get("bot"), status: "starting", url: "" });
    this.#queue = this.#queue.then(() => this.#start(cause, file));
    return this.#queue;
  }

  /** Told whenever the bot takes messages again. */
  onReady(listener: () => void): void {
    this.#readyListeners.add(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch?.close();
    await this.#queue;
    await this.#process?.stop();
  }

  async #start(cause: StartCause, file?: string): Promise<void> {
    const { playing, program, environment, path } = this.#options;
    await this.#process?.stop();
    this.#process = undefined;
    if (this.#isClosed) return;
    const { starts, name } = playing.get("bot");
    const shown = file === undefined ? undefined : basename(file);
    const bot = { name, starts: starts + 1, cause, file: shown, url: "" };
    playing.set("bot", { ...bot, status: "starting" });
    this.#say("play", [shown, SENTENCES[cause]].filter(Boolean).join(" "));
    this.#watchFiles();
    this.#process = startBotProcess(program, environment(), {
      onReady: (port) => {
        playing.set("bot", { ...bot, status: "running", url: `http://127.0.0.1:${port}${path}` });
        for (const listener of this.#readyListeners) listener();
      },
      onLine: ({ level, text, entry }) => {
        const item = this.#say(level, text, entry?.["time"]);
        noteBotLine(playing, item, entry, this.#files);
      },
      onEnd: (how, lastLines) => {
        const problem = [how, lastLines].filter(Boolean).join("\n");
        playing.set("bot", { ...bot, status: "crashed", problem });
        this.#say("error", `The bot has stopped: ${how}`);
      },
    });
  }

  /** Before each restart: the bot may import other files than before. */
  #watchFiles(): void {
    const { botFile, folder } = this.#options.program;
    this.#watch?.close();
    this.#files = botFile === undefined ? [] : filesOfBot(resolve(folder, botFile));
    this.#watch = watchFiles([...this.#files, join(folder, ".env")], (file) => {
      void this.start("file", file);
    });
  }

  /** @param time when it was written, where the line says so: it is read a little later */
  #say(level: LogView["level"], text: string, time?: unknown): LogView {
    const { playing } = this.#options;
    const at = Date.parse(String(time)) || Date.now();
    const item = { id: playing.nextId("l"), at, level, text };
    playing.put("log", item);
    return item;
  }
}

const SENTENCES: Readonly<Record<StartCause, string>> = {
  first: "starting the bot",
  file: "changed; starting the bot again",
  mode: "another mode; starting the bot again",
  asked: "starting the bot again",
};
