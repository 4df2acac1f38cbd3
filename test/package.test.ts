/** What package.json promises whoever installs the project. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

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
});
