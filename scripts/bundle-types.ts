/**
 * One declaration file out of many: what `tsc` emits for src/index.ts and the files below it,
 * joined, with a list of exports at the end.
 *
 * It relies on three habits of this project, and stops when one is broken: imports and exports are
 * named and not renamed, no top-level name stands in two files, and index.ts only re-exports.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const MODULE_LINE = /^(?:import|export) (?:type )?\{([^}]*)\} from "([^"]+)";$/gm;
const DECLARED =
  /^(?:export )?(?:declare )?(?:abstract )?(?:class|function|const|let|interface|type) (\w+)/gm;

/** @returns the text of the declaration file */
export function bundleTypes(entry: string): string {
  const folder = mkdtempSync(join(tmpdir(), "echostr-types-"));
  try {
    emit(entry, folder);
    return joinFiles(entry, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function emit(entry: string, outDir: string): void {
  const require = createRequire(import.meta.url);
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const options = ["-p", "scripts/tsconfig.types.json", "--outDir", outDir];
  try {
    execFileSync(process.execPath, [tsc, ...options], { stdio: "pipe" });
  } catch (error) {
    const { stdout } = error as { stdout: Buffer };
    throw new Error(`tsc could not emit the types of ${entry}:\n${stdout.toString()}`);
  }
}

function joinFiles(entry: string, folder: string): string {
  const files: string[] = [];
  collect(resolve(entry), folder, files);
  const owners = new Map<string, string>();
  const external = new Map<string, Set<string>>();
  const parts: string[] = [];
  for (const file of files) {
    if (file === resolve(entry)) continue;
    const text = readDeclaration(file, folder);
    for (const [, name = ""] of text.matchAll(DECLARED)) {
      const owner = owners.get(name);
      const isOverload = owner === file;
      if (owner !== undefined && !isOverload) throw new Error(`${name} is in ${owner} and ${file}`);
      owners.set(name, file);
    }
    parts.push(withoutModuleLines(text, external));
  }
  const exports = exportList(readDeclaration(resolve(entry), folder));
  return [importLines(external), ...parts, exports].join("\n");
}

/**
 * Depth first, so that what is used stands before what uses it. Declarations import only what they
 * name, so a file that is used inside functions alone is left out.
 */
function collect(file: string, folder: string, files: string[]): void {
  if (files.includes(file)) return;
  files.push(file);
  for (const [, specifier = ""] of readDeclaration(file, folder).matchAll(/ from "(\.[^"]+)";$/gm)) {
    collect(resolve(dirname(file), specifier), folder, files);
  }
}

function readDeclaration(file: string, folder: string): string {
  const emitted = file.replace(resolve("."), folder).replace(/\.ts$/, ".d.ts");
  return readFileSync(emitted, "utf8");
}

/** Keeps what comes from node: and takes the rest off, together with `export`. */
function withoutModuleLines(text: string, external: Map<string, Set<string>>): string {
  return text
    .replace(MODULE_LINE, (line, names: string, specifier: string) => {
      if (names.includes(" as ")) throw new Error(`Renamed import: ${line}`);
      if (!specifier.startsWith("node:")) return "";
      const known = external.get(specifier) ?? new Set();
      for (const name of namesOf(names)) known.add(name);
      external.set(specifier, known);
      return "";
    })
    .replace(/^export \{\};\n/gm, "")
    .replace(/^export (?=declare |interface |type |abstract )/gm, "")
    .replace(/^(?:const|class|function) /gm, "declare $&")
    .trim();
}

function namesOf(list: string): string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function importLines(external: Map<string, Set<string>>): string {
  const lines = [...external].map(
    ([specifier, names]) => `import type { ${[...names].sort().join(", ")} } from "${specifier}";\n`,
  );
  return lines.join("");
}

function exportList(index: string): string {
  const values: string[] = [];
  const types: string[] = [];
  for (const [line, names = ""] of index.matchAll(MODULE_LINE)) {
    (line.startsWith("export type") ? types : values).push(...namesOf(names));
  }
  return `export { ${values.join(", ")} };\nexport type { ${types.join(", ")} };\n`;
}
