/** Links from the documents into the source name a declaration, and lead to its lines. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { LINKED_DOCUMENTS, rangeOf, sourceLinks } from "../../scripts/source-links.ts";
import { readDocument, readText, ROOT } from "./markdown.ts";

/** What may stand before the name where something is declared. */
const BEFORE = /^(?:(?:export|async|static|get|function|class|interface|type|const) ?)*$/;

const REFRESH = "renew the ranges with: node --import tsx scripts/source-links.ts";

for (const document of LINKED_DOCUMENTS) {
  describe(`In ${document}`, () => {
    const links = sourceLinks(document, readText(document));

    test("there are links to declarations, and no link has lines but not a name", () => {
      assert.ok(links.length > 20, `only ${links.length} found`);
      const ranged = readDocument(document).links.filter((link) => link.includes("#L"));
      assert.equal(ranged.length, links.filter(({ range }) => range !== "").length);
    });

    for (const { name, path, range } of links) {
      test(`${name} is declared in ${path} at the lines of its link`, () => {
        assert.ok(existsSync(join(ROOT, path)), `${path} is missing`);
        const source = readText(path);
        const [, from, to] = /^#L(\d+)-L(\d+)$/.exec(range) ?? [];
        const lines = source.split("\n").slice(Number(from) - 1, Number(to));
        // Seen for itself first: the line declares the name, and the last one ends something.
        const own = name.split(".").at(-1) ?? "";
        const [first = ""] = lines;
        const at = first.indexOf(own);
        const before = first.slice(0, Math.max(0, at)).trim();
        assert.ok(at !== -1 && BEFORE.test(before), `line ${from} is "${first}"; ${REFRESH}`);
        assert.match(lines.at(-1) ?? "", /[;}\])]$/, REFRESH);
        assert.equal(range, rangeOf(source, name), REFRESH);
      });
    }
  });
}

test("The walk takes less than a quarter of an hour, with the lines that it leads to", () => {
  const { prose } = readDocument("docs/walk.md");
  const words = prose.replace(/\]\([^)]*\)/g, "").split(/\s+/).length;
  let lines = 0;
  for (const { range } of sourceLinks("docs/walk.md", readText("docs/walk.md"))) {
    const [, from, to] = /^#L(\d+)-L(\d+)$/.exec(range) ?? [];
    // Of what is longer, a class or a table, it asks for a part only.
    lines += Math.min(40, Number(to) - Number(from) + 1);
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

  for (const [name, range] of [
    ["LIMIT", "#L1-L1"],
    ["LONG", "#L2-L3"],
    ["work", "#L5-L10"],
    ["Thing", "#L11-L20"],
    ["Thing.#work", "#L12-L13"],
    ["Thing.work", "#L15-L19"],
    ["nothing", undefined],
    ["Thing.nothing", undefined],
  ] as const) {
    test(`are ${range ?? "none"} for ${name}`, () => assert.equal(rangeOf(source, name), range));
  }
});
