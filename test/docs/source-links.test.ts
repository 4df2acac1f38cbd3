/** Links from the documents into the source name a file, and something that the file declares. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, test } from "node:test";
import { linesOf, sourceLinks } from "./declarations.ts";
import { readDocument, readText, ROOT } from "./markdown.ts";

/** What may stand before the name where something is declared. */
const BEFORE = /^(?:(?:export|async|static|get|function|class|interface|type|const) ?)*$/;

for (const document of ["docs/protocol.md", "docs/protocol.zh-CN.md", "docs/walk.md"]) {
  describe(`In ${document}`, () => {
    const links = sourceLinks(document, readText(document));

    test("each link into the source names a declaration or the file itself, and none a line", () => {
      assert.ok(links.length > 20, `only ${links.length} found`);
      const { prose } = readDocument(document);
      for (const [, text = "", target = ""] of prose.matchAll(/\[([^\]]+)\]\((\S+\.ts(?:#.*?)?)\)/g)) {
        const isNamed = /^`[\w.#]+`$/.test(text) || text === basename(target);
        assert.ok(isNamed && !target.includes("#"), `[${text}](${target})`);
      }
    });

    for (const { name, path } of links) {
      test(`${name} is declared in ${path}`, () => {
        assert.ok(existsSync(join(ROOT, path)), `${path} is missing`);
        const source = readText(path);
        const found = linesOf(source, name);
        assert.ok(found !== undefined, `${path} does not declare ${name}`);
        const [first = ""] = source.split("\n").slice(found.first);
        const at = first.indexOf(name.split(".").at(-1) ?? "");
        assert.match(first.slice(0, Math.max(0, at)).trim(), BEFORE, first);
      });
    }
  });
}

test("The walk takes less than a quarter of an hour, with the lines that it leads to", () => {
  const { prose } = readDocument("docs/walk.md");
  const words = prose.replace(/\]\([^)]*\)/g, "").split(/\s+/).length;
  let lines = 0;
  for (const { name, path } of sourceLinks("docs/walk.md", readText("docs/walk.md"))) {
    const { first = 0, last = 0 } = linesOf(readText(path), name) ?? {};
    // Of what is longer, a class or a table, it asks for a part only.
    lines += Math.min(40, last - first + 1);
  }
  const minutes = words / 200 + lines / 80;
  assert.ok(minutes < 15, `${words} words and ${lines} lines take ${minutes.toFixed(1)} minutes`);
});

describe("The lines of a declaration", () => {
  const source = [
    "const LIMIT = 1;",
    "const LONG =",
    "  2;",
    "",
    "export function work(",
    "  a: number,",
    "): void {",
    "  if (a) {",
    "  }",
    "}",
    "export class Thing {",
    "  #work(): void {",
    "  }",
    "",
    "  work<T>(",
    "    t: T,",
    "  ): T {",
    "    return t;",
    "  }",
    "}",
  ].join("\n");

  for (const [name, first, last] of [
    ["LIMIT", 1, 1],
    ["LONG", 2, 3],
    ["work", 5, 10],
    ["Thing", 11, 20],
    ["Thing.#work", 12, 13],
    ["Thing.work", 15, 19],
  ] as const) {
    test(`are ${first} to ${last} for ${name}`, () => {
      assert.deepEqual(linesOf(source, name), { first: first - 1, last: last - 1 });
    });
  }

  for (const name of ["nothing", "Thing.nothing", "Thing.LIMIT", "b"]) {
    test(`are none for ${name}, which is not declared`, () => {
      assert.equal(linesOf(source, name), undefined);
    });
  }
});
