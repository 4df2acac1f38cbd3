// The benchmark of the servers: `make bench`, or `node bench/run.mjs [options]`.
//
//   --speed --cold --memory   only these parts (default: all three)
//   --only TEXT[,TEXT…]       only servers whose "name mode" contains one of the texts
//   --rounds N  --processes N  --messages N  --warmup N  --connections N  --starts N  --memory-messages N
//   --file PATH               another build of ours than dist/echostr-server.mjs
//   --against PATH            one more build, measured in the same rounds; the same file once more
//                             shows what is noise
//
// With much less warm-up the bare server, which gets more messages, is ahead for that reason alone.

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { coldTable, memoryTable } from "./footprint.mjs";
import { pinLoad } from "./programs.mjs";
import { count, machine, requireBuild, requirePeers } from "./report.mjs";
import { measureSpeed, pairTable, speedTable, wasDisturbed } from "./speed.mjs";
import { listVariants } from "./variants.mjs";

const { values } = parseArgs({
  options: {
    speed: { type: "boolean", default: false },
    cold: { type: "boolean", default: false },
    memory: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string", default: "21" },
    processes: { type: "string", default: "3" },
    messages: { type: "string", default: "5000" },
    warmup: { type: "string", default: "40000" },
    connections: { type: "string", default: "32" },
    starts: { type: "string", default: "10" },
    "memory-messages": { type: "string", default: "200000" },
    file: { type: "string" },
    against: { type: "string" },
  },
});

requirePeers();
const program = requireBuild("echostr-server.mjs", values.file && resolve(values.file));
const all = listVariants(program, values.against && resolve(values.against));

/** The baseline of each mode that takes part is always there: the ratios need it. */
function choose(variants, only) {
  if (only === undefined) return variants;
  const texts = only.split(",").map((text) => text.trim());
  const chosen = variants.filter((variant) =>
    texts.some((text) => `${variant.name} ${variant.mode}`.includes(text)),
  );
  const modes = new Set(chosen.map((variant) => variant.mode));
  return variants.filter(
    (variant) => chosen.includes(variant) || (variant.baseline && modes.has(variant.mode)),
  );
}

const variants = choose(all, values.only);
if (variants.length === 0) {
  console.error(`--only ${values.only} names no server; there are:`);
  for (const { name, mode } of all) console.error(`  ${name} ${mode}`);
  process.exit(1);
}
// The start and the memory of the peers are not the point, unless they are asked for by name.
const ours = variants.filter((variant) => variant.baseline || variant.own);
const measuredInDetail = (values.only === undefined ? ours : variants).filter(
  (variant) => values.only !== undefined || variant.mode === "plain",
);

const everything = !(values.speed || values.cold || values.memory);
const cores = pinLoad();
const connections = count(values, "connections");

console.log(machine());
console.log(
  cores === undefined
    ? "Not pinned (one core, or no taskset): expect more noise.\n"
    : `Load on core ${cores.load}, server on core ${cores.server}.\n`,
);

if (everything || values.speed) {
  const settings = {
    cores,
    connections,
    rounds: count(values, "rounds"),
    processes: count(values, "processes"),
    messages: count(values, "messages"),
    warmup: count(values, "warmup"),
  };
  const { rounds, processes, messages, warmup } = settings;
  console.log(`Speed: median of ${rounds} rounds of ${messages} text messages, by ${processes} processes of each server one`);
  console.log(`after the other, each after ${warmup} to warm up; ${connections} keep-alive connections, one message in`);
  console.log("flight on each.\n");
  const results = await measureSpeed(variants, settings);
  console.log(`${speedTable(results)}\n`);
  const pairs = pairTable(results);
  if (pairs !== undefined) console.log(`Processor time, round by round:\n\n${pairs}\n`);
  if (wasDisturbed(results)) {
    console.log("The bare server did not have its core busy: something else used this machine.");
    console.log("Trust the columns on CPU; repeat the run on a quiet machine for the others.\n");
  }
}

if (everything || values.cold) {
  const repeats = count(values, "starts");
  console.log(`Cold start: median of ${repeats}.\n`);
  console.log(`${await coldTable(measuredInDetail, { cores, repeats })}\n`);
}

if (everything || values.memory) {
  const messages = count(values, "memory-messages");
  console.log(`Memory: ${messages} messages, each from a follower of its own.\n`);
  console.log(`${await memoryTable(measuredInDetail, { cores, connections, messages })}\n`);
}
