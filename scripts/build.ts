/**
 * Makes the single files: dist/echostr.mjs and dist/echostr.cjs, library and server in one,
 * dist/echostr-lab.mjs, the platform in a box with its page, and their types; or in another folder,
 * when one is given.
 *
 * The bundler is the esbuild that tsx carries, so that the list of packages stays at three. It
 * bundles, but does not minify: whoever copies the file into a host should be able to read it.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pageFiles } from "../src/lab/play/page-files.ts";
import { bundleTypes } from "./bundle-types.ts";

interface Esbuild {
  buildSync(options: Record<string, unknown>): unknown;
}

const MAX_BYTES = 304 * 1024;
const LAB_MAX_BYTES = 1024 * 1024;
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

/** The lab, and the whole command line: `play` starts the server, which is then this same file. */
const LAB_ENTRY = ESM_ENTRY.replace(
  'export * from "./src/index.ts";',
  'export * from "./src/lab/index.ts";\nexport { LAB_COMMANDS } from "./src/cli/lab-commands.ts";',
);

const WITHOUT_LAB = { __ECHOSTR_LAB__: JSON.stringify("./echostr-lab.mjs") };
const WITH_PAGE = { __ECHOSTR_PAGE__: JSON.stringify(pageFiles()) };

const [folder = "dist"] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
bundle("echostr.mjs", "esm", ESM_ENTRY, WITHOUT_LAB, MAX_BYTES);
bundle("echostr.cjs", "cjs", CJS_ENTRY, WITHOUT_LAB, MAX_BYTES);
bundle("echostr-lab.mjs", "esm", LAB_ENTRY, WITH_PAGE, LAB_MAX_BYTES);
const types = bundleTypes("src/index.ts");
writeFileSync(join(folder, "echostr.d.mts"), types);
writeFileSync(join(folder, "echostr.d.cts"), types);
writeFileSync(join(folder, "echostr-lab.d.mts"), bundleTypes("src/lab/index.ts"));

function bundle(
  name: string,
  format: "esm" | "cjs",
  entry: string,
  define: Readonly<Record<string, string>>,
  maxBytes: number,
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
    banner: { js: BANNER },
    define,
    external: ["./echostr-lab.mjs"],
    logLevel: "error",
  });
  const { size } = statSync(outfile);
  if (size > maxBytes) throw new Error(`${outfile} must be at most ${maxBytes} B, got ${size}`);
  console.log(`${outfile}  ${size} B`);
}
