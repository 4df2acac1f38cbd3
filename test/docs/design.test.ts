/** The layers in docs/design.md are those of the source. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { codeIn, readDocument, readText, ROOT, tableWith } from "./markdown.ts";

const design = readDocument("docs/design.md");

test("The table of layers has every layer, with exactly what it imports", () => {
  const documented = new Map(
    tableWith(design, "`protocol`")
      .slice(1)
      .map(([layer = "", from = ""]) => [codeIn(layer)[0] ?? "", codeIn(from).sort()] as const),
  );
  const imports = new Map<string, Set<string>>();
  for (const path of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".ts")) continue;
    const layer = layerOf(path);
    const found = imports.get(layer) ?? new Set<string>();
    imports.set(layer, found);
    for (const [, from = ""] of readText(join("src", path)).matchAll(/ from "(\.[^"]+)";/g)) {
      const target = join(dirname(path), from);
      if (layerOf(target) === layer) continue;
      // A row that names a file of a folder may import that file and no other of the folder.
      found.add(documented.get(layer)?.includes(target) ? target : layerOf(target));
    }
  }
  const actual = [...imports].map(([layer, from]) => [layer, [...from].sort()] as const);
  assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(actual));
});

test("A layer of the table imports only what stands above it", () => {
  const above = new Set<string>();
  for (const [layer = "", from = ""] of tableWith(design, "`protocol`").slice(1)) {
    for (const name of codeIn(from)) {
      assert.ok(above.has(layerOf(name)), `${layer} imports ${name}`);
    }
    for (const name of codeIn(layer)) above.add(name);
  }
});

test("Every file that the drawing and the prose name is there", () => {
  const drawn = design.blocks.flatMap(({ code }) => code.match(/[\w/-]+\.ts\b/g) ?? []);
  const named = codeIn(design.prose).filter((code) => /^[\w/-]+\.ts$/.test(code));
  for (const path of [...drawn, ...named]) {
    const places = [join(ROOT, "src", path), join(ROOT, "lab", path), join(ROOT, path)];
    assert.ok(places.some((place) => existsSync(place)), path);
  }
});

function layerOf(path: string): string {
  return path.split("/")[0] ?? path;
}
