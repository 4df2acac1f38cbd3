/** No regular expression of the source takes more than linear time, on any of thousands of texts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { attacksOn } from "./attacks.ts";
import { sourceFiles } from "../support/source-files.ts";
import { findExpressions, looksLikeExpressions } from "./find.ts";
import { growthOn } from "./growth.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Says on which text an expression takes long; `undefined` where on none. */
function slowText(source: string, flags: string): string | undefined {
  const expression = new RegExp(source, flags);
  for (const attack of attacksOn(source, flags)) {
    const growth = growthOn(expression, attack);
    if (growth !== undefined) return `${JSON.stringify(attack)}: ${growth}`;
  }
  return undefined;
}

describe("The search for slow texts", { timeout: 600_000 }, () => {
  for (const [what, expression] of [
    [
      "strings of the API's JSON, whose escapes missed line ends",
      /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|(?<![\w.+-])-?\d{16,}(?![\w.])/g,
    ],
    ["attributes on the page", /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g],
    ["blanks at an end", /\s+$/],
    ["marks at both ends", /^["'`]+|["'`]+$/g],
    ["a group repeated twice over", /^(?:a+)+$/],
    ["two ways through each repeat", /^(?:a|[ab])*$/],
    ["two parts that overlap", /^\d*[0-9a-f]*x/],
    ["many beginnings without an end", /<!--.*?-->/gs],
  ] as const) {
    test(`finds one for ${what}`, () => {
      assert.notEqual(slowText(expression.source, expression.flags), undefined);
    });
  }

  for (const expression of [/^a+$/, /"[^"]*(?:"|$)/g, /[<>&]/g, /(?<![\w-])[\w-]+=/g, /^\s+/]) {
    test(`finds none for ${String(expression)}`, () => {
      assert.equal(slowText(expression.source, expression.flags), undefined);
    });
  }
});

describe("The regular expressions of src and lab", { timeout: 600_000 }, () => {
  const found = findExpressions(root);

  test(`are all found: ${found.length}`, () => {
    assert.ok(found.length > 130, String(found.length));
    for (const name of sourceFiles()) {
      const seen = found.filter(({ place }) => place.startsWith(`${name}:`)).length;
      const code = readFileSync(join(root, name), "utf8").replace(/^\s*(?:\*|\/\/|\/\*).*$/gm, "");
      const likely = looksLikeExpressions(code) - (name === "src/bot/router.ts" ? 1 : 0);
      assert.ok(seen >= likely, `${name}: ${seen} of ${likely}`);
    }
  });

  const different = new Map(found.map((each) => [`/${each.source}/${each.flags}`, each]));
  for (const [shown, { place, source, flags }] of different) {
    test(`take linear time: ${place} ${shown}`, () => {
      assert.equal(slowText(source, flags), undefined);
    });
  }
});
