/** Each finding is provoked by a server that is wrong in just this way. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CHECK_FINDINGS } from "../../../lab/check/finding-codes.ts";
import { FINDING_KINDS } from "../../../lab/platform/findings.ts";
import { BAD_BEHAVIOUR } from "./bad-behaviour.ts";
import { BAD_HANDSHAKES } from "./bad-handshakes.ts";
import { BAD_SECURITY } from "./bad-security.ts";
import { checkOf, codesOf } from "./checking.ts";
import { littleServer } from "./little-server.ts";

const PROVOCATIONS = [...BAD_HANDSHAKES, ...BAD_SECURITY, ...BAD_BEHAVIOUR];

const TITLE = "In a server that does everything right but for one thing, this is found";

// Most of the time is waiting.
describe(TITLE, { concurrency: 4 }, () => {
  for (const { code, server, only, parts, also = [], more } of PROVOCATIONS) {
    test(`${code}: a server that ${server}`, async (context) => {
      const replaced = parts();
      const address = await littleServer(context, replaced);
      const report = await checkOf(address, replaced.mode ?? "plain", only, more);
      const expected = [code, ...also].sort();
      assert.deepEqual(codesOf(report), expected, JSON.stringify(report.findings, undefined, 1));
    });
  }
});

describe("An answer that is padded to 16 bytes, as libraries of AES do by themselves, is found", () => {
  // Of two answers whose lengths differ by 16 one is a multiple of 32 all the same.
  for (const content of ["x".repeat(20), "x".repeat(36)]) {
    test(`though its text has ${content.length} characters`, async (context) => {
      const address = await littleServer(context, {
        mode: "safe",
        say: () => content,
        padding: (length) => Buffer.alloc(16 - (length % 16), 16 - (length % 16)),
      });
      assert.deepEqual(codesOf(await checkOf(address, "safe", ["encryption"])), ["DECRYPT-PADDING"]);
    });
  }
});

describe("The table of findings", () => {
  test("has no code that nothing provokes", () => {
    const provoked = new Set<string>(PROVOCATIONS.map(({ code }) => code));
    assert.deepEqual(Object.keys(CHECK_FINDINGS).filter((code) => !provoked.has(code)), []);
  });

  test("has no code that the judge has too", () => {
    assert.deepEqual(Object.keys(CHECK_FINDINGS).filter((code) => code in FINDING_KINDS), []);
  });

  test("says of each in one sentence what causes it, and what to do", () => {
    for (const [code, { message, fix }] of Object.entries(CHECK_FINDINGS)) {
      for (const sentence of [message, fix]) {
        assert.match(sentence, /^[^a-z].{20,110}[^.]$/, `${code}: ${sentence}`);
      }
    }
  });
});
