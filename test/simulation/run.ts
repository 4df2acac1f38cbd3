/**
 * Runs histories on all cores, and prints what was explored.
 *
 *     make simulate HISTORIES=1000000 SEED=1
 *     make simulate HISTORIES=1 SEED=4711        one history, in words
 *
 * The histories have the seeds from SEED on. The exit status is 1 when one of them does not hold.
 *
 * @module
 */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { judge } from "./checks.ts";
import { add, explore, nothingExplored } from "./explore.ts";
import type { Explored, Failure } from "./explore.ts";
import { runHistory } from "./history.ts";

const { HISTORIES, SEED, JOBS, FIRST = "", EXCEPT = "" } = process.env;
/** What is not given, or given as nothing by `make`, has a default. */
const histories = Number(HISTORIES || 20_000);
const firstSeed = Number(SEED || 1);
const jobs = Number(JOBS || availableParallelism());
/** Seeds of which it is known that they do not hold: those do not end the search for a first one. */
const known = new Set(EXCEPT.split(" ").map(Number));
/** So many at once are given to a worker: a failure is heard of soon. */
const PORTION = 500;
/** Of so many failures the sentences are printed; of the others the seeds. */
const SHOWN = 5;
const ME = fileURLToPath(import.meta.url);

/** What a worker is told, and what it answers. */
type Portion = readonly [first: number, count: number];
type Answer = Omit<Explored, "sequences"> & { readonly sequences: readonly string[] };

if (process.send === undefined) await main(firstSeed, histories);
else work();

async function main(seed: number, count: number): Promise<void> {
  if (count === 1) return show(seed);
  const startedAt = performance.now();
  const explored = await onAllCores(seed, count);
  const seconds = (performance.now() - startedAt) / 1000;
  const [first] = explored.failures.filter(isNew).sort((one, other) => one.seed - other.seed);
  if (FIRST !== "" && first !== undefined) {
    const { seed: failing, sentences } = first;
    console.log(`found by seed ${failing} after ${explored.histories} histories: ${sentences[0]}`);
    process.exitCode = 1;
    return;
  }
  report(explored, seed, seconds);
  if (first !== undefined) await show(first.seed);
}

function isNew({ seed }: Failure): boolean {
  return !known.has(seed);
}

/** One history in words, and what does not hold of it. */
async function show(seed: number): Promise<void> {
  const history = await runHistory(seed, true);
  console.log(`\nHistory ${seed}\n${history.lines.join("\n")}\n`);
  const sentences = judge(history);
  console.log(sentences.length === 0 ? "All of it holds." : sentences.join("\n"));
  if (sentences.length > 0) process.exitCode = 1;
}

function onAllCores(seed: number, count: number): Promise<Explored> {
  const all = nothingExplored();
  const portions: Portion[] = [];
  for (let done = 0; done < count; done += PORTION) {
    portions.push([seed + done, Math.min(PORTION, count - done)]);
  }
  const workers = Array.from({ length: Math.min(jobs, portions.length) }, () => oneWorker(portions, all));
  return Promise.all(workers).then(() => all);
}

function oneWorker(portions: Portion[], all: Explored): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = fork(ME, { execArgv: process.execArgv });
    const next = (): void => {
      const isEnough = FIRST !== "" && all.failures.some(isNew);
      const portion = isEnough ? undefined : portions.shift();
      if (portion === undefined) worker.disconnect();
      else worker.send(portion);
    };
    worker.on("message", (answer: Answer) => {
      add(all, { ...answer, sequences: new Set(answer.sequences) });
      next();
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`A worker ended with ${code}`));
    });
    next();
  });
}

function work(): void {
  // Thousands of errors are made, and nobody reads where.
  Error.stackTraceLimit = 0;
  const sent = new Set<string>();
  process.on("message", ([first, count]: Portion) => {
    void explore(first, count, ({ seed }) => FIRST !== "" && !known.has(seed)).then((explored) => {
      const sequences = [...explored.sequences].filter((sequence) => !sent.has(sequence));
      for (const sequence of sequences) sent.add(sequence);
      process.send?.({ ...explored, sequences });
    });
  });
}

function report(explored: Explored, seed: number, seconds: number): void {
  const { histories: played, calm, messages, deliveries, runs, reads } = explored;
  const { faults, failures, failed, sequences } = explored;
  const row = (name: string, count: number | string): void => console.log(`${name.padEnd(28)}${count}`);
  row("histories", `${played}, from seed ${seed}`);
  row("  without a fault", calm);
  row("messages", messages);
  row("deliveries", deliveries);
  row("runs of handlers", runs);
  row("replies and pushes read", reads);
  for (const fault of Object.keys(faults).sort()) row(`  ${fault}`, faults[fault] ?? 0);
  row("sequences of states", sequences.size);
  row("histories per second", `${(played / seconds).toFixed(0)}, ${seconds.toFixed(1)} s in all`);
  row("histories that do not hold", failed);
  for (const { seed: failing, sentences } of failures.slice(0, SHOWN)) {
    console.log(`\nseed ${failing}`);
    for (const sentence of sentences.slice(0, SHOWN)) console.log(`  ${sentence}`);
  }
  if (failed > SHOWN) {
    console.log(`\nall that do not hold: ${failures.map((failure) => failure.seed).join(" ")}`);
  }
  if (failed > 0) process.exitCode = 1;
}
