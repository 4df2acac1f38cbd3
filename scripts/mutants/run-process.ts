/**
 * Runs a command in a group of its own, which ends with it: when its time is over, the whole group
 * is killed, and so it is when this process ends. A broken loop must not outlive the check.
 *
 * @module
 */
import { spawn } from "node:child_process";

export interface Ended {
  /** `null` when a signal ended it. */
  readonly status: number | null;
  readonly output: string;
  readonly isLate: boolean;
}

const running = new Set<number>();

function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

process.on("exit", () => {
  for (const group of running) killGroup(group);
});
for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  process.once(signal, () => process.exit(status));
}

/** @param limitMs after which it is killed */
export function runProcess(
  words: readonly string[],
  folder: string,
  limitMs: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      cwd: folder,
      env: { ...process.env, NODE_NO_WARNINGS: "1", ...environment },
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const group = child.pid;
    if (group === undefined) {
      child.once("error", reject);
      return;
    }
    running.add(group);
    let output = "";
    let isLate = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      // What a broken loop prints need not be kept.
      if (output.length < 100_000) output += text;
    });
    const timer = setTimeout(() => {
      isLate = true;
      killGroup(group);
    }, limitMs);
    child.once("exit", (status) => {
      clearTimeout(timer);
      // What it may have started itself is ended as well.
      killGroup(group);
      running.delete(group);
      resolve({ status, output, isLate });
    });
  });
}
