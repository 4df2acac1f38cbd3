// Starts the servers under test, each alone on its core, and sees to it that all of them end.

import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./free-port.mjs";
import { ask } from "./load.mjs";
import { account, buildRequest, checkReply } from "./wire.mjs";

const START_TIMEOUT_MS = 10_000;

const running = new Set();

/** Holds the logs; it is the working directory of the servers too, so that no `.env` is read. */
export const scratch = mkdtempSync(join(tmpdir(), "echostr-bench-"));

// "exit" comes after a normal end, an uncaught error and process.exit alike.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
});
for (const [signal, number] of [["SIGHUP", 1], ["SIGINT", 2], ["SIGTERM", 15]]) {
  process.on(signal, () => process.exit(128 + number));
}

/**
 * The first and the last core this process may use, the load on the one and the server on the
 * other: otherwise the scheduler moves both about and the rounds cannot be compared.
 */
export function pinLoad() {
  if (availableParallelism() < 2) return undefined;
  try {
    const answer = execFileSync("taskset", ["-cp", String(process.pid)], { encoding: "utf8" });
    const cores = answer.slice(answer.lastIndexOf(":") + 1).match(/\d+/g) ?? [];
    const [load, server] = [cores[0], cores.at(-1)];
    if (load === server) return undefined;
    execFileSync("taskset", ["-acp", load, String(process.pid)]);
    return { load, server };
  } catch {
    return undefined; // no taskset here
  }
}

function environment(variant, port) {
  const values = {
    PATH: process.env.PATH,
    NODE_ENV: "production", // connect and koa look at it
    PORT: String(port),
    HOST: "127.0.0.1",
    LOG: "json",
    WECHAT_TOKEN: account.token,
    WECHAT_APPID: account.appId,
  };
  if (variant.mode === "safe") values.WECHAT_AES_KEY = account.aesKey;
  return { ...values, ...variant.env };
}

/**
 * Starts a server and waits for its first right answer. Its output goes to a file, as under a
 * service manager: a pipe would make this process share the work.
 */
export async function start(variant, cores, { nodeOptions = [], env = {} } = {}) {
  const port = await freePort();
  const logFile = join(scratch, `${port}.log`);
  const log = openSync(logFile, "w");
  const options = [...(variant.nodeOptions ?? []), ...nodeOptions];
  const command = [process.execPath, ...options, variant.program, ...(variant.arguments ?? [])];
  if (cores !== undefined) command.unshift("taskset", "-c", cores.server);
  const started = process.hrtime.bigint();
  const child = spawn(command[0], command.slice(1), {
    cwd: scratch,
    env: { ...environment(variant, port), ...env },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  running.add(child);
  const ended = new Promise((resolve) => {
    child.once("error", resolve);
    child.once("exit", resolve);
  });
  ended.then(() => running.delete(child));

  const server = { variant, port, child, ended };
  try {
    await firstRightAnswer(server);
  } catch (error) {
    await stop(server);
    const output = readFileSync(logFile, "utf8").slice(-1500);
    throw new Error(`${variant.name} (${variant.mode}): ${error.message}\n${output}`);
  }
  server.startMs = Number(process.hrtime.bigint() - started) / 1e6;
  return server;
}

async function firstRightAnswer({ variant, port, child }) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  const request = buildRequest(variant.mode);
  for (;;) {
    try {
      const reply = await ask(port, request.bytes);
      checkReply(variant.mode, request.openId, reply, variant);
      return;
    } catch (error) {
      if (error.code !== "ECONNREFUSED") throw error;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error("it ended at once");
      if (Date.now() > deadline) throw new Error(`not listening after ${START_TIMEOUT_MS} ms`);
    }
    await pause(1);
  }
}

/** Whether a request signed with another token gets an answer: such a server does less work. */
export async function answersForged({ variant, port }) {
  const request = buildRequest(variant.mode, { forged: true });
  const reply = await ask(port, request.bytes);
  return reply.status === 200 && /<xml>/.test(reply.body);
}

export async function stop({ child, ended }) {
  // SIGKILL, for nobody waits for these answers and a graceful end would take seconds.
  child.kill("SIGKILL");
  await ended;
}

/** Seconds of processor time of a process so far, all its threads together. */
export function processorSeconds(pid) {
  try {
    // /proc/PID/stat counts in ticks of 10 ms, too coarse for a round; this file in nanoseconds.
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ", 1)[0]),
    );
    return nanoseconds.reduce((sum, value) => sum + value, 0) / 1e9;
  } catch {
    return Number.NaN; // not on this system
  }
}

/** Resident memory of a process in MB. */
export function residentMegabytes(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
