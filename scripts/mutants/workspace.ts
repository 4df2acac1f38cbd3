/**
 * A copy of the repository, in which the source is broken and mended again. The repository itself
 * is never written to. Packages are copied too: a link would lead the loader back out.
 *
 * @module
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { applyMutant } from "./mutant.ts";
import type { Mutant } from "./mutant.ts";

const LEFT_OUT = /^(?:\.git|dist|coverage|bench\/(?:.+\/)?node_modules)$/;

export class Workspace {
  readonly folder: string;

  constructor(root: string) {
    this.folder = mkdtempSync(join(tmpdir(), "echostr-mutants-"));
    process.on("exit", () => this.remove());
    for (const name of readdirSync(root)) {
      cpSync(join(root, name), join(this.folder, name), {
        recursive: true,
        filter: (path) => !LEFT_OUT.test(relative(root, path)),
      });
    }
  }

  /** Runs `task` while the mutant is in place. */
  async broken<Result>(mutant: Mutant, task: () => Promise<Result>): Promise<Result> {
    const path = join(this.folder, mutant.file);
    const source = readFileSync(path, "utf8");
    writeFileSync(path, applyMutant(mutant, source));
    try {
      return await task();
    } finally {
      writeFileSync(path, source);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
