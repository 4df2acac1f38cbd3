/** The pictures of docs/protocol.md are those that the script draws. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PICTURES } from "../../scripts/pictures/pictures.ts";
import { twelveSeconds } from "../docs/demonstrations.ts";
import { readText, ROOT } from "../docs/markdown.ts";

describe("The pictures of the protocol", () => {
  test("are all of docs/pictures", () => {
    const files = readdirSync(join(ROOT, "docs/pictures")).map((file) => `docs/pictures/${file}`);
    assert.deepEqual(files.sort(), [...PICTURES.keys()].sort());
  });

  for (const [path, svg] of PICTURES) {
    test(`${path} is what make pictures draws, light and dark`, () => {
      assert.equal(readText(path), svg);
      assert.match(svg, /@media \(prefers-color-scheme: dark\)/);
      assert.doesNotMatch(svg, /undefined|NaN/);
    });

    test(`${path} is well-formed XML`, { skip: withoutXmllint() }, () => {
      const { status, stderr } = spawnSync("xmllint", ["--noout", "-"], { input: svg, encoding: "utf8" });
      assert.equal(status, 0, stderr);
    });
  }

  test("show the retries at the times at which our engine answers them", async () => {
    const lines = (await twelveSeconds()).split("\n").filter((line) => / s {2}(?!.*lapsed)/.test(line));
    const times = new Set(lines.map((line) => line.slice(0, 4).trim()));
    for (const path of ["docs/pictures/retries.svg", "docs/pictures/retries.zh-CN.svg"]) {
      const drawn = [...readText(path).matchAll(/class="time"[^>]*>([\d.]+) s</g)].map(([, time]) => time);
      assert.deepEqual([...new Set(drawn)], [...times]);
    }
  });
});

function withoutXmllint(): string | false {
  if (spawnSync("xmllint", ["--version"]).status === 0) return false;
  if (process.env["CI"] === "true") throw new Error("CI needs xmllint: install it");
  return "install xmllint to run this";
}
