/**
 * Inputs that are kept, one file each, called by a digest of what is in it: those that failed once,
 * those that between them reach what is known to be reachable, and those that a run has found and
 * nobody has looked at.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Inputs that failed once: `fuzz.test.ts` runs each of them again. */
export const FOUND: URL = new URL("found/", import.meta.url);

/** The corpus, a folder for each target. */
export const CORPUS: URL = new URL("corpus/", import.meta.url);

/** What runs on this machine have added; Git ignores it. */
export const GROWN: URL = new URL("grown/", import.meta.url);

export type KeptInput = readonly [file: string, input: Uint8Array];

/** Writes an input; returns the path of the file. */
export function keepInput(folder: URL, input: Uint8Array, prefix: string = ""): string {
  const digest = createHash("sha1").update(input).digest("hex").slice(0, 10);
  const file = new URL(`${prefix}${digest}`, folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, input);
  return fileURLToPath(file);
}

/** All inputs of a folder whose names begin so, in the order of their names. */
export function keptIn(folder: URL, prefix: string = ""): KeptInput[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.startsWith(prefix)).sort();
  return files.map((file) => [file, new Uint8Array(readFileSync(new URL(file, folder)))]);
}

/** The corpus of a target. */
export function corpusOf(name: string): KeptInput[] {
  return keptIn(folderOf(CORPUS, name));
}

export function folderOf(parent: URL, name: string): URL {
  return new URL(`${name}/`, parent);
}
