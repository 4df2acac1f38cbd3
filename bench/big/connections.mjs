// Ten thousand open connections, of which half wait for slow handlers: what each costs in memory, and how
// long a quick message takes beside them.

import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { residentMegabytes, start, stop } from "../programs.mjs";
import { buildRequest } from "../wire.mjs";
import { askAll, openLanes, percentile } from "./timed.mjs";

const OPEN = 10_000;
const QUICK_LANES = 32;
const QUICK = 5000;

export async function measureConnections(program, cores) {
  const bot = fileURLToPath(new URL("slow-bot.mjs", import.meta.url));
  const variant = { name: "echostr", mode: "plain", program, arguments: [bot] };
  const server = await start(variant, cores);
  const { pid } = server.child;
  try {
    const quickLanes = await openLanes(server.port, QUICK_LANES);
    const quick = () => askAll(quickLanes, QUICK, () => buildRequest("plain").bytes);
    await quick();
    const alone = await quick();
    const before = residentMegabytes(pid);
    const lanes = await openLanes(server.port, OPEN);
    const opened = residentMegabytes(pid);
    const slow = lanes.slice(0, OPEN / 2);
    const waiting = askAll(slow, slow.length, () => buildRequest("plain", { content: "慢" }).bytes);
    await pause(1500);
    const beside = await quick();
    const full = residentMegabytes(pid);
    const { latencies } = await waiting;
    for (const lane of [...lanes, ...quickLanes]) lane.close();
    const kilobytes = (megabytes, count) => `${((megabytes * 1024) / count).toFixed(1)} KB`;
    const quickOnes = ({ latencies: ms }) => `p50 ${percentile(ms, 0.5).toFixed(1)} ms, p99 ${percentile(ms, 0.99).toFixed(1)} ms`;
    return [
      ["an open connection, memory", kilobytes(opened - before, OPEN)],
      ["a connection that waits for a slow handler, memory beside that", kilobytes(full - opened, OPEN / 2)],
      ["quick messages alone", quickOnes(alone)],
      [`quick messages beside ${OPEN} connections, half of them waiting`, quickOnes(beside)],
      ["slow messages of 4 s, p99", `${(percentile(latencies, 0.99) / 1000).toFixed(2)} s`],
    ];
  } finally {
    await stop(server);
  }
}
