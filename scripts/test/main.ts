/**
 * Runs the tests: `quick`, `slow`, either with `surface` or `library`, which `plan.ts` explains, or files.
 * It fails when a test does, and when a file ends early or holds no test.
 *
 *     node --import tsx scripts/test/main.ts quick
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { Outcome } from "./outcome.ts";
import { planOf } from "./plan.ts";
import type { Part } from "./plan.ts";

/** A part that takes longer hangs, even on a busy machine. */
const MOST_MS = 15 * 60_000;

const words = process.argv.slice(2);
const parts = planOf(words);
const work = mkdtempSync(join(tmpdir(), "echostr-tests-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

const programs = join(work, "programs");
mkdirSync(programs);
process.env["ECHOSTR_PROGRAMS"] = programs;
// What programs say is compared with what they say in English.
process.env["LC_ALL"] = "C.UTF-8";
// This may be run by a test, whose runner is another.
delete process.env["NODE_TEST_CONTEXT"];

const outcome = new Outcome(parts.flatMap(({ files }) => files));
// Half of the time of the quick ones is waiting, for a process or a clock.
const cores = availableParallelism();
const turns = [
  { now: parts.filter(({ isAlone }) => !isAlone), concurrency: words.includes("slow") ? cores : cores + 2 },
  { now: parts.filter(({ isAlone }) => isAlone), concurrency: 1 },
];
for await (const text of Readable.from(events()).compose(new spec())) process.stdout.write(String(text));

const faults = outcome.faults();
for (const fault of faults) process.stdout.write(`✖ ${fault}\n`);
process.exitCode = faults.length === 0 && !outcome.hasFailed ? 0 : 1;

async function* events(): AsyncGenerator {
  for (const { now, concurrency } of turns) {
    if (now.length === 0) continue;
    const told = run({ files: now.map(entryOf), concurrency, timeout: MOST_MS });
    told.on("test:pass", (event) => outcome.ended(event, true));
    told.on("test:fail", (event) => outcome.ended(event, false));
    yield* told;
  }
}

/** The file that Node starts for a part. */
function entryOf({ name, files }: Part): string {
  const file = join(work, `${name.replaceAll("/", "-")}.mjs`);
  const together = new URL("together.ts", import.meta.url).href;
  const call = `await together(${JSON.stringify(files)});`;
  writeFileSync(file, `import { together } from "${together}";\n${call}\n`);
  return file;
}
