/**
 * Makes the single files: dist/echostr.mjs and dist/echostr.cjs, library and server in one, and
 * their types; or in another folder, when one is given.
 *
 * The bundler is the esbuild that tsx carries, so that the list of packages stays at three. It
 * bundles, but does not minify: whoever copies the file into a host should be able to read it.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundleTypes } from "./bundle-types.ts";

interface Esbuild {
  buildSync(options: Record<string, unknown>): unknown;
}

const MAX_BYTES = 256 * 1024;
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const BANNER = `#!/usr/bin/env node
// echostr ${version}, MIT licence. WeChat Official Account callbacks, Node and nothing else.`;

const require = createRequire(import.meta.url);
const esbuild = createRequire(require.resolve("tsx/package.json"))("esbuild") as Esbuild;

/** The entry: everything of src/index.ts, and the command line when the file itself is run. */
const EXPORTS = 'export * from "./src/index.ts";\nimport { runAndExit } from "./src/cli/run.ts";\n';

const RUN = "runAndExit(process.argv.slice(2));";

const ESM_ENTRY = `${EXPORTS}
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
if (process.argv[1] && isThisFile(process.argv[1])) ${RUN}
function isThisFile(path) {
  try {
    return realpathSync(path) === realpathSync(fileURLToPath(import.meta.url));
  } catch {
    return false;
  }
}
`;

const CJS_ENTRY = `${EXPORTS}
if (require.main === module) ${RUN}
`;

const [folder = "dist"] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
bundle(join(folder, "echostr.mjs"), "esm", ESM_ENTRY);
bundle(join(folder, "echostr.cjs"), "cjs", CJS_ENTRY);
const types = bundleTypes("src/index.ts");
writeFileSync(join(folder, "echostr.d.mts"), types);
writeFileSync(join(folder, "echostr.d.cts"), types);

function bundle(outfile: string, format: "esm" | "cjs", entry: string): void {
  esbuild.buildSync({
    stdin: { contents: entry, resolveDir: ".", loader: "ts", sourcefile: "entry.ts" },
    outfile,
    bundle: true,
    format,
    platform: "node",
    target: "node20",
    charset: "utf8",
    banner: { js: BANNER },
    logLevel: "error",
  });
  const { size } = statSync(outfile);
  if (size > MAX_BYTES) throw new Error(`${outfile} must be at most ${MAX_BYTES} B, got ${size}`);
  console.log(`${outfile}  ${size} B`);
}
