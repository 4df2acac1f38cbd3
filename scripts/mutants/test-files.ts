/**
 * Which test files the mutants meet: those that start no processes, and measure no real time, and
 * a few that are needed all the same.
 *
 * The others take most of the time of `make test` and `make test-slow`, and on a busy machine one of
 * them may fail for another reason than the mutant. So what is counted as caught is the least that
 * these catch.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const LEFT_OUT: ReadonlySet<string> = new Set([
  // A second of WeChat's is 60 ms there: a busy machine lets them fail, mutant or not.
  "test/delivery/in-time.test.ts",
  // Counts blocks in the whole process, which makes all that runs beside it slow.
  "test/fuzz/guide.test.ts",
  // These measure real time, or wait for it: with them each survivor would take most of a minute more.
  "test/delivery/pieces-linear.test.ts",
  "test/expressions/expressions.test.ts",
  "test/lab/check/good-servers.test.ts",
  "test/lab/check/provocations.test.ts",
  "test/store/million-keys.test.ts",
]);

/** What a store does can only be seen with its server or its file, and takes a second or two. */
const NEEDED: ReadonlySet<string> = new Set([
  "test/store/open-store.test.ts",
  "test/store/redis-connection.test.ts",
  "test/store/redis.test.ts",
  "test/store/sqlite.test.ts",
  // These take a temporary folder from a file that can start processes, and start none.
  "test/api/media.test.ts",
  "test/api/media-files.test.ts",
  "test/api/uploads.test.ts",
]);

const IMPORT = /^(?:import|export) (?!type\b)[^;]*?"(\.[^"]+\.ts)";/gm;

/** The test files, from the root of the repository. */
export function quickTests(root: string): string[] {
  const known = new Map<string, boolean>();
  return readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${name}`)
    .filter((file) => !LEFT_OUT.has(file))
    .filter((file) => NEEDED.has(file) || !startsProcesses(root, file, known))
    .sort();
}

/** Whether a file, or one that it imports, uses `node:child_process` or the threads of Node. */
function startsProcesses(root: string, file: string, known: Map<string, boolean>): boolean {
  const before = known.get(file);
  if (before !== undefined) return before;
  known.set(file, false);
  const path = join(root, file);
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  const starts =
    /^import (?!type\b)[^;]*"node:(?:child_process|worker_threads)"/m.test(text) ||
    [...text.matchAll(IMPORT)].some(([, to = ""]) =>
      startsProcesses(root, normalize(join(dirname(file), to)), known),
    );
  known.set(file, starts);
  return starts;
}
