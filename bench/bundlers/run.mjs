/**
 * Builds an application that imports the packed package with each bundler, and runs it: it must
 * answer the handshake, start no server of its own accord, and not carry what it does not use.
 *
 *     node bench/bundlers/run.mjs [esbuild rollup webpack next]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { freePort } from "../free-port.mjs";
import { handshake, here, during, install, pack, TOKEN } from "./handshake.mjs";

const require = createRequire(import.meta.url);
const work = mkdtempSync(join(tmpdir(), "echostr-bundlers-"));
const ENTRY = join(here, "applications/server.mjs");
/** In no bundle of an application that uses createBot alone. */
const UNUSED = /\/cgi-bin\/|rediss:|node:sqlite|handshakeTimeout|is a command of echostr-lab/;

const BUNDLERS = {
  async esbuild() {
    const esbuild = require("esbuild");
    for (const [format, file] of [["esm", "esbuild.mjs"], ["cjs", "esbuild.cjs"]]) {
      const outfile = join(work, file);
      const options = { bundle: true, minify: true, platform: "node", charset: "utf8" };
      esbuild.buildSync({ ...options, format, entryPoints: [ENTRY], outfile });
      await run(`esbuild, ${format}`, outfile);
    }
  },

  async rollup() {
    const { rollup } = await import("rollup");
    const { nodeResolve } = await import("@rollup/plugin-node-resolve");
    const warned = [];
    const bundle = await rollup({
      input: ENTRY,
      plugins: [nodeResolve({ exportConditions: ["node"] })],
      external: /^node:/,
      onwarn: (warning) => warned.push(warning.message),
    });
    const file = join(work, "rollup.mjs");
    await bundle.write({ file, format: "es" });
    await run("Rollup, es, not minified", file, warned);
  },

  async webpack() {
    const webpack = require("webpack");
    for (const mode of ["production", "development"]) {
      const filename = `webpack-${mode}.cjs`;
      const output = { path: work, filename };
      const compiler = webpack({ mode, devtool: false, target: "node", entry: ENTRY, output });
      const stats = await new Promise((resolve, reject) => {
        compiler.run((error, result) => (error ? reject(error) : resolve(result)));
      });
      const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
      if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
      await run(`webpack, ${mode}`, join(work, filename), warnings.map(({ message }) => message), mode === "production");
    }
  },

  async next() {
    const folder = join(here, "next");
    const next = require.resolve("next/dist/bin/next");
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", TOKEN_OF_THE_BOT: TOKEN, WECHAT_TOKEN: TOKEN };
    for (const [name, flags] of [["Turbopack", []], ["webpack", ["--webpack"]]]) {
      rmSync(join(folder, ".next"), { recursive: true, force: true });
      const built = spawnSync(process.execPath, [next, "build", ...flags], { cwd: folder, env, encoding: "utf8" });
      if (built.status !== 0) throw new Error(`${built.stdout}${built.stderr}`);
      const port = String(await freePort());
      await during(process.execPath, [next, "start", "-p", port, "-H", "127.0.0.1"], { cwd: folder, env }, () =>
        handshake(port),
      );
      const warned = built.stderr.split("\n").filter((line) => /warn/i.test(line));
      report(`Next.js, ${name}`, chunkOf(join(folder, ".next/server")), warned);
    }
  },
};

const chosen = process.argv.slice(2);
try {
  const tarball = pack(work);
  install(tarball, here);
  for (const [name, build] of Object.entries(BUNDLERS)) {
    if (chosen.length === 0 || chosen.includes(name)) await build();
  }
} finally {
  rmSync(join(here, "next/.next"), { recursive: true, force: true });
  rmSync(work, { recursive: true, force: true });
}

/** Runs a bundle twice: once to listen, once for nothing, with what would start our program in its environment. */
async function run(name, file, warned = [], isShaken = true) {
  const port = await freePort();
  const env = { PATH: process.env.PATH, TOKEN_OF_THE_BOT: TOKEN };
  const listening = { ...env, PORT_OF_THE_APPLICATION: String(port) };
  await during(process.execPath, [file], { env: listening }, () => handshake(port));
  const idle = { ...env, WECHAT_TOKEN: TOKEN, PORT: String(port), HOST: "127.0.0.1" };
  const said = execFileSync(process.execPath, [file], { env: idle, encoding: "utf8", timeout: 10_000 });
  if (said !== "") throw new Error(`${name}: it must be silent, said ${said}`);
  report(name, readFileSync(file), warned, isShaken);
}

function report(name, bytes, warned, isShaken = true) {
  if (warned.length > 0) throw new Error(`${name} warned: ${warned.join("\n")}`);
  const [found] = UNUSED.exec(bytes.toString("utf8")) ?? [];
  if (isShaken && found !== undefined) throw new Error(`${name} must not carry ${found}`);
  const kb = (size) => (size / 1024).toFixed(1);
  const sizes = `${kb(bytes.length)} KB, gzip ${kb(gzipSync(bytes, { level: 9 }).length)} KB`;
  console.log(`${name.padEnd(26)} handshake answered, no server of its own; ${sizes}`);
}

/** The file of a build in which the library is. */
function chunkOf(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const chunks = names.filter((name) => name.endsWith(".js")).map((name) => readFileSync(join(folder, name)));
  const ours = chunks.filter((bytes) => bytes.includes("SIGNATURE_MISMATCH"));
  if (ours.length === 0) throw new Error("the library is in no chunk");
  return Buffer.concat(ours);
}
