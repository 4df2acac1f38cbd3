/**
 * The house rules that a compiler does not know: which way imports point, who may use which part
 * of Node, how long a file may be.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { sourceFiles } from "./support/source-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Which layers a layer may import, itself aside. A file at the top of src is a layer of its own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "builtin.ts": [],
  "crypto.ts": ["builtin.ts"],
  "errors.ts": [],
  "version.ts": [],
  "options.ts": ["errors.ts"],
  "random.ts": ["crypto.ts"],
  "clock.ts": [],
  "log.ts": ["errors.ts"],
  protocol: ["crypto.ts", "errors.ts"],
  store: ["builtin.ts", "errors.ts", "options.ts", "clock.ts"],
  api: [
    "builtin.ts",
    "errors.ts",
    "options.ts",
    "log.ts",
    "clock.ts",
    "protocol",
    "store/claim.ts",
    "store/store.ts",
    "store/written.ts",
  ],
  bot: [
    "crypto.ts",
    "errors.ts",
    "options.ts",
    "protocol",
    "clock.ts",
    "store/change.ts",
    "store/store.ts",
    "store/turns.ts",
    "store/written.ts",
    "api",
  ],
  delivery: [
    "errors.ts",
    "options.ts",
    "log.ts",
    "clock.ts",
    "protocol",
    "bot",
    "store/change.ts",
    "store/store.ts",
    "store/turns.ts",
    "store/written.ts",
  ],
  "account.ts": ["crypto.ts", "errors.ts", "options.ts", "protocol"],
  "admit.ts": ["errors.ts", "protocol", "account.ts"],
  "callback.ts": ["errors.ts", "protocol", "delivery", "account.ts", "admit.ts"],
  server: [
    "builtin.ts",
    "errors.ts",
    "options.ts",
    "log.ts",
    "admit.ts",
    "callback.ts",
  ],
  "bot-options.ts": [
    ...["errors.ts", "options.ts", "log.ts", "clock.ts", "account.ts"],
    ...["api/api.ts", "delivery", "server", "store/store.ts"],
  ],
  "create-api.ts": ["log.ts", "clock.ts", "random.ts", "api", "store"],
  "create-bot.ts": [
    "api/api.ts",
    "bot-options.ts",
    "log.ts",
    "clock.ts",
    "random.ts",
    "account.ts",
    "bot",
    "delivery",
    "store",
    "callback.ts",
    "server",
  ],
  "core.ts": ["errors.ts", "log.ts", "protocol", "bot", "server", "bot-options.ts", "create-bot.ts"],
  // The other side of the wire: it must not know how the server does its part.
  lab: [
    "errors.ts",
    "clock.ts",
    "log.ts",
    "version.ts",
    "protocol/signature.ts",
    "protocol/encryption.ts",
    // Which files a bot is made of, and when one of them changes.
    "cli/bot-files.ts",
    "cli/file-watch.ts",
    // Which language its reports speak.
    "cli/language.ts",
  ],
  // Its commands start the program, and end as it does.
  "lab/cli": ["errors.ts", "log.ts", "version.ts", "cli", "lab"],
  cli: [
    "builtin.ts",
    "api",
    "bot-options.ts",
    "create-api.ts",
    "errors.ts",
    "options.ts",
    "log.ts",
    "version.ts",
    "account.ts",
    "protocol",
    "server",
    "create-bot.ts",
    "store",
  ],
  "index.ts": [
    "api",
    "bot-options.ts",
    "create-api.ts",
    "errors.ts",
    "log.ts",
    "clock.ts",
    "account.ts",
    "protocol",
    "bot",
    "delivery",
    "store",
    "callback.ts",
    "server",
    "create-bot.ts",
  ],
};

/** Which modules of Node a layer may use: import them, or load them by `builtin` when needed. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  // For types.
  protocol: ["node:crypto"],
  api: [
    "node:events",
    "node:fs",
    "node:fs/promises",
    "node:path",
    "node:stream",
    "node:stream/promises",
    "node:url",
  ],
  "crypto.ts": ["node:crypto"],
  store: ["node:fs", "node:module", "node:net", "node:path", "node:sqlite", "node:tls"],
  "builtin.ts": ["node:module"],
  server: ["node:http", "node:https", "node:net"],
  lab: [
    ...["node:child_process", "node:crypto", "node:dns", "node:fs", "node:http", "node:https"],
    ...["node:module", "node:net", "node:os", "node:path", "node:readline"],
    ...["node:tls", "node:url", "node:util"],
  ],
  "lab/cli": ["node:path", "node:url", "node:util"],
  cli: [
    ...["node:child_process", "node:cluster", "node:crypto", "node:fs", "node:path", "node:process"],
    ...["node:tls", "node:url", "node:util"],
  ],
};

/** What the library imports when it is loaded, but for types: nothing that takes long to load. */
const MAY_IMPORT_AT_ONCE: readonly string[] = ["node:module"];

interface SourceFile {
  /** From the root of the project. */
  readonly path: string;
  readonly layer: string;
  readonly text: string;
  readonly imports: readonly string[];
  /** Names given to `builtin`. */
  readonly builtins: readonly string[];
}

const IMPORT = /^(?:import|export)\s[^;]*?from\s+"([^"]+)";|^import\s+"([^"]+)";/gms;

/** Two houses: the server and its client, and the other side of the wire. */
const files: readonly SourceFile[] = sourceFiles()
  .filter((path) => path.endsWith(".ts"))
  .map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const imports = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? "");
    const builtins = [...text.matchAll(/(?<!\* .*)builtin\("([^"]+)"\)/g)].map((match) => match[1] ?? "");
    return { path, layer: layerOf(path), text, imports, builtins };
  });

function layerOf(path: string): string {
  if (path.startsWith("lab/cli/")) return "lab/cli";
  const [first = "", ...rest] = path.split("/");
  return first === "src" ? (rest[0] ?? "") : first;
}

/** From the root of the project. */
function target(file: SourceFile, specifier: string): string {
  return relative(root, join(root, dirname(file.path), specifier));
}

describe("The layers", () => {
  test("are all named in the table", () => {
    assert.ok(files.length > 30, `only ${files.length} files found`);
    const layers = new Set(files.map((file) => file.layer));
    assert.deepEqual([...layers].filter((layer) => !(layer in MAY_IMPORT)), []);
  });

  test("import only what lies below them", () => {
    for (const file of files) {
      const allowed = MAY_IMPORT[file.layer] ?? [];
      for (const specifier of file.imports.filter((name) => name.startsWith("."))) {
        const exact = target(file, specifier).replace(/^src\//, "");
        const layer = layerOf(target(file, specifier));
        const ok = layer === file.layer || allowed.includes(layer) || allowed.includes(exact);
        assert.ok(ok, `${file.path} must not import ${specifier}`);
      }
    }
  });

  test("use of Node only what the table gives them, and no package at all", () => {
    for (const file of files) {
      const allowed = MAY_USE[file.layer] ?? [];
      const imported = file.imports.filter((name) => !name.startsWith("."));
      for (const specifier of [...imported, ...file.builtins]) {
        assert.ok(allowed.includes(specifier), `${file.path} must not import ${specifier}`);
      }
    }
  });

  test("load modules of Node when they are needed, and not with the library", () => {
    const library = files.filter(({ layer }) => !/^(?:lab|cli)/.test(layer));
    assert.ok(library.some(({ builtins }) => builtins.includes("node:http")));
    for (const { path, text } of library) {
      for (const [line, specifier = ""] of text.matchAll(/^(?:import|export) (?!type )[^;]*"(node:[^"]+)";/gm)) {
        assert.ok(MAY_IMPORT_AT_ONCE.includes(specifier), `${path} must not have ${line}`);
      }
    }
  });

  test("have no cycle among their files, types aside or not", () => {
    const graph = new Map(
      files.map((file) => [
        file.path,
        file.imports.filter((name) => name.startsWith(".")).map((name) => target(file, name)),
      ]),
    );
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      assert.ok(!trail.includes(path), `cycle: ${[...trail, path].join(" -> ")}`);
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const file of files) visit(file.path, []);
  });
});

describe("No file has more than 300 lines", () => {
  for (const folder of ["test", "scripts", "bench", "examples"]) {
    test(`in ${folder}`, () => {
      const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
      const programs = names.filter((name) => /^(?!.*node_modules).*\.(?:ts|mjs|js)$/.test(name));
      const long = programs.filter((name) => {
        return readFileSync(join(root, folder, name), "utf8").split("\n").length > 301;
      });
      assert.ok(programs.length > 0);
      assert.deepEqual(long, []);
    });
  }
});

describe("A file of the source", () => {
  for (const file of files) {
    test(`${file.path} keeps the house rules`, () => {
      const lines = file.text.split("\n");
      assert.ok(lines.length <= 351, `${lines.length} lines, at most 350 expected`);
      assert.match(file.path, /^[a-z0-9/-]+\.ts$/);
      assert.match(file.text, /^\/\*\*/, "it opens with what it is about");
      assert.doesNotMatch(file.text, /^export default/m);
      assert.doesNotMatch(file.text, /: any\b|\bas any\b|<any>|@ts-ignore|@ts-nocheck/);
      // What tsx would run but Node would not.
      assert.doesNotMatch(file.text, /^\s*(?:await )?using \w+ =|^\s*@\w+(?:\(|$)/m);
      assert.doesNotMatch(file.text, /\b(?:TODO|FIXME|XXX|HACK)\b/);
      for (const specifier of file.imports.filter((name) => name.startsWith("."))) {
        assert.ok(specifier.endsWith(".ts"), `${specifier} must end with .ts`);
      }
    });
  }
});
