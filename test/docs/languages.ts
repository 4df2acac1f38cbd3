/** What a page in two languages has the same in both. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { codeIn, ROOT } from "./markdown.ts";
import type { Document } from "./markdown.ts";

/** @param path of the English page, which leads to the other by its language */
export function areTheSame(path: string, english: Document, chinese: Document): void {
  describe(`The two languages of ${path}`, () => {
    test("have the same headings, level by level", () => {
      const levels = ({ headings }: Document): string[] =>
        headings.map((heading) => heading.slice(0, heading.indexOf(" ")));
      assert.deepEqual(levels(chinese), levels(english));
    });

    test("have the same blocks of code, letter by letter", () => {
      assert.ok(english.blocks.length > 15);
      assert.deepEqual(chinese.blocks, english.blocks);
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

    test("lead to the same places, which are there, and to each other", () => {
      const places = ({ links }: Document): string[] =>
        links.map((link) => link.replace(".zh-CN.md", ".md")).sort();
      assert.deepEqual(places(chinese), places(english));
      for (const link of [...english.links, ...chinese.links]) {
        if (!/^[a-z]+:/.test(link)) assert.ok(existsSync(join(ROOT, dirname(path), link)), link);
      }
    });
  });
}
