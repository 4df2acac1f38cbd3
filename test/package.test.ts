/** What package.json promises whoever installs the project. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";

const ROOT = new URL("../", import.meta.url);

describe("The package", () => {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Record<
    string,
    Record<string, string> | undefined
  >;

  test("has no dependency but three for development", () => {
    assert.equal(manifest["dependencies"], undefined);
    assert.equal(manifest["peerDependencies"], undefined);
    assert.equal(manifest["optionalDependencies"], undefined);
    const names = Object.keys(manifest["devDependencies"] ?? {});
    assert.deepEqual(names.sort(), ["@types/node", "tsx", "typescript"]);
  });

  test("has the version that the program prints", async () => {
    const { VERSION } = await import("../src/version.ts");
    assert.equal(VERSION, String(manifest["version"]));
  });

  test("has the same entries for resolvers that do not know exports", () => {
    const exports = manifest["exports"] as unknown as Record<string, Record<string, unknown>>;
    assert.deepEqual(exports["."]?.["require"], { types: manifest["types"], default: manifest["main"] });
    const older = (manifest["typesVersions"] as unknown as Record<string, Record<string, string[]>>)["*"];
    for (const name of ["core", "lab"]) {
      assert.deepEqual(older?.[name], [exports[`./${name}`]?.["types"]]);
    }
  });

  test("holds what is built, the documents and the examples, and no source", () => {
    const files = manifest["files"] as unknown as readonly string[];
    const folders = files.filter((name) => !name.includes("."));
    assert.deepEqual(folders, ["dist", "docs", "examples", "LICENSE"]);
    for (const name of files) assert.ok(name === "dist" || existsSync(new URL(name, ROOT)), `${name} is missing`);
    const documents = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
    assert.deepEqual(documents.filter((name) => !files.includes(name)), []);
  });

  test("leads to built files only, wherever it leads", () => {
    const { main, types, bin, exports, typesVersions } = manifest as Record<string, unknown>;
    const paths = JSON.stringify({ main, types, bin, exports, typesVersions }).match(/"\.\/[^"]+\.[^"]+"/g) ?? [];
    assert.ok(paths.length > 12, `only ${paths.length}`);
    for (const path of paths) assert.match(path, /^"\.\/(?:dist\/|package\.json)/);
  });
});

describe("An example", () => {
  const folder = new URL("examples/", ROOT);
  const names = readdirSync(folder).filter((name) => /\.(?:ts|mjs)$/.test(name));

  test("imports echostr, and nothing else of this repository but another example", () => {
    assert.ok(names.length > 9, `only ${names.length}`);
    const imported = names.flatMap((name) => {
      const text = readFileSync(new URL(name, folder), "utf8");
      return [...text.matchAll(/^import .*?from "([^"]+)";$/gms)].map(([, specifier = ""]) => specifier);
    });
    assert.ok(imported.filter((specifier) => specifier === "echostr").length > 8);
    const others = imported.filter((specifier) => /^(?:\.|echostr\/)/.test(specifier));
    assert.deepEqual(others, ["./07-chat-model.ts", "./07-chat-model.ts"]);
  });
});
