/**
 * Runs tests of the public surface on Bun and Deno. What fails there must stand in `runtimes.json` with
 * its reason, which the page has as well. `skip` are files in which one failure leads to others,
 * `startsNode` tests that hand words of Node's to the program that runs them.
 *
 *     node --import tsx bench/hosts/runtimes.mjs [bun deno] [server protocol …]
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { planOf } from "../../scripts/test/plan.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const packages = join(here, "node_modules");
const KNOWN = JSON.parse(readFileSync(join(here, "runtimes.json"), "utf8"));
/** The folders in which a runtime matters. The others start programs of Node, or are about documents. */
const FOLDERS = ["protocol", "bot", "server", "store"];
const MOST_MS = 180_000;

const RUNTIMES = {
  bun: {
    words: [join(packages, "@oven/bun-linux-x64/bin/bun"), "test", "--timeout", "20000"],
    prefix: "./",
    failed: /^\(fail\) (?:.* > )?(.*?)(?: \[[\d.]+m?s\])?$/gm,
    passed: /^\(pass\)/gm,
  },
  deno: {
    words: [join(packages, "@deno/linux-x64-glibc/deno"), "test", "-A", "--no-check", "--no-lock"],
    prefix: "",
    failed: /^\s*(.*?) \.\.\. FAILED \([\d.]+m?s\)$/gm,
    passed: /^.* \.\.\. ok \(.*\)$/gm,
  },
};

const given = process.argv.slice(2);
const runtimes = Object.keys(RUNTIMES).filter((name) => !given.some((word) => word in RUNTIMES) || given.includes(name));
const folders = given.filter((word) => !(word in RUNTIMES));
const files = planOf(["quick", "surface"]).flatMap((part) => part.files);
for (const runtime of runtimes) {
  for (const folder of folders.length > 0 ? folders : FOLDERS) run(runtime, folder);
}

function run(runtime, folder) {
  const { words: [program, ...words], prefix, failed, passed } = RUNTIMES[runtime];
  const { skip, fails, startsNode } = KNOWN[runtime];
  const chosen = files.filter((file) => dirname(file) === `test/${folder}` && !(file in skip));
  const env = { ...process.env, NO_COLOR: "1" };
  const ran = spawnSync(program, [...words, ...chosen.map((file) => prefix + file)], { cwd: root, env, timeout: MOST_MS, encoding: "utf8" });
  const said = ran.stdout + ran.stderr;
  // Bun tells them a second time at its end.
  const failures = [...new Set([...said.matchAll(failed)].map(([, title]) => title.trim()))];
  const unexpected = failures.filter((title) => !(title in fails) && !startsNode.includes(title));
  console.log(`${runtime}, test/${folder}: ${[...said.matchAll(passed)].length} pass, ${failures.length} fail, of these ${failures.length - unexpected.length} known`);
  if (ran.error === undefined && unexpected.length === 0 && (ran.status === 0 || failures.length > 0)) return;
  process.exitCode = 1;
  console.error(ran.error?.message ?? (unexpected.map((title) => `✖ ${title}`).join("\n") || said.slice(-3000)));
}
