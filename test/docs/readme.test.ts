/** The README is short, and leads to the rest. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readDocument, readText, ROOT } from "./markdown.ts";
import { inLanguage, MANUAL } from "./pages.ts";

describe("The README", () => {
  for (const language of ["en", "zh"] as const) {
    const readme = inLanguage("README.md", language);

    test(`has 280 lines at most: ${readme}`, () => {
      const lines = readText(readme).trimEnd().split("\n").length;
      assert.ok(lines <= 280, `${lines} lines: details belong into docs/guide`);
    });

    test(`shows the page in its language, 1280 by 800: ${readme}`, () => {
      const [picture = ""] = readDocument(readme).links.filter((link) => link.endsWith(".png"));
      assert.equal(picture, language === "en" ? "docs/play.png" : "docs/play.zh-CN.png");
      // Width and height stand behind the signature and the head of the first chunk (RFC 2083, 11.2.1).
      const bytes = readFileSync(join(ROOT, picture));
      assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1280, 800]);
    });

    test(`leads to every page of the guide: ${readme}`, () => {
      const { links } = readDocument(readme);
      const places = links.map((link) => link.replace(/#.*/, ""));
      for (const page of MANUAL.slice(1)) assert.ok(places.includes(inLanguage(page, language)), page);
    });

    // Servers without a library.
    const none = ["bare", "bare again", "by hand"];

    test(`names the speed that the table of figures has: ${readme}`, () => {
      const rows = readDocument(inLanguage("docs/guide/figures.md", language)).tables.flat();
      const ratios = (mode: string, isOurs: boolean): number[] =>
        rows
          .filter(([name = "", of]) => of === mode && !none.includes(name) && name.startsWith("echostr") === isOurs)
          .map(([, , ratio = ""]) => Number.parseFloat(ratio));
      const said = readDocument(readme).prose.match(/\b0\.\d\d\b/g)?.map(Number);
      const [ours, others] = [true, false].map((isOurs) =>
        ["plain", "safe"].map((mode) => {
          const found = ratios(mode, isOurs);
          assert.ok(found.length > 0);
          // Ours stands first, with everything switched on.
          return isOurs ? found[0] : Math.max(...found);
        }),
      );
      assert.deepEqual(said, [...(ours ?? []), ...(others ?? [])]);
    });
  }
});
