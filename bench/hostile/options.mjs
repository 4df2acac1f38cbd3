// What the environment asks for.

import { execFileSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { FREE_MS } from "./bounds.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** How long the server waits, as it is started. The body's time is never longer than the request's. */
const LONG = { headers: 10_000, request: 15_000, keepAlive: 10_000, body: 5000, write: 10_000 };
const SHORT = { headers: 1000, request: 2000, keepAlive: 1000, body: 1500, write: 10_000 };

/**
 * @returns what is to be run
 * @throws Error with a sentence for the user when that cannot be told
 */
export function readOptions(env, kindNames) {
  const isShort = (env.SHORT ?? "") !== "";
  const limits = isShort ? SHORT : LONG;
  const chosen = words(env.KINDS);
  for (const name of chosen) {
    if (!kindNames.includes(name)) {
      throw new Error(`KINDS: some of ${kindNames.join(", ")} expected, got ${name}`);
    }
  }
  const count = Number(env.COUNT || (isShort ? 500 : 10_000));
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`COUNT: a number expected, got ${env.COUNT}`);
  }
  const nodes = words(env.NODES).length > 0 ? words(env.NODES) : [process.execPath];
  const library = resolve(root, env.LIBRARY || "dist/echostr.mjs");
  return {
    isShort,
    chosen,
    count,
    limits,
    nodes: nodes.map((path) => ({ path, version: versionOf(path) })),
    transports: words(env.TRANSPORTS).length > 0 ? words(env.TRANSPORTS) : ["plain", "tls"],
    library: pathToFileURL(library).href,
    server: resolve(root, env.SERVER || "bench/hostile/server.mjs"),
    freeMs: Number(env.FREE_MS || FREE_MS),
    nobodyMs: isShort ? 1500 : 5000,
    certificate: resolve(root, "test/server/fixtures/localhost"),
  };
}

/** What Node needs in order to run the files: TypeScript only from 22.18 on. */
export function loaderFor({ version }, files) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNative = major > 22 || (major === 22 && minor >= 18);
  return !isNative && files.some((file) => file.endsWith(".ts")) ? ["--import", "tsx"] : [];
}

function words(text = "") {
  return text.split(/\s+/).filter((word) => word !== "");
}

function versionOf(path) {
  return execFileSync(path, ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
}
