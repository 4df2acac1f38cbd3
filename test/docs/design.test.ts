/** The layers in docs/design.md are those of the source. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { codeIn, readDocument, readText, ROOT, tableWith } from "./markdown.ts";

const design = readDocument("docs/design.md");

test("The table of layers has every layer, with exactly what it imports", () => {
  const imports = new Map<string, Set<string>>();
  for (const path of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".ts")) continue;
    const layer = layerOf(path);
    const found = imports.get(layer) ?? new Set<string>();
    imports.set(layer, found);
    for (const [, from = ""] of readText(join("src", path)).matchAll(/ from "(\.[^"]+)";/g)) {
      const target = layerOf(join(dirname(path), from));
      if (target !== layer) found.add(target);
    }
  }
  const documented = tableWith(design, "`protocol`")
    .slice(1)
    .map(([layer = "", from = ""]) => [codeIn(layer)[0] ?? "", codeIn(from).sort()] as const);
  const actual = [...imports].map(([layer, from]) => [layer, [...from].sort()] as const);
  assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(actual));
});

test("A layer of the table imports only what stands above it", () => {
  const above = new Set<string>();
  for (const [layer = "", from = ""] of tableWith(design, "`protocol`").slice(1)) {
    for (const name of codeIn(from)) assert.ok(above.has(name), `${layer} imports ${name}`);
    for (const name of codeIn(layer)) above.add(name);
  }
});

test("Every file that the drawing and the prose name is there", () => {
  const drawn = design.blocks.flatMap(({ code }) => code.match(/[\w/-]+\.ts\b/g) ?? []);
  const named = codeIn(design.prose).filter((code) => /^[\w/-]+\.ts$/.test(code));
  for (const path of [...drawn, ...named]) {
    const places = [join(ROOT, "src", path), join(ROOT, path)];
    assert.ok(places.some((place) => existsSync(place)), path);
  }
});

function layerOf(path: string): string {
  return path.split("/")[0] ?? path;
}
