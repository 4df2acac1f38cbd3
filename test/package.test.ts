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
});
