/** What a page in two languages has the same in both. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { codeIn } from "./markdown.ts";
import type { Document } from "./markdown.ts";

/**
 * That their links lead somewhere, `links.test.ts` tries.
 *
 * @param path of the English page
 */
export function areTheSame(path: string, english: Document, chinese: Document): void {
  describe(`The two languages of ${path}`, () => {
    test("have the same headings, level by level", () => {
      const levels = ({ headings }: Document): string[] =>
        headings.map((heading) => heading.slice(0, heading.indexOf(" ")));
      assert.deepEqual(levels(chinese), levels(english));
    });

    test("have the same blocks of code, letter by letter, and of text with the same numbers", () => {
      // What a program says to a person is in the language of the reader.
      const shape = ({ blocks }: Document): unknown[] =>
        blocks.map(({ language, code }) => [language, language === "text" ? code.match(/\d+/g) : code]);
      assert.deepEqual(shape(chinese), shape(english));
    });

    test("have the same tables, in size and in the code of each cell", () => {
      const shape = ({ tables }: Document): string[][][][] =>
        tables.map((rows) => rows.map((cells) => cells.map((cell) => codeIn(cell).sort())));
      assert.deepEqual(shape(chinese), shape(english));
    });

    test("name the same code in their prose", () => {
      const names = ({ prose }: Document): string[] => [...new Set(codeIn(prose))].sort();
      assert.deepEqual(names(chinese), names(english));
    });

    test("lead to the same places, each to those in its own language where they are there", () => {
      // A picture may have words, and the heading that an anchor names is a translation.
      const places = ({ links }: Document): string[] =>
        links.map((link) => link.replace(".zh-CN.", ".").replace(/#.*/, "")).sort();
      assert.deepEqual(places(chinese), places(english));
    });
  });
}
