/**
 * Runs a target again and again with inputs of its own making, counts the ways out that they take,
 * and keeps those that fail.
 *
 * @module
 */
import { inspect } from "node:util";
import { FOUND, keepInput, keptIn } from "./corpus.ts";
import type { KeptInput } from "./corpus.ts";
import type { Coverage } from "./coverage.ts";
import { Guide } from "./guide.ts";
import { Inputs } from "./inputs.ts";
import { randomOf } from "./target.ts";
import type { Target } from "./target.ts";

/** What came of running a target. */
export interface Figures {
  readonly runs: number;
  /** How many of the inputs came from the generator. */
  readonly made: number;
  /** How often each way out was taken. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** A few lines for each input that failed. */
  readonly failures: readonly string[];
  /** The inputs that reached something new. */
  readonly kept: readonly Uint8Array[];
}

export interface FuzzOptions {
  /** Where inputs that fail are written. */
  readonly folder?: URL | undefined;
  /** What every second input is spoiled from. */
  readonly corpus?: readonly Uint8Array[] | undefined;
  /** Guides it: inputs that reach something new are kept, and spoiled in turn. */
  readonly coverage?: Coverage | undefined;
}

/** Enough to see what is wrong; more of the same would only bury it. */
const MOST_FAILURES = 3;

/** How many runs there are between two looks at what nobody has caught. */
const BETWEEN_LOOKS = 64;

/** How many inputs are run between two looks at the coverage. */
const BATCH = 512;

/** @param isOver asked before each run, with the number of those before it */
export async function fuzz(
  target: Target,
  seed: number,
  isOver: (runs: number) => boolean,
  options: FuzzOptions = {},
): Promise<Figures> {
  const { folder = FOUND, corpus = [], coverage } = options;
  const inputs = new Inputs(target, corpus);
  const kept: Uint8Array[] = [];
  const outcomes = new Map<string, number>();
  const failures: string[] = [];
  let runs = 0;
  let made = 0;
  let input: Uint8Array = new Uint8Array();
  const fail = (error: unknown): void => {
    const file = keepInput(folder, input, `${target.name}-`);
    const title = `${target.name} failed in run ${runs} of FUZZ_SEED=${seed}`;
    failures.push(describe(title, error, input, file));
  };
  // What nobody catches would end the process: here it is a failure of the input that was there.
  const catchAll = (error: unknown): void => {
    const title = `Not caught, in this run or in one of the ${BETWEEN_LOOKS} before`;
    fail(new Error(title, { cause: error }));
  };
  const onExit = (): void => {
    fail(new Error("The process was made to exit"));
    console.error(failures.at(-1));
  };
  const runAgain = async (again: Uint8Array): Promise<void> => {
    input = again;
    try {
      await target.check(Uint8Array.from(again));
    } catch {
      // It was told the first time.
    }
  };
  const guide = coverage && new Guide(coverage, runAgain, target.batch ?? BATCH);
  const keep = (found: readonly Uint8Array[]): void => {
    inputs.add(found);
    kept.push(...found);
  };
  process.on("uncaughtException", catchAll);
  process.on("unhandledRejection", catchAll);
  process.on("exit", onExit);
  try {
    for (; !isOver(runs) && failures.length < MOST_FAILURES; runs += 1) {
      const next = inputs.next(randomOf(seed, runs));
      ({ input } = next);
      if (next.made) made += 1;
      try {
        const outcome = await target.check(Uint8Array.from(input));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if (guide !== undefined) keep(await guide.ran(input));
      } catch (error) {
        fail(error);
      }
      if (runs % BETWEEN_LOOKS === 0) await allSettled();
    }
    if (guide !== undefined) keep(await guide.finish());
    await allSettled();
  } finally {
    process.off("uncaughtException", catchAll);
    process.off("unhandledRejection", catchAll);
    process.off("exit", onExit);
  }
  return { runs, made, outcomes, failures, kept };
}

/** Ways out that were not taken though they are due: inputs do not reach what they should. */
export function missed(target: Target, { made, outcomes }: Figures): string[] {
  return Object.entries(target.due).flatMap(([outcome, inSoMany]) => {
    // With twenty times as many runs no way out is missed by chance (two in a billion).
    const due = made / inSoMany >= 20;
    return due && !outcomes.has(outcome) ? [`${target.name}: no input led to "${outcome}"`] : [];
  });
}

/** The inputs of a target that failed once, by the names of their files. */
export function foundOf(target: Target): KeptInput[] {
  return keptIn(FOUND, `${target.name}-`);
}

/** Promises that were rejected without anybody to care are told of after this. */
function allSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What failed, and how to have it again. */
function describe(title: string, error: unknown, input: Uint8Array, file: string): string {
  const shown = JSON.stringify(Buffer.from(input).toString()).slice(0, 500);
  return [
    title,
    `  ${inspect(error)}`,
    `  input of ${input.length} bytes: ${shown}`,
    `  kept in ${file}: commit it with the mending, it is a test now`,
  ].join("\n");
}
