/** What hostile Markdown costs: measured, and so by the clock of the machine. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { growth, LINEAR } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const { plainText } = echostr;

describe("The time that plainText takes grows with the length of the text, and not with its square", () => {
  const units = [
    ...["*a ", "**", "_a b* ", "*^", "***a** ", "`", "`a``b```", "[", "[a](", '[a](x "', "[a](<", "[a](b) "],
    ...["<a ", "<a@", "\\", "C:\\", "https://", "://", "https://a.cn* ", "> ", "|a", "|a\n|-\n", "# ", "- [ ] ", " \n"],
  ];
  for (const unit of units) {
    test(`for ${JSON.stringify(unit)}, again and again`, () => {
      const ratio = growth((size) => {
        const text = unit.repeat(size / unit.length);
        return () => plainText(text);
      }, 2048);
      assert.ok(ratio < LINEAR, `a byte costs ${ratio.toFixed(1)} times as much in a large text`);
    });
  }
});

test("A text of plainText is at most 32 times as long as its Markdown, though each row of a table has its names", () => {
  for (const name of [20, 40, 41, 4000]) {
    const table = `|${"a".repeat(name)}|\n|-|\n${"|b\n".repeat(1000)}`;
    assert.ok(plainText(table).length <= 32 * table.length, `a name of ${name} characters`);
  }
});
