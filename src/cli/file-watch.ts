/**
 * Watches files for changes.
 *
 * Folders are watched and not the files in them: an editor that saves by putting a new file in the
 * place of the old one would be lost after the first time. A system tells of one change in several
 * events, so they are collected for a moment; and it tells of changes that are none, so time and
 * size are compared.
 *
 * @module
 */
import { statSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { dirname } from "node:path";

export interface FileWatch {
  close(): void;
}

const COLLECT_MS = 80;

/**
 * @param files absolute paths; they need not exist
 * @param onChange told which file changed, once for all that change together
 */
export function watchFiles(files: readonly string[], onChange: (file: string) => void): FileWatch {
  const stamps = new Map(files.map((file) => [file, stampOf(file)]));
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    let changed: string | undefined;
    for (const [file, stamp] of stamps) {
      const now = stampOf(file);
      if (now === stamp) continue;
      stamps.set(file, now);
      changed ??= file;
    }
    if (changed !== undefined) onChange(changed);
  };
  const wake = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, COLLECT_MS);
  };
  const watchers = [...new Set(files.map((file) => dirname(file)))].flatMap((folder) =>
    watchFolder(folder, wake),
  );
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watchFolder(folder: string, onEvent: () => void): FSWatcher[] {
  try {
    // A folder that goes away is an error of its watcher, and no reason to end.
    return [watch(folder, { persistent: false }, onEvent).on("error", onEvent)];
  } catch {
    return [];
  }
}

function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return ""; // It is not there, or not yet.
  }
}
