/** The table of errcodes, sentence by sentence. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ERRCODES } from "../../src/api/errcode-sentences.ts";

describe("The sentence of an errcode", () => {
  const all = Object.entries(ERRCODES);

  test("is there for more than 250 of them", () => assert.ok(all.length > 250, `${all.length}`));

  for (const [errcode, sentence] of all) {
    test(`${errcode} has the cause, and behind a semicolon what to do`, () => {
      assert.match(sentence, /^[A-Za-z"][^;]{8,}; [^;]{4,}[^.]$/);
    });
  }
});
