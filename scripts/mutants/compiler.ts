/**
 * TypeScript's own parser and checker, over the API that the package calls unstable: it gives the
 * tree of a file, and says of a mutant whether it still compiles.
 *
 * Code that does not compile is not a mutant: `make check` would catch it. Unused names and unreachable code
 * do not count as errors here, since a removed line leaves them behind.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { API } from "typescript/unstable/sync";
import type { Snapshot } from "typescript/unstable/sync";
import type { SourceFile } from "typescript/unstable/ast";
import { applyMutant } from "./mutant.ts";
import type { Mutant } from "./mutant.ts";

/** Unused names, unreachable code. */
const HARMLESS: ReadonlySet<number> = new Set([6133, 6138, 6192, 6196, 6198, 6199, 6205, 7027]);

export class Compiler {
  readonly #root: string;
  readonly #api: API;
  /** The content of a file, in place of the one on disk. */
  readonly #texts = new Map<string, string>();
  /** Which files of the source import a file: an error may show in them alone. */
  readonly #importers: ReadonlyMap<string, readonly string[]>;
  #snapshot: Snapshot;

  constructor(root: string) {
    this.#root = root;
    this.#importers = importersIn(join(root, "src"));
    this.#api = new API({ cwd: root, fs: { readFile: (file) => this.#texts.get(file) } });
    this.#snapshot = this.#api.updateSnapshot({ openProjects: [this.#project] });
  }

  get #project(): string {
    return resolve(this.#root, "tsconfig.json");
  }

  /** The tree of a file. */
  parse(file: string): SourceFile {
    const tree = this.#program().getSourceFile(resolve(this.#root, file));
    if (tree === undefined) throw new Error(`${file} is not in tsconfig.json`);
    return tree;
  }

  compiles(mutant: Mutant, source: string): boolean {
    const path = resolve(this.#root, mutant.file);
    this.#put(path, applyMutant(mutant, source));
    try {
      const program = this.#program();
      const isFine = ({ code }: { readonly code: number }): boolean => HARMLESS.has(code);
      if (!program.getSyntacticDiagnostics(path).every(isFine)) return false;
      const files = [path, ...(this.#importers.get(path) ?? [])];
      return files.every((file) => program.getSemanticDiagnostics(file).every(isFine));
    } finally {
      this.#put(path, undefined);
    }
  }

  close(): void {
    this.#api.close();
  }

  #put(path: string, text: string | undefined): void {
    if (text === undefined) this.#texts.delete(path);
    else this.#texts.set(path, text);
    const next = this.#api.updateSnapshot({ fileChanges: { changed: [path] } });
    this.#snapshot.dispose();
    this.#snapshot = next;
  }

  #program(): ReturnType<typeof programOf> {
    return programOf(this.#snapshot, this.#project);
  }
}

function programOf(snapshot: Snapshot, file: string) {
  const project = snapshot.getProject(file);
  if (project === undefined) throw new Error(`${file} could not be opened`);
  return project.program;
}

function importersIn(folder: string): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const file = join(folder, name);
    for (const [, to = ""] of readFileSync(file, "utf8").matchAll(/ from "(\.[^"]+)";/g)) {
      const imported = resolve(dirname(file), to);
      importers.set(imported, [...(importers.get(imported) ?? []), file]);
    }
  }
  return importers;
}
