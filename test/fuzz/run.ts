/**
 * The fuzzer for long runs, as `make fuzz` starts it: every target gets the same share of the time.
 *
 *     node --expose-gc test/fuzz/run.ts [seconds] [target …]
 *
 * Prints the seed, the runs and what came of them; exits with 1 when an input failed, a way out was
 * never taken, or the heap did not come back to what it was. `GUIDANCE=count` counts the blocks and
 * is not guided by them, `GUIDANCE=off` does not count them either. What reaches a new block is
 * written to `grown`; with `KEEP=1` what is worth it becomes part of the corpus.
 *
 * @module
 */
import { Coverage } from "./coverage.ts";

const guidance = process.env["GUIDANCE"] ?? "on";
const coverage = new Coverage();
// Before anything of src is there: V8 counts in what it compiles from now on.
const counts = guidance !== "off";
if (counts) coverage.start();

const [{ corpusOf, folderOf, GROWN, keepInput, keptIn }, { fuzz, missed }, { targets }] =
  await Promise.all([import("./corpus.ts"), import("./session.ts"), import("./targets.ts")]);
const { distil, replay } = await import("./distil.ts");

const [seconds = "60", ...names] = process.argv.slice(2);
const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const chosen = targets.filter(({ name }) => names.length === 0 || names.includes(name));
if (chosen.length === 0 || !(Number(seconds) > 0) || !["on", "count", "off"].includes(guidance)) {
  console.error(`make fuzz SECONDS=60 TARGETS="${targets.map(({ name }) => name).join(" ")}"`);
  console.error("GUIDANCE=on, count or off; KEEP=1 adds to the corpus; FUZZ_SEED=… repeats a run");
  process.exit(2);
}

/** What caches and compiled code may take. */
const SLACK_MIB = 32;

console.log(`FUZZ_SEED=${seed}`);
const problems: string[] = [];
for (const target of chosen) {
  const grown = folderOf(GROWN, target.name);
  const earlier = keptIn(grown).map(([, input]) => input);
  const corpus = [...corpusOf(target.name).map(([, input]) => input), ...earlier];
  const guide = guidance === "on" ? coverage : undefined;
  if (counts) coverage.forget();
  for (const input of corpus) await replay(target, input);
  if (counts) coverage.lookAndNote();
  const share = (Number(seconds) * 1000) / chosen.length;
  const end = Date.now() + share;
  // The heap is measured against that of the first tenth, when all that is made once is made.
  const warmed = await fuzz(target, seed ^ 1, () => Date.now() > end - share * 0.9, {
    corpus,
    coverage: guide,
  });
  corpus.push(...warmed.kept);
  const before = heapMib();
  const figures = await fuzz(target, seed, () => Date.now() > end, { corpus, coverage: guide });
  const after = heapMib();
  if (counts) coverage.lookAndNote();
  const { blocks } = coverage;
  const kept = [...warmed.kept, ...figures.kept];
  const added =
    counts && process.env["KEEP"] === "1" ? await distil(target, coverage, [...earlier, ...kept]) : undefined;
  if (added === undefined) for (const input of kept) keepInput(grown, input);
  await target.close?.();
  problems.push(...warmed.failures, ...figures.failures, ...missed(target, figures));
  if (after - before > SLACK_MIB) problems.push(`${target.name}: the heap grew to ${after} MiB`);
  const ways = [...figures.outcomes].toSorted(([, one], [, other]) => other - one);
  console.log(
    `${target.name.padEnd(10)} ${String(warmed.runs + figures.runs).padStart(8)} runs, ` +
      `${warmed.failures.length + figures.failures.length} failures, ${kept.length} kept` +
      `${added === undefined ? "" : ` (${added} for the corpus)`}, ${blocks} blocks, ` +
      `heap ${before.toFixed(0)} to ${after.toFixed(0)} MiB; ` +
      ways.map(([way, count]) => `${way} ${count}`).join(", "),
  );
}
for (const problem of problems) console.error(`\n${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;

function heapMib(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
