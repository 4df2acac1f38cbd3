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

/** `make test-slow`: each for itself, with nothing beside it. */
export const SLOW: Readonly<Record<string, string>> = {
  "test/api/processes.test.ts": "eleven hours of two processes that call, call by call",
  "test/bot/plain-text-growth.test.ts": "measures how time grows",
  "test/cli/watch.test.ts": "servers are started anew while messages go on coming",
  "test/delivery/in-time.test.ts": "by the clock of the machine, and 60 ms are a second",
  "test/delivery/many-messages.test.ts": "20,000 messages between two deliveries of one",
  "test/delivery/memory.test.ts": "100,000 messages, and what the heap holds after them",
  "test/delivery/pieces-linear.test.ts": "measures how time grows",
  "test/delivery/shared.test.ts": "1,000 followers, and one of two processes is killed",
  "test/docs/restart.test.ts": "servers are restarted while messages go on coming",
  "test/docs/walk.test.ts": "a debugger stops at each function that a message enters",
  "test/expressions/expressions.test.ts": "thousands of texts for each regular expression",
  "test/faults/disk-full.test.ts": "a disk that is full",
  "test/faults/dns.test.ts": "a name that is not found",
  "test/faults/history-pace.test.ts": "forty followers at a tenth of their pace",
  "test/faults/history.test.ts": "hundreds of messages while processes and stores fail",
  "test/faults/redis-slow.test.ts": "a Redis that is slow",
  "test/faults/sqlite-kill.test.ts": "processes that are killed while they write",
  "test/fuzz/fuzz.test.ts": "another seed each time",
  "test/fuzz/guide.test.ts": "counts blocks, which makes all that runs in its process slow",
  "test/fuzz/planted.test.ts": "the fuzzer has to find something",
  "test/hostile/harness.test.ts": "hundreds of hostile peers",
  "test/lab/check/good-servers.test.ts": "every probe, in every mode, by the clock of the machine",
  "test/lab/check/provocations.test.ts": "servers that are slow by the clock of the machine",
  "test/lab/play/browser-cookie.test.ts": "a browser",
  "test/lab/play/browser.test.ts": "a browser",
  "test/lab/play/failing-bots.test.ts": "a browser",
  "test/lab/play/page-faults.test.ts": "a browser",
  "test/protocol/recut-encrypted.test.ts": "tens of thousands of forged requests",
  "test/protocol/recut-plain.test.ts": "tens of thousands of forged requests",
  "test/protocol/xml-growth.test.ts": "measures how time grows",
  "test/scripts/run-tests.test.ts": "runs of this very program",
  "test/server/body-admission.test.ts": "how long refused bodies are read, by the clock",
  "test/server/broken-bodies.test.ts": "thousands of spoiled bodies",
  "test/server/turns.test.ts": "how much the kernel gives in one turn of the loop",
  "test/single-file.test.ts": "builds the single files, and compiles against their types",
  "test/store/fallback-load.test.ts": "a Redis that goes and comes, by the clock of the machine",
  "test/store/million-keys.test.ts": "a million keys",
  "test/store/redis-thaw.test.ts": "processes that stand still, by the clock of the machine",
  "test/workers.test.ts": "builds the single files, and answers are slow by the clock of the machine",
};

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param words `quick`, `slow`, either of them with `surface` for those files alone that can be run
 *   against the single files, or files
 */
export function planOf(words: readonly string[]): Part[] {
  if (words.length > 0 && words.every((word) => word.endsWith(".ts"))) {
    return [{ name: "given", files: words }];
  }
  const files = testFiles();
  for (const named of Object.keys(SLOW)) {
    if (!files.includes(named)) throw new Error(`${named} is named in plan.ts, and is not there`);
  }
  const [speed, ...rest] = words;
  if (!["quick", "slow"].includes(speed ?? "") || !["", "surface"].includes(rest.join(" "))) {
    const got = words.join(" ");
    throw new Error(`quick or slow, with surface or not, or files expected, got "${got}"`);
  }
  const chosen = files.filter((file) => file in SLOW === (speed === "slow"));
  const isSurface = rest.length > 0;
  return partsOf(isSurface ? chosen.filter(isOfSurface) : chosen);
}

export function testFiles(): string[] {
  const names = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`).sort();
}

function partsOf(files: readonly string[]): Part[] {
  const parts = new Map<string, string[]>();
  for (const file of files) {
    const name = file in SLOW ? file : dirname(file);
    parts.set(name, [...(parts.get(name) ?? []), file]);
  }
  return [...parts].map(([name, held]) => ({ name, files: held }));
}

/** The lab is not part of the single file that they are run against. */
function isOfSurface(file: string): boolean {
  return !file.startsWith("test/lab/") && reachesSubject(file);
}

const IMPORT = /^(?:import|export) [^;]*?"(\.[^"]+\.ts)";/gm;

/** Whether a file, or one that it imports, can take what it tests from the single file. */
function reachesSubject(file: string, seen: Set<string> = new Set()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(join(ROOT, file), "utf8");
  if (text.includes("ECHOSTR_SUBJECT")) return true;
  return [...text.matchAll(IMPORT)].some(([, to = ""]) =>
    reachesSubject(join(dirname(file), to), seen),
  );
}
