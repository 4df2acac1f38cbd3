/**
 * Which test files run, and which of them share a process: those of a folder do, unless they are
 * named here. A file that nobody has named is run with its folder, so that none is forgotten.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Files that share a process. */
export interface Part {
  readonly name: string;
  readonly files: readonly string[];
}

type Reasons = Readonly<Record<string, string>>;

/** `make test-slow`: each for itself, with nothing beside it. */
export const SLOW: Reasons = {
  "test/api/processes.test.ts": "eleven hours of two processes that call, call by call",
  "test/delivery/in-time.test.ts": "by the clock of the machine, and 60 ms are a second",
  "test/delivery/many-messages.test.ts": "20,000 messages between two deliveries of one",
  "test/delivery/memory.test.ts": "100,000 messages, and what the heap holds after them",
  "test/delivery/shared.test.ts": "1,000 followers, and one of two processes is killed",
  "test/expressions/expressions.test.ts": "thousands of texts for each regular expression",
  "test/faults/disk-full.test.ts": "a disk that is full",
  "test/faults/dns.test.ts": "a name that is not found",
  "test/faults/redis-slow.test.ts": "a Redis that is slow",
  "test/faults/sqlite-kill.test.ts": "processes that are killed while they write",
  "test/fuzz/fuzz.test.ts": "another seed each time",
  "test/fuzz/guide.test.ts": "counts blocks, which makes all that runs in its process slow",
  "test/hostile/harness.test.ts": "hundreds of hostile peers",
  "test/protocol/recut-encrypted.test.ts": "tens of thousands of forged requests",
  "test/protocol/recut-plain.test.ts": "tens of thousands of forged requests",
  "test/scripts/run-tests.test.ts": "runs of this very program",
  "test/server/broken-bodies.test.ts": "thousands of spoiled bodies",
  "test/store/million-keys.test.ts": "a million keys",
};

/** Files with a process of their own, the longest first. */
export const ALONE: Reasons = {
};

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param words `quick`, `slow`, `surface` for what can be run against the single files, or files
 */
export function planOf(words: readonly string[]): Part[] {
  if (words.length > 0 && words.every((word) => word.endsWith(".ts"))) {
    return [{ name: "given", files: words }];
  }
  const files = testFiles();
  for (const named of [...Object.keys(SLOW), ...Object.keys(ALONE)]) {
    if (!files.includes(named)) throw new Error(`${named} is named in plan.ts, and is not there`);
  }
  const quick = files.filter((file) => !(file in SLOW));
  switch (words.join(" ")) {
    case "quick":
      return partsOf(quick);
    case "slow":
      return Object.keys(SLOW).map((file) => ({ name: file, files: [file] }));
    case "surface":
      return partsOf(quick.filter((file) => !file.startsWith("test/lab/") && reachesSubject(file)));
    default:
      throw new Error(`quick, slow, surface or test files expected, got "${words.join(" ")}"`);
  }
}

export function testFiles(): string[] {
  const names = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`).sort();
}

function partsOf(files: readonly string[]): Part[] {
  const parts = new Map<string, string[]>();
  for (const file of Object.keys(ALONE)) if (files.includes(file)) parts.set(file, [file]);
  for (const file of files.filter((each) => !(each in ALONE))) {
    const name = dirname(file);
    parts.set(name, [...(parts.get(name) ?? []), file]);
  }
  return [...parts].map(([name, held]) => ({ name, files: held }));
}

const IMPORT = /^(?:import|export) [^;]*?"(\.[^"]+\.ts)";/gm;

/** Whether a file takes what it tests from the single file, when there is one, or a file that it imports does. */
function reachesSubject(file: string, seen: Set<string> = new Set()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(join(ROOT, file), "utf8");
  if (text.includes("ECHOSTR_SUBJECT")) return true;
  return [...text.matchAll(IMPORT)].some(([, to = ""]) =>
    reachesSubject(join(dirname(file), to), seen),
  );
}
