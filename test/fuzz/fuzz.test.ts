/** A short run of the fuzzer, and all inputs that ever failed. `make fuzz` runs longer. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { foundOf, fuzz, missed } from "./session.ts";
import { targets } from "./targets.ts";

const SEED = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** Those that take their time get fewer runs. */
const RUNS: Readonly<Record<string, number>> = { http: 600, growth: 12, reply: 2_000 };
const USUAL_RUNS = 6_000;

/** What holds, whatever comes. */
const HOLDS: Readonly<Record<string, string>> = {
  tokenizer: "tokens cover a document without a gap, and a refusal has a place in it",
  message: "a body is a message or is refused with a code, and takes no more room than before",
  decryption: "what is decrypted is what another reader finds, and all else has a code",
  encryption: "any text comes back from its encryption as it was",
  query: "a parameter is what URLSearchParams makes of it, or the query is refused for a reason",
  reply: "a reply is read back as it was made, or refused for being empty",
  http: "a connection gets a status or its end, and the next one is served as ever",
  growth: "a byte costs the same in a document of 16 times the length",
};

describe(`Whatever comes (FUZZ_SEED=${SEED})`, () => {
  for (const target of targets) {
    const runs = Number(process.env["FUZZ_RUNS"] ?? RUNS[target.name] ?? USUAL_RUNS);
    after(() => target.close?.());

    it(`${target.name}: ${HOLDS[target.name] ?? ""} (${runs} runs)`, async () => {
      const figures = await fuzz(target, SEED, (done) => done >= runs);
      assert.deepEqual(figures.failures, []);
      assert.deepEqual(missed(target, figures), []);
    });

    for (const [file, input] of foundOf(target)) {
      it(`${file}, which failed once, is no trouble any more`, async () => {
        await target.check(input);
      });
    }
  }
});
