/** No store is left out of the contract. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

/** The files of a folder that hold the word. */
function filesWith(folder: string, word: string): string[] {
  const url = new URL(folder, import.meta.url);
  return readdirSync(url)
    .filter((name) => name.endsWith(".ts") && name !== "contract.ts")
    .map((name) => readFileSync(new URL(name, url), "utf8"))
    .filter((text) => text.includes(word));
}

/** Opened by its address, with Redis behind it. */
const MADE_BY: Readonly<Record<string, string>> = { FallbackStore: "with memory to fall back on" };

test("Each store of the source is handed to the contract", () => {
  const classes = filesWith("../../src/store/", " implements Store").map((text) => {
    return /class (\w+) implements Store\b/.exec(text)?.[1] ?? "";
  });
  assert.ok(classes.length >= 4, classes.join(", "));
  const subjects = filesWith("./", "storeContract(\"");
  for (const name of classes) {
    const word = MADE_BY[name] ?? `new ${name}(`;
    assert.ok(subjects.some((text) => text.includes(word)), `${name} is not handed to storeContract`);
  }
});
