// A hundred thousand followers whose answers came too late: what they cost in memory, how long a message
// takes beside them, and how soon they are fetched.

import { setTimeout as pause } from "node:timers/promises";
import { residentMegabytes } from "../programs.mjs";
import { buildRequest } from "../wire.mjs";
import { serving } from "./serving.mjs";
import { askAll, openLanes, percentile } from "./timed.mjs";

const FOLLOWERS = 100_000;
const LANES = 2000;
const SETTLE_MS = 3000;

const openId = (index) => `oLate${String(index).padStart(23, "0")}`;

export function measureFollowers(program, cores) {
  return serving(program, cores, "late-bot.mjs", measure);
}

async function measure({ port, child: { pid } }) {
  const lanes = await openLanes(port, LANES);
  await askAll(lanes, 20_000, () => buildRequest("plain").bytes);
  const before = residentMegabytes(pid);
  const ask = (content) => (index) => buildRequest("plain", { content, openId: openId(index) }).bytes;
  await askAll(lanes, FOLLOWERS, ask("迟"));
  await pause(SETTLE_MS);
  const after = residentMegabytes(pid);
  const few = lanes.slice(0, 32);
  const quick = await askAll(few, 5000, () => buildRequest("plain").bytes);
  let fetched = 0;
  // The latest first: of the oldest, memory may have forgotten some.
  const fetching = await askAll(few, FOLLOWERS, (index) => ask("1")(FOLLOWERS - 1 - index), (reply) => {
    if (reply.includes("答案")) fetched += 1;
  });
  for (const lane of lanes) lane.close();
  const p99 = ({ latencies }) => `p99 ${percentile(latencies, 0.99).toFixed(1)} ms`;
  const perSecond = ({ seconds, latencies }) => `${Math.round(latencies.length / seconds)}/s`;
  return [
    [`${FOLLOWERS} followers with late answers, memory of each`, `${(((after - before) * 1024) / FOLLOWERS).toFixed(1)} KB`],
    ["messages of others beside them", `${perSecond(quick)}, ${p99(quick)}`],
    ["late answers fetched", `${fetched}, ${perSecond(fetching)}, ${p99(fetching)}`],
  ];
}
