/**
 * Makes the single files, each of which is one thing, and their types; in dist/ or in another
 * folder, when one is given (and `--without-types` behind it leaves those out):
 *
 * - echostr.mjs and echostr.cjs, the library: importing it has no effect
 * - echostr-core.min.mjs, the smallest bot: memory, node:crypto alone, minified
 * - echostr-server.mjs, the program: it runs whenever it is loaded
 * - echostr-lab.mjs, the simulator with its page and its commands
 *
 * The bundler is the esbuild that tsx carries, so that the list of packages stays at three. Only the
 * core is minified: somebody who copies one of the others into a host should be able to read it. Its
 * comments stand in the source, and those for users in the types. What a file has, minified and
 * compressed, is printed and bounded, since that is what applications carry.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pageFiles } from "../lab/play/page-files.ts";
import { bundleTypes } from "./bundle-types.ts";

interface Esbuild {
  build(options: Record<string, unknown>): Promise<{ outputFiles: readonly { text: string }[] }>;
  transformSync(source: string, options: Record<string, unknown>): { code: string };
}

/** A file to be made. */
interface Made {
  readonly name: string;
  readonly entry: string;
  readonly format?: "cjs";
  /** What stands above the banner. */
  readonly firstLine?: string;
  readonly define?: Readonly<Record<string, string>>;
  readonly plugins?: readonly unknown[];
  /** It is written minified, or as it was bundled; the others without comments. */
  readonly form?: "minified" | "bundled";
  /** The most KB (of 1,024 bytes): as it is written, minified, and that compressed by gzip. */
  readonly most: { readonly written: number; readonly minified: number; readonly gzip: number };
}

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const BANNER = `// echostr ${version}, MIT licence. WeChat Official Account callbacks, Node and nothing else.`;

const require = createRequire(import.meta.url);
const esbuild = createRequire(require.resolve("tsx/package.json"))("esbuild") as Esbuild;

const LIBRARY_ENTRY = 'export * from "./src/index.ts";';

/** It has the lines of src/cli/main.ts, which as an import would be one without an effect. */
const SERVER_ENTRY = `
import { run } from "./src/cli/run.ts";
import { runAndExit } from "./src/cli/run-and-exit.ts";
await runAndExit("echostr", run, process.argv.slice(2));
`;

/** Run as a program it has the commands; imported, also by somebody's bundle, it has no effect. */
const LAB_ENTRY = `
export * from "./lab/index.ts";
import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { runAndExit } from "./src/cli/run-and-exit.ts";
import { runLab } from "./lab/cli/run.ts";
if (process.argv[1] && isThisFile(process.argv[1])) {
  await runAndExit("echostr-lab", runLab, process.argv.slice(2));
}
function isThisFile(path) {
  try {
    const file = realpathSync(path);
    const isNamed = basename(file) === "echostr-lab.mjs";
    return isNamed && file === realpathSync(fileURLToPath(import.meta.url));
  } catch {
    return false;
  }
}
`;

/** In place of src/crypto.ts, whose functions have the names of Node's: some hosts know imports alone. */
const IMPORTED_CRYPTO = {
  name: "imported-crypto",
  setup: (build: { onResolve(which: object, resolve: () => object): void }) => {
    const imported = { path: "node:crypto", external: true, sideEffects: false };
    build.onResolve({ filter: /\/crypto\.ts$/ }, () => imported);
  },
};

const PROGRAM = "#!/usr/bin/env node\n";
const WITH_PAGE = { __ECHOSTR_PAGE__: JSON.stringify(pageFiles()) };
const MOST_OF_LIBRARY = { written: 385, minified: 219, gzip: 80 };

/** Lines of comment, except those that say where a part comes from, and those that bundlers read. */
const COMMENTS = /^ *(?:\/\*\*[^]*?\*\/|\/\/ (?!echostr |src\/|lab\/|@__).*)\n/gm;

const FILES: readonly Made[] = [
  { name: "echostr.mjs", entry: LIBRARY_ENTRY, most: MOST_OF_LIBRARY },
  { name: "echostr.cjs", entry: LIBRARY_ENTRY, format: "cjs", most: MOST_OF_LIBRARY },
  {
    name: "echostr-core.min.mjs",
    entry: 'export * from "./src/core.ts";',
    plugins: [IMPORTED_CRYPTO],
    form: "minified",
    most: { written: 113, minified: 113, gzip: 42 },
  },
  {
    name: "echostr-server.mjs",
    entry: SERVER_ENTRY,
    firstLine: PROGRAM,
    most: { written: 404, minified: 234, gzip: 87 },
  },
  {
    name: "echostr-lab.mjs",
    entry: LAB_ENTRY,
    firstLine: PROGRAM,
    define: WITH_PAGE,
    form: "bundled", // Its texts hold lines that look like comments.
    most: { written: 978, minified: 638, gzip: 221 },
  },
];

const [folder = "dist", option] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const file of FILES) await make(file);
if (option !== "--without-types") writeTypes();

function writeTypes(): void {
  const types = bundleTypes("src/index.ts");
  write("echostr.d.mts", types);
  write("echostr.d.cts", types);
  write("echostr-core.min.d.mts", bundleTypes("src/core.ts"));
  write("echostr-lab.d.mts", bundleTypes("lab/index.ts"));
}

async function make(file: Made): Promise<void> {
  const bundled = await bundle(file, false);
  const minified = await bundle(file, true);
  const others = { bundled, minified };
  const written = file.form === undefined ? withoutComments(bundled) : others[file.form];
  write(file.name, written);
  const sizes = {
    written: Buffer.byteLength(written),
    minified: Buffer.byteLength(minified),
    gzip: gzipSync(minified, { level: 9 }).length,
  };
  console.log(
    `${join(folder, file.name).padEnd(26)} ${kb(sizes.written)} KB, ` +
      `minified ${kb(sizes.minified)} KB, gzip ${kb(sizes.gzip)} KB`,
  );
  for (const [how, bytes] of Object.entries(sizes)) {
    const most = file.most[how as keyof typeof sizes];
    if (bytes <= most * 1024) continue;
    throw new Error(`${file.name}, ${how}, must have at most ${most} KB, got ${kb(bytes)}`);
  }
}

async function bundle(file: Made, minify: boolean): Promise<string> {
  const { entry, format, firstLine = "", define = {}, plugins = [] } = file;
  const built = await esbuild.build({
    stdin: { contents: entry, resolveDir: ".", loader: "ts", sourcefile: "entry.ts" },
    write: false,
    bundle: true,
    format: format ?? "esm",
    platform: "node",
    target: "node20",
    charset: "utf8",
    minify,
    banner: { js: firstLine + BANNER },
    define,
    plugins,
    logLevel: "error",
  });
  return built.outputFiles.map(({ text }) => text).join("");
}

/**
 * The bundler keeps the comments of methods, but not those of functions. Neither belongs here: what is for
 * users stands in the types, and everything in the source.
 */
function withoutComments(text: string): string {
  const bare = text.replace(COMMENTS, "");
  const minified = [text, bare].map((each) => esbuild.transformSync(each, { minify: true }).code);
  if (minified[0] === minified[1]) return bare;
  throw new Error("What looks like a comment is a part of a text");
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function kb(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
