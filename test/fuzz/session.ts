/**
 * Runs a target again and again with inputs of its own making, counts the ways out that they take,
 * and keeps those that fail.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { randomOf } from "./target.ts";
import type { Target } from "./target.ts";

/** Inputs that failed once: `fuzz.test.ts` runs each of them again. */
const FOUND = new URL("found/", import.meta.url);

/** What came of running a target. */
export interface Figures {
  readonly runs: number;
  /** How often each way out was taken. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** A few lines for each input that failed. */
  readonly failures: readonly string[];
}

/** Enough to see what is wrong; more of the same would only bury it. */
const MOST_FAILURES = 3;

/** How many runs there are between two looks at what nobody has caught. */
const BETWEEN_LOOKS = 64;

/**
 * @param isOver asked before each run, with the number of those before it
 * @param folder where inputs that fail are kept
 */
export async function fuzz(
  target: Target,
  seed: number,
  isOver: (runs: number) => boolean,
  folder: URL = FOUND,
): Promise<Figures> {
  const outcomes = new Map<string, number>();
  const failures: string[] = [];
  let runs = 0;
  let input: Uint8Array = new Uint8Array();
  const fail = (error: unknown): void => {
    const file = keep(folder, target, input);
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
  process.on("uncaughtException", catchAll);
  process.on("unhandledRejection", catchAll);
  process.on("exit", onExit);
  try {
    for (; !isOver(runs) && failures.length < MOST_FAILURES; runs += 1) {
      input = target.make(randomOf(seed, runs));
      try {
        const outcome = await target.check(Uint8Array.from(input));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      } catch (error) {
        fail(error);
      }
      if (runs % BETWEEN_LOOKS === 0) await allSettled();
    }
    await allSettled();
  } finally {
    process.off("uncaughtException", catchAll);
    process.off("unhandledRejection", catchAll);
    process.off("exit", onExit);
  }
  return { runs, outcomes, failures };
}

/** Ways out that were not taken though they are due: inputs do not reach what they should. */
export function missed(target: Target, { runs, outcomes }: Figures): string[] {
  return Object.entries(target.due).flatMap(([outcome, inSoMany]) => {
    // With twenty times as many runs no way out is missed by chance (two in a billion).
    const due = runs / inSoMany >= 20;
    return due && !outcomes.has(outcome) ? [`${target.name}: no input led to "${outcome}"`] : [];
  });
}

/** The inputs of a target that failed once, by the names of their files. */
export function foundOf(target: Target): (readonly [file: string, input: Uint8Array])[] {
  if (!existsSync(FOUND)) return [];
  const files = readdirSync(FOUND).filter((file) => file.startsWith(`${target.name}-`));
  return files.map((file) => [file, readFileSync(new URL(file, FOUND))]);
}

/** Promises that were rejected without anybody to care are told of after this. */
function allSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function keep(folder: URL, target: Target, input: Uint8Array): string {
  const digest = createHash("sha1").update(input).digest("hex").slice(0, 10);
  const file = new URL(`${target.name}-${digest}`, folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, input);
  return fileURLToPath(file);
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
