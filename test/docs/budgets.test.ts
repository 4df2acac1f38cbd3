/** The budgets of `SECURITY.md` are those of the source, and each has a test. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sourceFiles } from "../support/source-files.ts";
import { codeIn, readDocument, readText, tableWith } from "./markdown.ts";

const UNITS: Readonly<Record<string, number>> = { MiB: 1024 * 1024, KiB: 1024 };

const sources = sourceFiles()
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readText(name))
  .join("\n");

/** What a constant of the source is: a product of numbers, or the first number in an object. */
function valueOf(name: string): number {
  const [, text = ""] = new RegExp(`^(?:export )?const ${name}\\b[^=]*= ([^;]+);$`, "m").exec(sources) ?? [];
  const numbers = (/^[\d_ *]+$/.test(text) ? text.split("*") : (text.match(/\d[\d_]*/g) ?? []).slice(0, 1))
    .map((each) => Number(each.replaceAll("_", "")));
  return numbers.length === 0 ? Number.NaN : numbers.reduce((product, each) => product * each, 1);
}

describe("The table of budgets in SECURITY.md", () => {
  const [, ...rows] = tableWith(readDocument("SECURITY.md"), "all bodies of a bot, each counted twice for the text made of it");

  test("has a row for each thing that is kept", () => {
    assert.ok(rows.length >= 15, `only ${rows.length}`);
  });

  for (const [what = "", most = "", constant = "", proof = ""] of rows) {
    test(`says what the source says: ${what}`, () => {
      const [, number = "", unit = ""] = /^([\d,]+)(?: (MiB|KiB))?/.exec(most) ?? [];
      const [name = ""] = codeIn(constant);
      assert.equal(valueOf(name), Number(number.replaceAll(",", "")) * (UNITS[unit] ?? 1), name);
      const [, path = ""] = /\]\((test\/[^)]+\.test\.ts)\)/.exec(proof) ?? [];
      assert.match(readText(path), /\b(?:test|describe)\(/);
    });
  }
});
