/**
 * Which test files run which part of the source: recorded by V8, once, with the source as it is.
 * A mutant that a test file does not run cannot be caught by it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import {
  existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inParallel } from "./in-parallel.ts";
import { runProcess } from "./run-process.ts";

/** A part of a file and how often it ran; those inside of others come later. */
type Ranges = readonly (readonly [start: number, end: number, count: number])[];

/** What a test file runs. */
export interface Coverage {
  readonly test: string;
  readonly ms: number;
  /** By the names of source files: one for each process and thread that ran it. */
  readonly ranges: Readonly<Record<string, readonly Ranges[]>>;
}

interface V8Result {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { startOffset: number; endOffset: number; count: number }[];
    }[];
  }[];
}

const LIMIT_MS = 300_000;

/** Records, or takes what was recorded with the same source and the same tests. */
export async function recordCoverage(
  root: string,
  tests: readonly string[],
  files: readonly string[],
  jobs: number,
): Promise<readonly Coverage[]> {
  const cache = join(root, "node_modules/.cache/echostr-mutants", `${digest(root)}.json`);
  if (existsSync(cache)) return JSON.parse(readFileSync(cache, "utf8")) as Coverage[];
  const all = await inParallel(tests, jobs, (test) => recordOne(root, test, files));
  rmSync(join(cache, ".."), { recursive: true, force: true });
  mkdirSync(join(cache, ".."), { recursive: true });
  writeFileSync(cache, JSON.stringify(all));
  return all;
}

/** Whether the place ran, in whichever process. */
export function runs({ ranges }: Coverage, file: string, offset: number): boolean {
  return (ranges[file] ?? []).some((each) => countAt(each, offset) > 0);
}

/** The smallest part that holds the place comes last, and decides. */
function countAt(ranges: Ranges, offset: number): number {
  let count = 0;
  for (const [start, end, times] of ranges) {
    if (start <= offset && offset < end) count = times;
  }
  return count;
}

async function recordOne(
  root: string,
  test: string,
  files: readonly string[],
): Promise<Coverage> {
  const folder = mkdtempSync(join(tmpdir(), "echostr-coverage-"));
  const startedAt = performance.now();
  try {
    for (let tries = 1; ; tries += 1) {
      const words = ["--test-reporter=tap", test];
      const { status, output } = await runProcess(words, root, LIMIT_MS, {
        NODE_V8_COVERAGE: folder,
      });
      if (status === 0) break;
      if (tries === 2) throw new Error(`${test} fails as it is:\n${output.slice(-4000)}`);
    }
    const ms = performance.now() - startedAt;
    return { test, ms, ranges: readRanges(root, folder, files) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readRanges(
  root: string,
  folder: string,
  files: readonly string[],
): Record<string, Ranges[]> {
  const all: Record<string, Ranges[]> = {};
  const names = new Map(files.map((file) => [pathToFileURL(join(root, file)).href, file]));
  for (const name of readdirSync(folder)) {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as V8Result;
    for (const { url, functions } of result) {
      const file = names.get(url);
      if (file === undefined) continue;
      const ranges = functions
        .flatMap((each) => each.ranges)
        .map(({ startOffset, endOffset, count }) => [startOffset, endOffset, count] as const)
        .sort(([a, b], [c, d]) => d - c - (b - a));
      (all[file] ??= []).push(ranges);
    }
  }
  return all;
}

function digest(root: string): string {
  const hash = createHash("sha256").update(process.version);
  for (const folder of ["src", "test"]) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).sort();
    for (const name of names.filter((each) => each.endsWith(".ts"))) {
      hash.update(name).update(readFileSync(join(root, folder, name)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}
