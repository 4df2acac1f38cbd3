/**
 * Runs the commands that prove something, one after the other, and writes what they print into the
 * tables of the READMEs: `make figures`, or `make figures ONLY="soak fuzz"` to renew some rows.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "./commands.ts";
import type { FigureCommand } from "./commands.ts";
import { figureTable, READMES, readFigures, withTable } from "./tables.ts";
import type { AllFigures, Figures, Language } from "./tables.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const kept = join(root, "scripts/figures/figures.json");
const only = (process.env["ONLY"] ?? "").split(" ").filter((name) => name !== "");

const names = COMMANDS.map((command) => command.name);
for (const name of only) {
  if (names.includes(name)) continue;
  console.error(`ONLY: some of ${names.join(", ")} expected, got ${name}`);
  process.exit(2);
}

let all: AllFigures = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {};
for (const command of COMMANDS) {
  if (only.length > 0 && !only.includes(command.name)) continue;
  console.log(`\n=== make ${command.name}`);
  all = { ...all, [command.name]: await run(command) };
  writeFileSync(kept, `${JSON.stringify(all, null, 2)}\n`);
  for (const [language, readme] of Object.entries(READMES)) {
    const path = join(root, readme);
    const table = figureTable(all, language as Language);
    writeFileSync(path, withTable(readFileSync(path, "utf8"), table));
  }
}

/** @throws Error when the command fails: what failed has no figures */
async function run(command: FigureCommand): Promise<Figures> {
  const words = Object.entries(command.variables).map(([name, value]) => `${name}=${value}`);
  // ONLY is meant for this script, and make passes it on.
  const { ONLY: _, MAKEFLAGS: __, MAKEOVERRIDES: ___, ...env } = process.env;
  const child = spawn("make", [command.name, ...(command.more ?? []), ...words], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  if (status !== 0) throw new Error(`make ${command.name} ended with ${String(status)}`);
  const on = new Date().toISOString().slice(0, 10);
  return { values: readFigures(command, output), node: process.versions.node, on };
}
