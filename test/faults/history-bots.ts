/**
 * The processes of an account whose history is written down: they can be killed, stopped, let go on
 * and started again, each in its place.
 *
 * @module
 */
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { withPatience } from "../support/http.ts";
import { builtProgram } from "../support/programs.ts";
import { watch } from "../support/watch.ts";
import { watchProcess } from "../support/watched-process.ts";
import type { ProcessOptions } from "../delivery/process-bot.ts";
import { BACK_MS, STORE } from "./history.ts";
import type { Ending, Handled, Still } from "./history.ts";

/** One of the places; in which process it is, changes. */
export interface Bot {
  /** Missing while none runs there. */
  readonly port: number | undefined;
  readonly pid: number;
  readonly isPaused: boolean;
}

interface Place extends Bot {
  port: number | undefined;
  pid: number;
  isPaused: boolean;
  child: ChildProcess | undefined;
  /** When its store could not be reached last. */
  awayFrom: number;
}

export interface Bots {
  readonly places: readonly Bot[];
  /** What stores and logs had to say. */
  readonly notices: readonly string[];
  /** Ends the process of a place, and starts another one. */
  replace(place: number, signal: "SIGKILL" | "SIGTERM", awayMs: number): Promise<void>;
  /** Stops a process for a while. */
  pause(place: number, ms: number): Promise<void>;
  /** What handlers did, how processes ended, and when they stood still. */
  notes(): { readonly handled: readonly Handled[]; readonly endings: readonly Ending[]; readonly still: readonly Still[] };
}

export async function startBots(
  context: TestContext,
  count: number,
  store: string,
  options: ProcessOptions,
): Promise<Bots> {
  const file = join(temporaryFolder(context), "notes");
  const environment = { STORE: store, NOTES: file, OPTIONS: JSON.stringify(options) };
  const notices: string[] = [];
  const endings: Ending[] = [];
  const paused: Still[] = [];
  const places: Place[] = [];
  context.after(() => Promise.all(places.map(({ child }) => end(child, "SIGKILL"))));

  const start = async (place: Place): Promise<void> => {
    const child = fork(builtProgram("test/faults/history-server.ts"), {
      env: { ...process.env, ...environment },
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    watchProcess(child, { environment, isShown: true });
    place.child = child;
    place.pid = child.pid ?? 0;
    place.port = await portOf(child, (notice) => {
      watch.notice("notice of a server process", notice);
      notices.push(notice);
      // One that is busy has its store again later than the others.
      if (notice.endsWith("continuing in the memory of this process")) place.awayFrom = Date.now();
      if (notice.includes(" is back after ")) paused.push({ pid: STORE, from: place.awayFrom, to: Date.now() + BACK_MS });
    });
  };

  await Promise.all(Array.from({ length: count }, async () => {
    const place: Place = { port: undefined, pid: 0, isPaused: false, child: undefined, awayFrom: Infinity };
    places.push(place);
    await start(place);
  }));

  const replace: Bots["replace"] = async (index, signal, awayMs) => {
    const place = places[index];
    if (place?.port === undefined || place.isPaused) return;
    const { child, pid } = place;
    place.port = undefined;
    endings.push({ pid, at: Date.now(), signal });
    await end(child, signal);
    await sleep(awayMs);
    await start(place);
  };

  const pause: Bots["pause"] = async (index, ms) => {
    const place = places[index];
    if (place?.port === undefined || place.isPaused) return;
    const { child, pid } = place;
    const from = Date.now();
    place.isPaused = true;
    child?.kill("SIGSTOP");
    await sleep(ms);
    child?.kill("SIGCONT");
    place.isPaused = false;
    paused.push({ pid, from, to: Date.now() });
  };

  const notes: Bots["notes"] = () => {
    const { handled, still } = existsSync(file) ? readNotes(readFileSync(file, "utf8")) : readNotes("");
    return { handled, endings, still: [...still, ...paused] };
  };
  return { places, notices, replace, pause, notes };
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function portOf(child: ChildProcess, onNotice: (notice: string) => void): Promise<number> {
  const told = new Promise<number>((resolve, reject) => {
    child.once("exit", (status) => reject(new Error(`It ended with ${status}`)));
    child.on("message", ({ port, notice }: { port?: number; notice?: string }) => {
      if (port !== undefined) resolve(port);
      if (notice !== undefined) onNotice(notice);
    });
  });
  return withPatience("a server process to listen", told, 20_000);
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  // A stopped one hears nothing but a kill.
  child.kill("SIGCONT");
  await exit;
}

function readNotes(text: string): { readonly handled: Handled[]; readonly still: Still[] } {
  const handled: Handled[] = [];
  const still: Still[] = [];
  for (const line of text.split("\n")) {
    const [what = "", about = "", pid, at] = line.split(" ");
    const noted = { pid: Number(pid), at: Number(at) };
    if (what === "stood") still.push({ pid: noted.pid, from: noted.at - Number(about), to: noted.at });
    if (what === "begin" || what === "end" || what === "unused") handled.push({ what, id: about, ...noted });
  }
  return { handled, still };
}
