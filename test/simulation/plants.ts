/**
 * Faults that are planted, one after the other, in a copy of the source, to show that the simulator
 * finds them: for each the seed that did, and how many histories it took.
 *
 *     make plants
 *     make plants ONLY="lease wake" HISTORIES=50000
 *
 * @module
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PLANTS } from "./plant-list.ts";
import type { Plant } from "./plant-list.ts";

const HISTORIES = process.env["HISTORIES"] || "20000";
const SEED = process.env["SEED"] || "1";
const ONLY = process.env["ONLY"] ?? "";
/** Histories that do not hold without a plant. */
const EXCEPT = process.env["EXCEPT"] ?? "";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Found {
  readonly plant: Plant;
  /** `undefined` where no history found it. */
  readonly seed: string | undefined;
  readonly histories: string;
  readonly sentence: string;
}

const words = ONLY.split(" ");
const chosen = PLANTS.filter(({ name }) => words.some((word) => name.includes(word)));
const waiting = [...chosen];
const found: Found[] = [];
await Promise.all(Array.from({ length: availableParallelism() }, () => oneAfterTheOther()));
const missed = found.filter(({ seed }) => seed === undefined).length;
console.log(`\n${found.length} planted, ${found.length - missed} found`);
process.exit(missed === 0 ? 0 : 1);

async function oneAfterTheOther(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "echostr-plants-"));
  try {
    for (const name of ["src", "test/simulation", "test/support", "package.json"]) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    for (let plant = waiting.shift(); plant !== undefined; plant = waiting.shift()) {
      const result = await lookFor(plant, folder);
      found.push(result);
      tell(result);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lookFor(plant: Plant, folder: string): Promise<Found> {
  const path = join(folder, plant.file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, planted(plant, source));
  try {
    const printed = await run(folder);
    if (!/^(?:found by seed|histories) /m.test(printed)) {
      throw new Error(`${plant.name}: the simulator did not come to an end:\n${printed.slice(-1000)}`);
    }
    const [, seed, histories = HISTORIES, sentence = ""] =
      /^found by seed (\d+) after (\d+) histories: (.*)$/m.exec(printed) ?? [];
    return { plant, seed, histories, sentence };
  } finally {
    writeFileSync(path, source);
  }
}

/** The source with the fault in it. */
export function planted({ name, file, find, replace }: Plant, source: string): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${name}: stands ${places} times in ${file}: ${find}`);
  return source.replace(find, () => replace);
}

function run(folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, HISTORIES, SEED, EXCEPT, FIRST: "1", JOBS: "1" };
    const file = join(folder, "test/simulation/run.ts");
    const child = spawn(process.execPath, [...process.execArgv, file], { cwd: folder, env });
    let printed = "";
    child.stdout.on("data", (text: Buffer) => (printed += text.toString()));
    child.stderr.on("data", (text: Buffer) => (printed += text.toString()));
    child.on("error", reject);
    child.on("close", () => resolve(printed));
  });
}

function tell({ plant, seed, histories, sentence }: Found): void {
  const isFound = seed !== undefined;
  const end = isFound ? `seed ${seed}, ${histories} histories` : `NOT FOUND in ${histories} histories`;
  console.log(`${plant.name.padEnd(60)} ${end}`);
  if (sentence !== "") console.log(`    ${sentence}`);
}
