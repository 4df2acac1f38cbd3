/**
 * The fuzzer for long runs, as `make fuzz` starts it: every target gets the same share of the time.
 *
 *     node --expose-gc test/fuzz/run.ts [seconds] [target …]
 *
 * Prints the seed, the runs and what came of them; exits with 1 when an input failed, a way out was
 * never taken, or the heap did not come back to what it was.
 *
 * @module
 */
import { fuzz, missed } from "./session.ts";
import { targets } from "./targets.ts";

const [seconds = "60", ...names] = process.argv.slice(2);
const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const chosen = targets.filter(({ name }) => names.length === 0 || names.includes(name));
if (chosen.length === 0 || !(Number(seconds) > 0)) {
  console.error(`make fuzz SECONDS=60 TARGETS="${targets.map(({ name }) => name).join(" ")}"`);
  process.exit(2);
}

/** What caches and compiled code may take. */
const SLACK_MIB = 32;

console.log(`FUZZ_SEED=${seed}`);
const problems: string[] = [];
for (const target of chosen) {
  const share = (Number(seconds) * 1000) / chosen.length;
  const end = Date.now() + share;
  // The heap is measured against that of the first tenth, when all that is made once is made.
  const warmed = await fuzz(target, seed ^ 1, () => Date.now() > end - share * 0.9);
  const before = heapMib();
  const figures = await fuzz(target, seed, () => Date.now() > end);
  const after = heapMib();
  await target.close?.();
  problems.push(...warmed.failures, ...figures.failures, ...missed(target, figures));
  if (after - before > SLACK_MIB) problems.push(`${target.name}: the heap grew to ${after} MiB`);
  const ways = [...figures.outcomes].toSorted(([, one], [, other]) => other - one);
  console.log(
    `${target.name.padEnd(10)} ${String(warmed.runs + figures.runs).padStart(8)} runs, ` +
      `${warmed.failures.length + figures.failures.length} failures, ` +
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
