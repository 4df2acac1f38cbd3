/**
 * The mutants that no test can tell from the source, or that need not be told, each with the
 * reason: `equivalent.json`. They are known by file, function, line and change, so that they are
 * found again when lines move.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { changeOf, keyOf } from "./mutant.ts";
import type { Mutant } from "./mutant.ts";

interface Entry {
  readonly file: string;
  /** The function or the method; left out at the top of a file. */
  readonly in?: string;
  /** The text of the line. */
  readonly line: string;
  /** Such as `< → <=`; several that have the same reason. */
  readonly changes: readonly string[];
  readonly reason: string;
}

export class Equivalents {
  readonly #reasons = new Map<string, string>();
  readonly #unused = new Set<string>();

  constructor(path: string) {
    for (const entry of JSON.parse(readFileSync(path, "utf8")) as Entry[]) {
      for (const change of entry.changes) {
        const key = keyOf(entry.file, entry.in ?? "", entry.line, change);
        this.#reasons.set(key, entry.reason);
        this.#unused.add(key);
      }
    }
  }

  reasonFor(mutant: Mutant, source: string): string | undefined {
    const key = keyOf(mutant.file, mutant.within, mutant.text, changeOf(mutant, source));
    this.#unused.delete(key);
    return this.#reasons.get(key);
  }

  /** Entries that no mutant has asked for: the source has changed. */
  get unused(): readonly string[] {
    return [...this.#unused].map((key) => key.split("\n").join(" | "));
  }
}
