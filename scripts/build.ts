/**
 * Makes the single files, each of which is one thing, and their types; in dist/ or in another
 * folder, when one is given:
 *
 * - echostr.mjs and echostr.cjs, the library: importing it has no effect
 * - echostr-server.mjs, the program: it runs whenever it is loaded
 * - echostr-lab.mjs, the platform in a box with its page and its commands
 *
 * The bundler is the esbuild that tsx carries, so that the list of packages stays at three. It
 * bundles, but does not minify: whoever copies the file into a host should be able to read it.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pageFiles } from "../lab/play/page-files.ts";
import { bundleTypes } from "./bundle-types.ts";

interface Esbuild {
  buildSync(options: Record<string, unknown>): unknown;
}

const MAX_BYTES = 304 * 1024;
const SERVER_MAX_BYTES = 352 * 1024;
const LAB_MAX_BYTES = 1024 * 1024;
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

const PROGRAM = "#!/usr/bin/env node\n";
const WITH_PAGE = { __ECHOSTR_PAGE__: JSON.stringify(pageFiles()) };

const [folder = "dist"] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
bundle("echostr.mjs", "esm", LIBRARY_ENTRY, MAX_BYTES);
bundle("echostr.cjs", "cjs", LIBRARY_ENTRY, MAX_BYTES);
bundle("echostr-server.mjs", "esm", SERVER_ENTRY, SERVER_MAX_BYTES, PROGRAM);
bundle("echostr-lab.mjs", "esm", LAB_ENTRY, LAB_MAX_BYTES, PROGRAM, WITH_PAGE);
const types = bundleTypes("src/index.ts");
writeFileSync(join(folder, "echostr.d.mts"), types);
writeFileSync(join(folder, "echostr.d.cts"), types);
writeFileSync(join(folder, "echostr-lab.d.mts"), bundleTypes("lab/index.ts"));

function bundle(
  name: string,
  format: "esm" | "cjs",
  entry: string,
  maxBytes: number,
  firstLine: string = "",
  define: Readonly<Record<string, string>> = {},
): void {
  const outfile = join(folder, name);
  esbuild.buildSync({
    stdin: { contents: entry, resolveDir: ".", loader: "ts", sourcefile: "entry.ts" },
    outfile,
    bundle: true,
    format,
    platform: "node",
    target: "node20",
    charset: "utf8",
    banner: { js: firstLine + BANNER },
    define,
    logLevel: "error",
  });
  const { size } = statSync(outfile);
  if (size > maxBytes) throw new Error(`${outfile} must be at most ${maxBytes} B, got ${size}`);
  console.log(`${outfile}  ${size} B`);
}
