/**
 * Programs that a document shows, given to TypeScript's compiler.
 *
 * @module
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { ROOT } from "./markdown.ts";

/** Fails with what the compiler says of the programs, which are given by their file names. */
export function compiles(context: TestContext, programs: Readonly<Record<string, string>>): void {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, "blocks"));
  for (const [name, code] of Object.entries(programs)) {
    writeFileSync(join(folder, "blocks", name), code.replaceAll('"./src/index.ts"', '"echostr"'));
  }
  const settings = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: {
      rootDir: "/",
      declaration: false,
      isolatedDeclarations: false,
      typeRoots: [join(ROOT, "node_modules/@types")],
      paths: {
        echostr: [join(ROOT, "src/index.ts")],
        "echostr/lab": [join(ROOT, "lab/index.ts")],
      },
    },
    include: ["blocks"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  try {
    // In several threads it takes more of the processor in all, and other tests have the other cores.
    execFileSync(process.execPath, [compiler, "-p", folder, "--singleThreaded"], { encoding: "utf8" });
  } catch (error) {
    assert.fail(String((error as { stdout?: unknown }).stdout));
  }
}
