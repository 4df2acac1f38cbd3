/**
 * Every host and framework that is tried: how it is started with which file of `code`, and where in
 * an application that file lies. Each is started in a folder of its own, with `bot.mjs` in it.
 */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const node = process.execPath;
const bun = join(packages, "@oven/bun-linux-x64/bin/bun");
const deno = join(packages, "@deno/linux-x64-glibc/deno");
/** They are packages of one platform. */
const missing = existsSync(bun) ? undefined : "not for this machine";
const PROGRAM = join(packages, "echostr/dist/echostr-server.mjs");

/** The lines of a file, without comments and empty ones. */
export const linesOf = (file) =>
  readFileSync(join(here, "code", file), "utf8").split("\n").filter((line) => /^\s*[^\s/#]/.test(line)).length;

const lock = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8"));
const versionOf = (name) => lock.packages[`node_modules/${name}`].version;

/** A file that Node runs as it is. Without a package the version is that of Node. */
function byNode(title, file, packageName, more = {}) {
  const version = packageName && versionOf(packageName);
  return { title, version, file, command: () => [node, file], ...more };
}

/** The package under another name, so that one file serves two versions of it. */
const insteadOf = (name, alias) => (folder) => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(packages, alias), join(folder, "node_modules", name));
};

/** Runs a build, of which nothing but its failure is told. The platform's clock goes on meanwhile. */
async function built(folder, env, ...command) {
  await promisify(execFile)(node, command, { cwd: folder, env, timeout: 180_000 }).catch((error) => {
    throw new Error(`${command.join(" ")}: ${error.message}\n${error.stdout}`);
  });
}

const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

/** A proxy before the program: its settings name the port of the program and its own. */
function proxied(title, program, file, command, path, back) {
  if (!has(program)) return { title, missing: `${program} is not installed` };
  const said = spawnSync(program, program === "nginx" ? ["-v"] : ["version"], { encoding: "utf8" });
  const version = /\d+\.\d+\.\d+/.exec(said.stdout + said.stderr)?.[0] ?? "";
  return { title, version, file, command, path, behind: { command: [node, PROGRAM, "answers.mjs"], ...back } };
}

const nginx = (folder) => ["nginx", "-p", folder, "-e", "stderr", "-c", "nginx.conf"];

/** Puts the location of `code` into the smallest settings around it. */
const nginxSettings = (file) => (folder, { port, backPort }) => {
  const location = readFileSync(join(here, "code", file), "utf8").replaceAll("8080", backPort);
  const server = `server { listen 127.0.0.1:${port};\n${location}}`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${kind};`);
  writeFileSync(join(folder, "nginx.conf"),
    `daemon off; pid nginx.pid; events {} http { access_log off; ${temporary.join(" ")}\n${server} }`);
};

const next = join(packages, "next/dist/bin/next");
const nitro = join(packages, "nitro/dist/cli/index.mjs");

export const HOSTS = {
  "node:http": byNode("node:http", "node-http.mjs"),
  program: {
    title: "`npx echostr answers.mjs`",
    file: "answers.mjs",
    command: () => [node, PROGRAM, "answers.mjs"],
  },
  express5: byNode("Express 5", "express.mjs", "express"),
  express4: byNode("Express 4", "express.mjs", "express4", { build: insteadOf("express", "express4") }),
  "express5-parsers": byNode("Express 5, body parsers before the bot", "express-parsers.mjs", "express"),
  "express4-parsers": byNode("Express 4, body parsers before the bot", "express-parsers.mjs", "express4", {
    build: insteadOf("express", "express4"),
  }),
  koa: byNode("Koa 3", "koa.mjs", "koa"),
  "koa-parser": byNode("Koa 3, with a body parser and a router", "koa-parser.mjs", "koa"),
  fastify: byNode("Fastify 5", "fastify.mjs", "fastify"),
  hono: byNode("Hono, on Node", "hono.mjs", "hono"),
  nest: byNode("NestJS 11", "nest.mjs", "@nestjs/core", { also: ["app.module.mjs"] }),
  "nest-fastify": byNode("NestJS 11, on Fastify", "nest-fastify.mjs", "@nestjs/core", { also: ["app.module.mjs"] }),
  next: {
    title: "Next.js 16, route handler",
    version: versionOf("next"),
    file: "next-route.mjs",
    to: "app/wx/route.js",
    build(folder, env) {
      const settings = `export default { turbopack: { root: ${JSON.stringify(here)} } };\n`;
      writeFileSync(join(folder, "next.config.mjs"), settings);
      return built(folder, env, next, "build");
    },
    command: (_folder, { port }) => [node, next, "start", "-p", String(port), "-H", "127.0.0.1"],
  },
  h3: byNode("h3 2", "h3.mjs", "h3"),
  h3v1: byNode("h3 1 (Nuxt, Nitro 2)", "h3-1.mjs", "h3v1", { build: insteadOf("h3", "h3v1") }),
  nitro: {
    title: "Nitro 3",
    version: versionOf("nitro"),
    file: "nitro-route.mjs",
    to: "routes/wx.js",
    build(folder, env) {
      writeFileSync(join(folder, "nitro.config.mjs"), 'export default { serverDir: "./" };\n');
      return built(folder, env, nitro, "build");
    },
    command: () => [node, ".output/server/index.mjs"],
  },
  elysia: byNode("Elysia, on Node", "elysia.mjs", "elysia"),
  "elysia-bun": { ...byNode("Elysia, on Bun", "elysia-bun.mjs", "elysia"), command: () => [bun, "elysia-bun.mjs"], missing },
  bun: { title: "Bun", version: versionOf("@oven/bun-linux-x64"), file: "bun.mjs", command: () => [bun, "bun.mjs"], missing },
  deno: {
    title: "Deno",
    version: versionOf("@deno/linux-x64-glibc"),
    file: "deno.mjs",
    command: () => [deno, "run", "--allow-net", "--allow-env", "deno.mjs"],
    missing,
  },
  "program-bun": {
    title: "`npx echostr answers.mjs`, on Bun",
    version: versionOf("@oven/bun-linux-x64"),
    file: "answers.mjs",
    command: () => [bun, PROGRAM, "answers.mjs"],
    missing,
  },
  "program-deno": {
    title: "`npx echostr answers.mjs`, on Deno",
    version: versionOf("@deno/linux-x64-glibc"),
    file: "answers.mjs",
    command: () => [deno, "run", "--allow-net", "--allow-env", "--allow-read", PROGRAM, "answers.mjs"],
    missing,
  },
  pm2: {
    title: "PM2",
    version: versionOf("pm2"),
    file: "answers.mjs",
    command: () => [node, join(packages, "pm2/bin/pm2-runtime"), "start", PROGRAM, "--", "answers.mjs"],
  },
  "nginx-cut": proxied("nginx, prefix cut off", "nginx", "nginx-cut.conf", nginx, "/bot/wx", {
    prepare: nginxSettings("nginx-cut.conf"),
  }),
  "nginx-kept": proxied("nginx, prefix kept", "nginx", "nginx-kept.conf", nginx, "/bot/wx", {
    prepare: nginxSettings("nginx-kept.conf"),
    env: { WECHAT_PATH: "/bot/wx" },
  }),
  caddy: proxied("Caddy, prefix cut off", "caddy", "Caddyfile", () => ["caddy", "run", "--config", "Caddyfile"], "/bot/wx", {
    prepare(folder, { port, backPort }) {
      const site = readFileSync(join(here, "code/Caddyfile"), "utf8");
      const settings = site.replace("wx.example.com", `http://127.0.0.1:${port}`).replaceAll("8080", backPort);
      writeFileSync(join(folder, "Caddyfile"), `{\n\tadmin off\n}\n${settings}`);
    },
  }),
};

/** Makes the folder in which a host is started. */
export function lay(folder, { file, to = file, also = [] }) {
  mkdirSync(folder, { recursive: true });
  for (const each of ["bot.mjs", "answers.mjs", ...also]) cpSync(join(here, "code", each), join(folder, each));
  mkdirSync(dirname(join(folder, to)), { recursive: true });
  cpSync(join(here, "code", file), join(folder, to));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
}

/** Puts the package into the fixture, as npm would publish it. What is in dist is taken as it is. */
export function unpack(work) {
  const root = join(here, "../..");
  const options = { cwd: root, encoding: "utf8" };
  const words = ["pack", "--silent", "--ignore-scripts", "--pack-destination", work];
  const packed = join(work, execFileSync("npm", words, options).trim().split("\n").at(-1));
  const to = join(packages, "echostr");
  if (!existsSync(to)) mkdirSync(to);
  execFileSync("tar", ["xzf", packed, "-C", to, "--strip-components=1"]);
}
