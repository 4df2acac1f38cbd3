// What a server costs besides time: the start, and memory under a long run.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sendBatch } from "./load.mjs";
import { residentMegabytes, scratch, start, stop } from "./programs.mjs";
import { spread, table } from "./report.mjs";
import { buildBatch } from "./wire.mjs";

const MEMORY_BATCH = 10_000;
const heapProbe = fileURLToPath(new URL("heap-probe.mjs", import.meta.url));

const label = (variant) => [variant.name, variant.mode];

/** From the spawn of the process to its first right answer, in turn, `repeats` times each. */
export async function coldTable(variants, { cores, repeats }) {
  const results = new Map(variants.map((variant) => [variant, []]));
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const variant of variants) {
      const server = await start(variant, cores);
      results.get(variant).push(server.startMs);
      await stop(server);
    }
  }
  const rows = variants.map((variant) => [...label(variant), spread(results.get(variant), 0)]);
  return table(["server", "mode", "ms from spawn to first right answer"], rows);
}

/** Megabytes of heap in use after a full collection, told by the probe inside the server. */
async function heapMegabytes({ child }, file) {
  child.kill("SIGUSR2");
  for (let attempt = 0; attempt < 500; attempt += 1) {
    await pause(10);
    try {
      return JSON.parse(readFileSync(file, "utf8")).heapUsed / 1048576;
    } catch {
      // Not written yet.
    }
  }
  return Number.NaN;
}

export async function memoryTable(variants, { cores, connections, messages }) {
  const rows = [];
  for (const variant of variants) {
    const file = join(scratch, `heap-${rows.length}.json`);
    const server = await start(variant, cores, {
      nodeOptions: ["--expose-gc", "--import", heapProbe],
      env: { BENCH_HEAP_FILE: file },
    });
    try {
      const { pid } = server.child;
      const idle = residentMegabytes(pid);
      let sent = 0;
      while (sent < messages) {
        const batch = buildBatch(Math.min(MEMORY_BATCH, messages - sent), variant.mode);
        await sendBatch(server.port, batch, connections);
        sent += batch.count;
      }
      const resident = residentMegabytes(pid); // before the probe collects
      const heap = await heapMegabytes(server, file);
      rows.push([...label(variant), ...[idle, resident, heap].map((mb) => mb.toFixed(1))]);
    } finally {
      await stop(server);
    }
  }
  const after = `after ${messages}`;
  return table(
    ["server", "mode", "RSS MB at the start", `RSS MB ${after}`, `heap MB ${after}, collected`],
    rows,
  );
}
