// Where the time of a message goes, by part: `node bench/profile.mjs [options]`.
//
//   --mode plain|safe  --messages N  --warmup N  --connections N
//   --top N       the functions that take most, with their files
//   --file PATH   another build of ours than dist/echostr-server.mjs
//   --write       both modes, as the table in docs/design.md
//
// The profiler itself takes time, so the sum is above what `make bench` shows.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { sendBatch } from "./load.mjs";
import { PARTS, timeByPart } from "./profile-parts.mjs";
import { pinLoad, processorSeconds, scratch, start, stop } from "./programs.mjs";
import { count, machine, requireBuild, table } from "./report.mjs";
import { listVariants } from "./variants.mjs";
import { buildBatch } from "./wire.mjs";

const { values } = parseArgs({
  options: {
    mode: { type: "string", default: "plain" },
    messages: { type: "string", default: "60000" },
    warmup: { type: "string", default: "30000" },
    connections: { type: "string", default: "64" },
    top: { type: "string" },
    file: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const probe = fileURLToPath(new URL("profile-probe.mjs", import.meta.url));
const program = requireBuild("echostr-server.mjs", values.file && resolve(values.file));
if (values.mode !== "plain" && values.mode !== "safe") {
  console.error(`--mode must be plain or safe, got ${values.mode}`);
  process.exit(1);
}

/** What the probe writes next. */
async function told(server, file) {
  server.child.kill("SIGUSR2");
  for (let tries = 0; tries < 1000; tries += 1) {
    await pause(20);
    try {
      const answer = JSON.parse(readFileSync(file, "utf8"));
      rmSync(file);
      return answer;
    } catch {
      // Not written yet.
    }
  }
  throw new Error("the profiler gave no answer");
}

async function send(server, messages) {
  for (let sent = 0; sent < messages; sent += 10_000) {
    const batch = buildBatch(Math.min(10_000, messages - sent), server.variant.mode);
    await sendBatch(server.port, batch, count(values, "connections"));
  }
}

/** Milliseconds by part and by function, of ours in a mode, and the processor time of a message. */
async function profileOf(mode) {
  const variant = listVariants(program).find((each) => each.own && each.mode === mode);
  const file = join(scratch, "profile.json");
  const server = await start(variant, cores, {
    nodeOptions: ["--import", probe],
    env: { BENCH_PROFILE_FILE: file },
  });
  try {
    await send(server, count(values, "warmup"));
    await told(server, file);
    const before = processorSeconds(server.child.pid);
    await send(server, messages);
    const seconds = processorSeconds(server.child.pid) - before;
    const times = timeByPart(await told(server, file), readFileSync(program, "utf8"), program);
    return { ...times, busy: ((seconds / messages) * 1e6).toFixed(1) };
  } finally {
    await stop(server);
  }
}

const sumOf = (parts) => [...parts.values()].reduce((total, milliseconds) => total + milliseconds, 0);
const cells = (milliseconds, sum) => [
  ((milliseconds / messages) * 1000).toFixed(2),
  `${((milliseconds / sum) * 100).toFixed(1)} %`,
];

/** A table of what several profiles say, each in two columns. */
function partsTable(head, profiles) {
  const row = (name, timeOf) => [name, ...profiles.flatMap((parts) => cells(timeOf(parts), sumOf(parts)))];
  const rows = PARTS.map((part) => row(part, (parts) => parts.get(part)));
  return table(["part", ...head], [...rows, row("in all", sumOf)]);
}

const DOCUMENT = fileURLToPath(new URL("../docs/design.md", import.meta.url));
const [BEGIN, END] = ["<!-- profile: begin -->", "<!-- profile: end -->"];

async function writeTable() {
  const [plain, safe] = [await profileOf("plain"), await profileOf("safe")];
  const head = ["plain, µs/message", "share", "safe, µs/message", "share"];
  const text = `${partsTable(head, [plain.parts, safe.parts])}\n\n(${machine()}; ${messages} text messages each.)\n`;
  const document = readFileSync(DOCUMENT, "utf8");
  const [before, after] = [document.split(BEGIN)[0], document.split(END)[1]];
  if (after === undefined) throw new Error(`${DOCUMENT} has no ${BEGIN} … ${END}`);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n${text}${END}${after}`);
}

const messages = count(values, "messages");
const cores = pinLoad();
console.log(machine());
if (values.write) {
  await writeTable();
} else {
  const { parts, functions, busy } = await profileOf(values.mode);
  console.log(`${messages} text messages, ${values.mode} mode; CPU ${busy} µs/message, all threads.\n`);
  console.log(partsTable(["µs/message", "share"], [parts]));
  if (values.top !== undefined) {
    const most = [...functions].sort((a, b) => b[1] - a[1]).slice(0, count(values, "top"));
    const rows = most.map(([name, milliseconds]) => [name, ...cells(milliseconds, sumOf(parts))]);
    console.log(`\n${table(["function", "µs/message", "share"], rows)}`);
  }
}
