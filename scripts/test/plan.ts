/**
 * Which test files run, and which of them share a process: those of a folder do, unless they are
 * named here. A file that nobody has named is run with its folder, so that none is forgotten.
 * What takes long begins first, so that all cores have work to the end.
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
  /** Nothing may run beside it. */
  readonly isAlone: boolean;
}

/** The parts that take longest, the longest first; the others follow. */
const FIRST: readonly string[] = [
  "test/api", "test/cli", "test/lab/play", "test/server", "test/docs", "test/store", "test/examples",
  "small", "test/simulation", "test/delivery", "test",
];

/** Folders of more files are two processes, for one alone would end last. */
const MOST_FILES = 41;

/** Folders that take a few seconds share a process, whose start takes one. */
const SMALL: readonly string[] = [
  "test/bot", "test/faults", "test/fuzz", "test/lab/check", "test/lab/platform", "test/scripts", "test/support",
];

/** `make test-slow`: each has a process of its own, and nothing runs beside it. */
export const ALONE: Readonly<Record<string, string>> = {
  "test/bot/plain-text-growth.test.ts": "measures how time grows",
  "test/cli/watch.test.ts": "servers are started anew while messages go on coming",
  "test/delivery/in-time.test.ts": "by the clock of the machine, and 60 ms are a second",
  "test/delivery/pieces-linear.test.ts": "measures how time grows",
  "test/delivery/shared.test.ts": "1,000 followers, and one of two processes is killed",
  "test/docs/restart.test.ts": "servers are restarted while messages go on coming",
  "test/expressions/expressions.test.ts": "measures how time grows, for thousands of texts",
  "test/faults/disk-full.test.ts": "a disk that is full",
  "test/faults/dns.test.ts": "a name that is not found",
  "test/faults/history-pace.test.ts": "forty followers at a tenth of their pace",
  "test/faults/history.test.ts": "hundreds of messages while processes and stores fail",
  "test/faults/redis-slow.test.ts": "a Redis that is slow",
  "test/faults/sqlite-kill.test.ts": "processes that are killed while they write",
  "test/fuzz/fuzz.test.ts": "another seed each time",
  "test/fuzz/planted.test.ts": "the fuzzer has to find something",
  "test/hostile/harness.test.ts": "hundreds of hostile peers",
  "test/lab/check/good-servers.test.ts": "every probe, in every mode, by the clock of the machine",
  "test/lab/check/provocations.test.ts": "servers that are slow by the clock of the machine",
  "test/protocol/xml-growth.test.ts": "measures how time grows",
  "test/server/body-admission.test.ts": "how long refused bodies are read, by the clock",
  "test/server/turns.test.ts": "how much the kernel gives in one turn of the loop",
  "test/store/fallback-load.test.ts": "a Redis that goes and comes, by the clock of the machine",
  "test/store/million-keys.test.ts": "a million keys",
  "test/store/redis-thaw.test.ts": "processes that stand still, by the clock of the machine",
  "test/workers.test.ts": "builds the single files, and answers are slow by the clock of the machine",
};

/** `make test-slow` too, a process each; they measure no time, so that two of them run at a time. */
export const HEAVY: Readonly<Record<string, string>> = {
  "test/api/processes.test.ts": "eleven hours of two processes that call, call by call",
  "test/delivery/many-messages.test.ts": "20,000 messages between two deliveries of one",
  "test/delivery/memory.test.ts": "100,000 messages, and what the heap holds after them",
  "test/docs/walk.test.ts": "a debugger stops at each function that a message enters",
  "test/fuzz/guide.test.ts": "counts blocks, which makes all that runs in its process slow",
  "test/lab/play/browser-cookie.test.ts": "a browser",
  "test/lab/play/browser.test.ts": "a browser",
  "test/lab/play/failing-bots.test.ts": "a browser",
  "test/lab/play/page-faults.test.ts": "a browser",
  "test/protocol/recut-encrypted.test.ts": "tens of thousands of forged requests",
  "test/protocol/recut-plain.test.ts": "tens of thousands of forged requests",
  "test/scripts/run-tests.test.ts": "runs of this very program",
  "test/server/broken-bodies.test.ts": "thousands of spoiled bodies",
  "test/single-file.test.ts": "builds the single files, and compiles against their types",
};

export const SLOW: Readonly<Record<string, string>> = { ...ALONE, ...HEAVY };

/** They build single files for themselves, follow the source, or test how tests are run. */
const OF_THE_SOURCE: ReadonlySet<string> = new Set([
  "test/at-rest.test.ts",
  "test/bundled.test.ts",
  "test/docs/walk.test.ts",
  "test/examples/whole-protocol.test.ts",
  "test/scripts/run-tests.test.ts",
  "test/single-file.test.ts",
  "test/workers.test.ts",
]);

/** Which file the server is that they start does not depend on the format of the library. */
const PROGRAMS = "test/support/programs.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param words `quick`, `slow`, either of them with `surface` for those files alone that can be run
 *   against the single files, or with `library` for those of them that do more than start the
 *   server, or files
 */
export function planOf(words: readonly string[]): Part[] {
  if (words.length > 0 && words.every((word) => word.endsWith(".ts"))) {
    return [{ name: "given", files: words, isAlone: false }];
  }
  const files = testFiles();
  for (const named of Object.keys(SLOW)) {
    if (!files.includes(named)) throw new Error(`${named} is named in plan.ts, and is not there`);
  }
  const [speed, ...rest] = words;
  const only = rest.join(" ");
  if (!["quick", "slow"].includes(speed ?? "") || !["", "surface", "library"].includes(only)) {
    const got = words.join(" ");
    throw new Error(`quick or slow, with surface, library or neither, or files expected, got "${got}"`);
  }
  const chosen = files.filter((file) => file in SLOW === (speed === "slow"));
  if (only === "") return partsOf(chosen);
  const left = only === "library" ? [PROGRAMS] : [];
  return partsOf(chosen.filter((file) => isOfSurface(file, left)));
}

export function testFiles(): string[] {
  const names = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`).sort();
}

function partsOf(files: readonly string[]): Part[] {
  const parts = new Map<string, string[]>();
  for (const file of files) {
    const name = partOf(file);
    parts.set(name, [...(parts.get(name) ?? []), file]);
  }
  return [...parts]
    .sort(([one], [two]) => rankOf(one) - rankOf(two))
    .flatMap(([name, held]) => inHalves(name, held));
}

function partOf(file: string): string {
  if (file in SLOW) return file;
  const folder = dirname(file);
  return SMALL.includes(folder) ? "small" : folder;
}

function rankOf(part: string): number {
  const at = FIRST.indexOf(part);
  return at < 0 ? FIRST.length : at;
}

function inHalves(name: string, files: readonly string[]): Part[] {
  const isAlone = name in ALONE;
  if (files.length <= MOST_FILES) return [{ name, files, isAlone }];
  const half = (rest: number): string[] => files.filter((_file, index) => index % 2 === rest);
  return [0, 1].map((rest) => ({ name: `${name}-${rest + 1}`, files: half(rest), isAlone }));
}

/** The lab is not part of the single file that they are run against. */
function isOfSurface(file: string, left: readonly string[]): boolean {
  return !file.startsWith("test/lab/") && !OF_THE_SOURCE.has(file) && reachesSubject(file, new Set(left));
}

const IMPORT = /^(?:import|export) [^;]*?"(\.[^"]+\.ts)";/gm;

/**
 * Whether a file, or one that it imports, can take what it tests from the single file.
 *
 * @param seen files that are not looked at
 */
function reachesSubject(file: string, seen: Set<string>): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(join(ROOT, file), "utf8");
  if (text.includes("ECHOSTR_SUBJECT")) return true;
  return [...text.matchAll(IMPORT)].some(([, to = ""]) =>
    reachesSubject(join(dirname(file), to), seen),
  );
}
