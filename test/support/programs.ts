/**
 * The programs that tests start, each as one file of JavaScript: it starts in a fifth of the time
 * that its TypeScript takes with tsx. A run of all tests builds each once, in a folder that
 * `ECHOSTR_PROGRAMS` names; a test file that runs alone builds what it needs for itself.
 *
 * @module
 */
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { pageFiles } from "../../lab/play/page-files.ts";
import "./english.ts";

interface Esbuild {
  buildSync(options: Record<string, unknown>): unknown;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The JavaScript of a program of the repository, such as `test/store/sqlite-child.ts`. */
export function builtProgram(entry: string): string {
  const file = join(folder(), `${entry.replaceAll("/", "-").replace(/\.ts$/, "")}.mjs`);
  if (existsSync(file)) return file;
  // Another process may build it at this moment: what stands under the name is always whole.
  const unfinished = `${file}.${process.pid}`;
  esbuild().buildSync({
    entryPoints: [join(ROOT, entry)],
    absWorkingDir: ROOT,
    outfile: unfinished,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    charset: "utf8",
    define: entry.startsWith("lab/") ? { __ECHOSTR_PAGE__: JSON.stringify(pageFiles()) } : {},
    logLevel: "error",
  });
  renameSync(unfinished, file);
  return file;
}

/** What comes behind `node` for the server: the single file when the tests are run against it. */
export function serverProgram(): string {
  const subject = process.env["ECHOSTR_SUBJECT"] ?? "";
  if (subject === "") return builtProgram("src/cli/main.ts");
  return resolve(dirname(subject), "echostr-server.mjs");
}

/** Node runs TypeScript by itself from 22.18 on. */
export function stripsTypes(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** What Node needs besides, to load TypeScript: a bot that somebody wrote in it. */
export function typeLoader(): string[] {
  return stripsTypes() ? [] : ["--import", import.meta.resolve("tsx")];
}

let own: string | undefined;

function folder(): string {
  const shared = process.env["ECHOSTR_PROGRAMS"] ?? "";
  if (shared !== "") return shared;
  if (own === undefined) {
    const made = mkdtempSync(join(tmpdir(), "echostr-programs-"));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    own = made;
  }
  return own;
}

function esbuild(): Esbuild {
  const require = createRequire(import.meta.url);
  return createRequire(require.resolve("tsx/package.json"))("esbuild") as Esbuild;
}
