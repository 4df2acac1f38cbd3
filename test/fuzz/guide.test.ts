/** The coverage guides the fuzzer: what reaches something new is kept, and leads further. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Coverage } from "./coverage.ts";
import { shrink } from "./distil.ts";
import { fuzz } from "./session.ts";
import type { Target } from "./target.ts";

const RUNS = 40_000;
const TOP = 6;

function highest(outcomes: ReadonlyMap<string, number>): number {
  return Math.max(...[...outcomes.keys()].map(Number));
}

describe("Guided by coverage", () => {
  const coverage = new Coverage((url) => url.includes("/test/fuzz/stairs.ts"));
  let climb: (typeof import("./stairs.ts"))["climb"];

  before(async () => {
    coverage.start();
    ({ climb } = await import("./stairs.ts"));
  });
  after(() => coverage.stop());

  /** Finds the top only step by step: one letter leads up each. */
  const stairs = (): Target => ({
    name: "stairs",
    due: {},
    dictionary: ["u", "p", "s", "t", "a", "i", "r"],
    batch: 512,
    make: (random) => Buffer.from(random.pick(["r", "i", "ri"])),
    check: (input) => String(climb(input)),
  });

  it("an input is found that luck alone does not find in as many runs", async () => {
    coverage.forget();
    const isOver = (runs: number): boolean => runs >= RUNS;
    const corpus = [Buffer.from("abcdef")];
    const guided = await fuzz(stairs(), 7, isOver, { corpus, coverage });
    const unguided = await fuzz(stairs(), 7, isOver, { corpus });
    assert.equal(highest(guided.outcomes), TOP, "the top");
    assert.ok(highest(unguided.outcomes) < TOP, `${highest(unguided.outcomes)} steps by luck`);
    assert.ok(guided.kept.length >= TOP, "one input for each step");
  });

  it("what is kept reaches all that the run has reached", async () => {
    coverage.forget();
    const { kept, outcomes } = await fuzz(stairs(), 8, (runs) => runs >= RUNS, {
      corpus: [Buffer.from("abcdef")],
      coverage,
    });
    assert.equal(Math.max(...kept.map(climb)), highest(outcomes));
  });

  it("an input is cut down to what it needs", async () => {
    const isGood = async (less: Uint8Array): Promise<boolean> =>
      Buffer.from(less).toString().includes("needle");
    const small = await shrink(Buffer.from("hay hay needle hay"), isGood);
    assert.equal(Buffer.from(small).toString(), "needle");
  });
});
