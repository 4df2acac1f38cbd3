// One process with Redis, 64 connections: messages a second, and how often Redis is asked for each.

import { spawn, spawnSync } from "node:child_process";
import { connect } from "node:net";
import { pathToFileURL } from "node:url";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../free-port.mjs";
import { median } from "../report.mjs";
import { buildRequest } from "../wire.mjs";
import { serving } from "./serving.mjs";
import { askAll, openLanes, percentile } from "./timed.mjs";

const LANES = 64;
const WARM_UP = 20_000;
const ROUNDS = 11;
const MESSAGES = 5000;
const COUNTED = 500;

export async function measureRedis(program, cores) {
  if (spawnSync("redis-server", ["--version"]).status !== 0) {
    return [["with Redis", "not measured: redis-server is missing (apt-get install redis-server)"]];
  }
  const port = await freePort();
  const options = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no"];
  const redis = spawn("redis-server", options, { stdio: "ignore" });
  try {
    const rows = [];
    const library = pathToFileURL(join(dirname(program), "echostr.mjs")).href;
    const env = { STORE: `redis://127.0.0.1:${port}`, BENCH_LIBRARY: library };
    const measureOne = (server) => measure(server, port);
    for (const [what, botFile] of [["with Redis"], ["with Redis and sessions", "session-bot.mjs"]]) {
      rows.push([what, await serving(program, cores, botFile, measureOne, env)]);
    }
    return rows;
  } finally {
    redis.kill("SIGKILL");
  }
}

async function measure(server, redisPort) {
  const lanes = await openLanes(server.port, LANES);
  const send = (count) => askAll(lanes, count, () => buildRequest("plain").bytes);
  await send(WARM_UP);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await send(MESSAGES));
  const commands = await commandsDuring(redisPort, () => send(COUNTED));
  for (const lane of lanes) lane.close();
  const perSecond = median(rounds.map(({ seconds }) => MESSAGES / seconds));
  const p99 = median(rounds.map(({ latencies }) => percentile(latencies, 0.99)));
  return `${Math.round(perSecond)}/s, p99 ${p99.toFixed(1)} ms, ${(commands / COUNTED).toFixed(1)} commands a message`;
}

/** How many commands come from clients; what a script calls is marked "lua", and is one. */
async function commandsDuring(port, work) {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (piece) => (text += piece));
  socket.write("MONITOR\r\n");
  while (!text.startsWith("+OK")) await pause(10);
  await work();
  await pause(200);
  socket.destroy();
  const lines = text.split("\r\n").filter((line) => /^\+\d+\.\d+ \[/.test(line));
  return lines.filter((line) => !line.includes(" lua] ")).length;
}
