/** CONTRIBUTING has every command of make, and the same way through the source in both languages. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { codeIn, firstColumn, readDocument, readText, tableWith } from "./markdown.ts";
import { DOCUMENTS, inLanguage } from "./pages.ts";

describe("The documents name the commands of make", () => {
  const makefile = readText("Makefile");
  const targets = [...makefile.matchAll(/^([a-z-]+):.*## /gm)].map(([, name = ""]) => name);

  for (const language of ["en", "zh"] as const) {
    test(`all of them, in a table of CONTRIBUTING, ${language}`, () => {
      const document = readDocument(inLanguage("CONTRIBUTING.md", language));
      const named = firstColumn(tableWith(document, "`make run`"));
      assert.deepEqual(named.sort(), targets.map((name) => `make ${name}`).sort());
    });
  }

  test("with the same variables in both languages", () => {
    const [english, chinese] = (["en", "zh"] as const).map((language) =>
      tableWith(readDocument(inLanguage("CONTRIBUTING.md", language)), "`make run`").map((cells) => cells.flatMap(codeIn)),
    );
    assert.deepEqual(chinese, english);
  });

  test("and CONTRIBUTING leads through the same source in both languages", () => {
    const [english = [], chinese] = (["en", "zh"] as const).map((language) =>
      readDocument(inLanguage("CONTRIBUTING.md", language)).links.filter((link) => /^(?:src|lab)\/.*\.ts$/.test(link)),
    );
    assert.ok(english.length > 20);
    assert.deepEqual(chinese, english);
  });

  for (const name of DOCUMENTS) {
    test(`and ${name} names none that does not exist`, () => {
      const { prose, blocks } = readDocument(name);
      const code = [...codeIn(prose), ...blocks.flatMap((block) => block.code.split("\n"))];
      for (const line of code) {
        const target = /^make ([a-z-]+)/.exec(line)?.[1];
        if (target !== undefined) assert.ok(targets.includes(target), line);
      }
    });
  }
});
