// Thousands of open connections, most of which wait for slow handlers: what each costs in memory, and how
// long a quick message takes beside them. The server keeps no more than three thousand that wait for nothing.

import { residentMegabytes } from "../programs.mjs";
import { buildRequest } from "../wire.mjs";
import { serving } from "./serving.mjs";
import { askAll, openLanes, percentile } from "./timed.mjs";

const IDLE = 2500;
const WAITING = 5000;
const QUICK_LANES = 32;
const QUICK = 5000;

export function measureConnections(program, cores) {
  return serving(program, cores, "slow-bot.mjs", measure);
}

async function measure({ port, child: { pid } }) {
  const quickLanes = await openLanes(port, QUICK_LANES);
  const made = (count, content) => Array.from({ length: count }, () => buildRequest("plain", { content }).bytes);
  const quick = (requests = made(QUICK)) => askAll(quickLanes, QUICK, (index) => requests[index]);
  await quick();
  const alone = await quick();
  const before = residentMegabytes(pid);
  const idle = await openLanes(port, IDLE, (lane) => lane.ask(buildRequest("plain").bytes));
  const opened = residentMegabytes(pid);
  const [slowOnes, quickRequests] = [made(WAITING, "慢"), made(QUICK)];
  const answers = [];
  const slow = await openLanes(port, WAITING, (lane) => {
    answers.push(lane.ask(slowOnes[answers.length]));
  });
  const beside = await quick(quickRequests);
  const full = residentMegabytes(pid);
  const latencies = (await Promise.all(answers)).map(({ ms }) => ms);
  for (const lane of [...idle, ...slow, ...quickLanes]) lane.close();
  const kilobytes = (megabytes, count) => `${((megabytes * 1024) / count).toFixed(1)} KB`;
  const quickOnes = ({ latencies: ms }) => `p50 ${percentile(ms, 0.5).toFixed(1)} ms, p99 ${percentile(ms, 0.99).toFixed(1)} ms`;
  return [
    ["an open connection, memory", kilobytes(opened - before, IDLE)],
    ["a connection that waits for a slow handler, memory", kilobytes(full - opened, WAITING)],
    ["quick messages alone", quickOnes(alone)],
    [`quick messages beside ${IDLE} idle and ${WAITING} waiting connections`, quickOnes(beside)],
    ["5000 slow messages that end within one second after 4 s, p99", `${(percentile(latencies, 0.99) / 1000).toFixed(2)} s`],
  ];
}
