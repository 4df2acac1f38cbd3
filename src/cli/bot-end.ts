/**
 * A bot's code may end the process, or never come to its end, without an error that could be told: it
 * calls `process.exit`, or an `await` in it waits for what never comes. Then the program says so.
 *
 * @module
 */
import { sentences } from "./language.ts";
import { tell } from "./terminal.ts";

/** Long for whatever a bot waits for before it takes messages. */
const LONG_MS = 10_000;

const said = sentences(
  {
    takesLong: (file: string) => `Bot file "${file}" is not loaded after 10 s: an await in it still waits.`,
    neverReady: (file: string) => `Bot file "${file}" is never loaded: an await in it waits for what never comes.`,
    ended: (file: string, status: number) =>
      `The code of bot file "${file}" ended the process: process.exit(${status}).`,
  },
  {
    takesLong: (file) => `机器人文件 "${file}" 加载超过 10 秒：其中的 await 还在等待。`,
    neverReady: (file) => `机器人文件 "${file}" 无法完成加载：其中的 await 等不到结果。`,
    ended: (file, status) => `机器人文件 "${file}" 的代码结束了进程：process.exit(${status})。`,
  },
);

/** Up to the moment when the program ends by itself. */
export interface BotWatch {
  /** Now the bot's code runs for the first time. */
  loading(): void;
  /** The bot's code is loaded, and has added its handlers. */
  loaded(): void;
  /** From here on the program ends the process. */
  close(): void;
}

/** @param file as it was named */
export function watchForEnd(file: string): BotWatch {
  let long: NodeJS.Timeout | undefined;
  const hasParent = process.connected === true;
  const onExit = (status: number): void => {
    // Without its parent Node ends a process of a cluster, and the page's bot itself.
    if (!hasParent || process.connected) tell(said().ended(file, status));
  };
  // Nothing is left to wait for. Node itself would name the place where this program waits for the file.
  const onNothingLeft = (): never => {
    close();
    tell(said().neverReady(file));
    return process.exit(1);
  };
  const loaded = (): void => {
    clearTimeout(long);
    process.off("beforeExit", onNothingLeft);
  };
  const close = (): void => {
    loaded();
    process.off("exit", onExit);
  };
  process.once("exit", onExit);
  return {
    loading: () => {
      process.once("beforeExit", onNothingLeft);
      // It keeps no process alive.
      long = setTimeout(() => tell(said().takesLong(file)), LONG_MS).unref();
    },
    loaded,
    close,
  };
}
