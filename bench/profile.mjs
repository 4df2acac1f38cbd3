// Where the time of a message goes, by part: `node bench/profile.mjs [options]`.
//
//   --mode plain|safe  --messages N  --warmup N  --connections N
//   --top N       the functions that take most, with their files
//   --file PATH   another build of ours than dist/echostr-server.mjs
//
// The profiler itself takes time, so the sum is above what `make bench` shows.

import { readFileSync, rmSync } from "node:fs";
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
  },
});
const probe = fileURLToPath(new URL("profile-probe.mjs", import.meta.url));
const program = requireBuild("echostr-server.mjs", values.file && resolve(values.file));
const variant = listVariants(program).find(({ own, mode }) => own && mode === values.mode);
if (variant === undefined) {
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
    const batch = buildBatch(Math.min(10_000, messages - sent), variant.mode);
    await sendBatch(server.port, batch, count(values, "connections"));
  }
}

const messages = count(values, "messages");
const cores = pinLoad();
console.log(machine());
const file = join(scratch, "profile.json");
const server = await start(variant, cores, {
  nodeOptions: ["--import", probe],
  env: { BENCH_PROFILE_FILE: file },
});
let profile;
let seconds;
try {
  await send(server, count(values, "warmup"));
  await told(server, file);
  const before = processorSeconds(server.child.pid);
  await send(server, messages);
  seconds = processorSeconds(server.child.pid) - before;
  profile = await told(server, file);
} finally {
  await stop(server);
}

const { parts, functions } = timeByPart(profile, readFileSync(program, "utf8"));
const sum = [...parts.values()].reduce((total, milliseconds) => total + milliseconds, 0);
const row = (name, milliseconds) => [
  name,
  ((milliseconds / messages) * 1000).toFixed(2),
  `${((milliseconds / sum) * 100).toFixed(1)} %`,
];
console.log(`${messages} text messages, ${variant.mode} mode; CPU ${((seconds / messages) * 1e6).toFixed(1)} µs/message, all threads.\n`);
console.log(table(["part", "µs/message", "share"], [...PARTS.map((part) => row(part, parts.get(part))), row("in all", sum)]));
if (values.top !== undefined) {
  const most = [...functions].sort((a, b) => b[1] - a[1]).slice(0, count(values, "top"));
  console.log(`\n${table(["function", "µs/message", "share"], most.map(([name, time]) => row(name, time)))}`);
}
