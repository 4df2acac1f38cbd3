/**
 * A short run of the fuzzer, the corpus, and all inputs that ever failed. `make fuzz` runs longer.
 */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { corpusOf } from "./corpus.ts";
import { CORPUS_BYTES } from "./distil.ts";
import { foundOf, fuzz, missed } from "./session.ts";
import { targets } from "./targets.ts";

const SEED = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** Those that take their time get fewer runs. */
const RUNS: Readonly<Record<string, number>> = {
  ...{ http: 600, fetch: 600, growth: 12, reply: 2_000, resp: 2_000, store: 300, env: 500 },
  transcript: 3_000,
};
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
  fetch: "a response comes whatever breaks, and is the one that the same bytes get on a socket",
  resp: "a stream is read the same however it is cut, and claims take no memory",
  store: "whatever stands there, a follower gets the answers of the bot, in time",
  json: "long numbers keep their digits, and all else is what JSON.parse makes of it",
  "json-body": "a body is the tree of what JSON.parse reads, or is refused with a code",
  env: "a file is the settings that Node finds in it, or no text and refused",
  log: "an entry is one line, and no character of it does anything to a terminal",
  transcript: "a file is refused with a line, or played again without an exception",
  growth: "a byte costs the same in a document of 16 times the length",
};

describe(`Whatever comes (FUZZ_SEED=${SEED})`, () => {
  for (const target of targets) {
    const corpus = corpusOf(target.name);
    const runs = Number(process.env["FUZZ_RUNS"] ?? RUNS[target.name] ?? USUAL_RUNS);
    after(() => target.close?.());

    it(`${target.name}: ${HOLDS[target.name] ?? ""} (${runs} runs)`, async () => {
      const kept = corpus.map(([, input]) => input);
      const figures = await fuzz(target, SEED, (done) => done >= runs, { corpus: kept });
      assert.deepEqual(figures.failures, []);
      assert.deepEqual(missed(target, figures), []);
    });

    it(`${target.name}: its corpus is no trouble, and small`, async () => {
      assert.ok(corpus.length > 0, "make fuzz KEEP=1 makes one");
      for (const [file, input] of corpus) {
        await assert.doesNotReject(async () => target.check(Uint8Array.from(input)), file);
      }
      const size = corpus.reduce((sum, [, { length }]) => sum + length, 0);
      assert.ok(size <= CORPUS_BYTES, `${size} bytes`);
    });

    for (const [file, input] of foundOf(target)) {
      it(`${file}, which failed once, is no trouble any more`, async () => {
        await target.check(input);
      });
    }
  }
});
