/**
 * Files of SQLite for one test, and other processes that work on them.
 *
 * @module
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const DUE = major > 22 || (major === 22 && minor >= 13);

export function sqlite(): typeof import("node:sqlite") | undefined {
  const getBuiltinModule: typeof process.getBuiltinModule | undefined = process.getBuiltinModule;
  return getBuiltinModule?.("node:sqlite");
}

/** In CI a Node that should have SQLite has to. */
export const SKIP: string | false =
  sqlite() !== undefined || (DUE && process.env["CI"] === "true")
    ? false
    : `this needs Node 22.13 or later, this is Node ${process.versions.node}`;

export function newFile(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "echostr-sqlite-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "store.db");
}

/** The child's lines as they come; it is ended with the test. */
export function startChild(
  test: TestContext,
  ...words: readonly string[]
): [ChildProcess, AsyncIterator<string>] {
  const path = fileURLToPath(new URL("sqlite-child.ts", import.meta.url));
  const loader = process.features.typescript ? [] : ["--import", "tsx"];
  const child = spawn(process.execPath, [...loader, path, ...words], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  test.after(() => child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return [child, lines];
}
