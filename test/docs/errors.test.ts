/** Every code of an error is documented in both languages, and used. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ERRCODES } from "../../src/api/errcode-sentences.ts";
import { statusOf } from "../../src/server/status.ts";
import { sourceFiles } from "../support/source-files.ts";
import { areTheSame } from "./languages.ts";
import { codeIn, firstColumn, readDocument, readText, tableWith } from "./markdown.ts";
import type { Document } from "./markdown.ts";

const unions = readText("src/errors.ts").matchAll(/^  \| "(\w+)"/gm);
const CODES: readonly string[] = [...unions].map(([, code = ""]) => code);

const PAGES: Readonly<Record<string, Document>> = {
  "docs/errors.md": readDocument("docs/errors.md"),
  "docs/errors.zh-CN.md": readDocument("docs/errors.zh-CN.md"),
};

const source = sourceFiles()
  .filter((path) => path.endsWith(".ts") && path !== "src/errors.ts")
  .map((path) => readText(path))
  .join("\n");

for (const [path, document] of Object.entries(PAGES)) {
  /** Chinese says as much in half the characters. */
  const least = path.includes("zh-CN") ? 2 : 6;
  const errcodes = tableWith(document, "`40001`");
  const rows = document.tables.flatMap((table) => (table === errcodes ? [] : table.slice(1)));

  describe(path, () => {
    test("has each code of an error once, in the order of the source, and no other", () => {
      assert.ok(CODES.length > 45, `only ${CODES.length} codes found`);
      assert.deepEqual(rows.flatMap(([code = ""]) => codeIn(code)), CODES);
    });

    test("says of each what happened and what to do", () => {
      for (const [code, ...cells] of rows) {
        const texts = cells.filter((cell) => !/^\d{3}$/.test(cell));
        assert.equal(texts.length, 2, `${code}`);
        for (const text of texts) assert.ok(text.length >= least, `${code}: "${text}"`);
      }
    });

    test("gives each refusal the status that the server answers with", () => {
      for (const [code = "", status = ""] of rows) {
        // What Node's parser refused never reaches the table of statuses.
        if (!/^\d{3}$/.test(status) || code === "`HTTP_INVALID`") continue;
        assert.equal(statusOf({ code: codeIn(code)[0] }), Number(status), code);
      }
    });
  });

  describe(`The table of errcodes in ${path}`, () => {
    test("has each errcode that the source explains once, in its order, and no other", () => {
      const explained = Object.keys(ERRCODES).map(Number).sort((a, b) => a - b);
      assert.ok(explained.length > 25, `only ${explained.length} found`);
      assert.deepEqual(firstColumn(errcodes).map(Number), explained);
    });

    test("says of each what it means and what to do", () => {
      for (const [errcode = "", ...cells] of errcodes.slice(1)) {
        assert.equal(cells.length, 2, errcode);
        for (const cell of cells) assert.ok(cell.length >= least, `${errcode}: "${cell}"`);
      }
    });
  });
}

areTheSame("docs/errors.md", PAGES["docs/errors.md"] as Document, PAGES["docs/errors.zh-CN.md"] as Document);

describe("An error code is used by the source, beyond its own list", () => {
  for (const code of CODES) {
    test(code, () => {
      assert.ok(source.includes(`"${code}"`), "nothing is thrown or logged with it");
    });
  }
});
