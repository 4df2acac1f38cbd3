/**
 * Lets the tests have a look at one mutant: first those that are called as its file is, then those
 * of its folder, which know most of it, then all the others that run the place. The first that
 * fails has caught it.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { runs } from "./coverage.ts";
import type { Coverage } from "./coverage.ts";
import type { Mutant } from "./mutant.ts";
import { runProcess } from "./run-process.ts";
import type { Workspace } from "./workspace.ts";

export interface Verdict {
  /** `late`: it did not end; that is noticed as well. */
  readonly end: "caught" | "late" | "survived";
  /** The test that failed, or how many files have passed. */
  readonly by: string;
}

/** Beside what the tests take by themselves; a busy machine is slow. */
const PATIENCE_MS = 10_000;
const PATIENCE = 5;
/** A mutant that is not noticed in this time is slow enough to be noticed for that. */
const MOST_MS = 300_000;

export async function judge(
  mutant: Mutant,
  workspace: Workspace,
  coverage: readonly Coverage[],
): Promise<Verdict> {
  const able = coverage
    .filter((each) => runs(each, mutant.file, mutant.start))
    .sort((one, two) => one.ms - two.ms);
  const home = dirname(mutant.file).replace(/^src/, "test");
  const words = wordsOf(mutant.file);
  const own = able.filter(({ test }) => wordsOf(test).some((word) => words.includes(word)));
  const near = able.filter((each) => dirname(each.test) === home && !own.includes(each));
  const far = able.filter((each) => !own.includes(each) && !near.includes(each));
  return workspace.broken(mutant, async () => {
    for (const group of [own, near, far]) {
      const verdict = await lookAt(group, workspace.folder);
      if (verdict !== undefined) return verdict;
    }
    return { end: "survived", by: `${able.length} test files pass` };
  });
}

/** `xml-markup.ts` is tested by `xml-tokens.test.ts`, among others. */
function wordsOf(file: string): string[] {
  return basename(file).split(".")[0]?.split("-") ?? [];
}

/** Runs all of the files, for so long at most; undefined when they pass. */
export async function lookAt(
  group: readonly Coverage[],
  folder: string,
  mostMs: number = MOST_MS,
): Promise<Verdict | undefined> {
  if (group.length === 0) return undefined;
  const words = [
    "--test-reporter=./scripts/mutants/verdict.ts",
    "scripts/mutants/run-tests.ts",
    ...group.map(({ test }) => test),
  ];
  const usualMs = group.reduce((sum, { ms }) => sum + ms, 0);
  const limitMs = PATIENCE_MS + PATIENCE * usualMs;
  const { output, isLate } = await runProcess(words, folder, Math.min(limitMs, mostMs));
  const failed = /^FAILED (.*)$/m.exec(output)?.[1];
  if (failed !== undefined) return { end: "caught", by: failed };
  if (isLate) return { end: "late", by: "it did not end" };
  // Neither passed nor failed: the process broke.
  return /^PASSED$/m.test(output) ? undefined : { end: "caught", by: "the process ended" };
}
