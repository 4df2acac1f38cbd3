// One trial: one kind of hostile peers against one server, with an honest client beside them. The
// server and the peers are processes of their own, and end with the trial.

import { fork } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cpuSecondsOf, descriptorsOf, peakMemoryOf, waitedSecondsOf } from "./figures.mjs";
import { deliverOnce, Honest } from "./honest.mjs";
import { loaderFor } from "./options.mjs";

const RATE = 2000;
const OPENING_MS = 40_000;
const LOOK_MS = 100;
const WARM_UP = 20;
/** The peers stand for other machines: they must not take the processor from the server. */
const PEERS_NICE = 10;

/** @returns the figures of one row */
export async function runTrial(options, node, transport, kind) {
  const tls = transport === "tls";
  const server = await startServer(options, node, tls);
  const watch = new Watch(server.pid);
  const target = { port: server.port, tls };
  const honest = new Honest(target);
  try {
    await warmUp(target);
    await watch.takeBase();
    const cpuBefore = cpuSecondsOf(server.pid);
    const waitedBefore = waitedSecondsOf(server.pid);
    const startedAt = performance.now();
    honest.start();
    const attack = await runAttack(options, kind, target, watch);
    await honest.stop();
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      kind: kind.name,
      node: node.version,
      transport,
      tried: attack.tried,
      most: watch.most,
      left: attack.left,
      freeMs: attack.freeMs,
      peakBytes: peakMemoryOf(server.pid),
      cpuPercent: (100 * (cpuSecondsOf(server.pid) - cpuBefore)) / seconds,
      waitedPercent: (100 * (waitedSecondsOf(server.pid) - waitedBefore)) / seconds,
      slowestMs: honest.slowestMs,
      sent: honest.sent,
      missed: honest.missed,
      reasons: [...honest.reasons, ...server.reasons],
      ended: server.ended(),
    };
  } finally {
    watch.stop();
    server.stop();
  }
}

/** The first answers of a process take longer; they are not what is measured. */
async function warmUp(target) {
  const modes = Array.from({ length: WARM_UP }, (_, nth) => (nth % 2 === 0 ? "plain" : "safe"));
  await Promise.allSettled(modes.map((mode) => deliverOnce(target, mode)));
}

async function startServer({ server, library, limits, certificate }, node, tls) {
  const argument = JSON.stringify({
    certificate: tls ? certificate : undefined,
    limits: {
      headersTimeoutMs: limits.headers,
      requestTimeoutMs: limits.request,
      keepAliveTimeoutMs: limits.keepAlive,
      bodyTimeoutMs: limits.body,
    },
  });
  const child = fork(server, [argument], {
    execPath: node.path,
    execArgv: loaderFor(node, [server, library]),
    env: { ...process.env, LIBRARY: library },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const reasons = [];
  child.on("message", ({ ended }) => {
    if (ended !== undefined) reasons.push(`the server ended: ${ended.slice(0, 200)}`);
  });
  const exited = once(child, "exit").then(([status, signal]) => {
    throw new Error(`The server did not start (${status ?? signal})`);
  });
  exited.catch(() => {});
  const [{ port }] = await Promise.race([once(child, "message"), exited]);
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  return { pid: child.pid, port, reasons, ended, stop: () => child.kill("SIGKILL") };
}

/** Opens, holds for as long as the server may, stops opening, and waits until all are free. */
async function runAttack({ count, limits, freeMs, nobodyMs }, kind, target, watch) {
  const connections = kind.count?.(count) ?? count;
  if (connections === 0) {
    await sleep(nobodyMs);
    return { tried: 0, left: 0, freeMs: 0 };
  }
  const argument = { name: kind.name, ...target, count: connections, rate: kind.rate ?? RATE, limits };
  const program = fileURLToPath(new URL("attackers.mjs", import.meta.url));
  const peers = fork(program, [JSON.stringify(argument)]);
  setPriority(peers.pid, PEERS_NICE);
  let tried = 0;
  peers.on("message", (message) => ({ tried } = message));
  const openedBy = performance.now() + OPENING_MS;
  while (tried < connections && performance.now() < openedBy) await sleep(LOOK_MS);
  await sleep(kind.once ? LOOK_MS : kind.limitMs + limits.headers / 5);
  if (peers.exitCode !== null) throw new Error(`The peers of ${kind.name} ended by themselves`);
  peers.send("stop");
  await sleep(2 * LOOK_MS);
  const stoppedAt = performance.now();
  const limitAt = stoppedAt + kind.limitMs;
  let left = watch.held();
  while (left > 0 && performance.now() < limitAt + freeMs) {
    await sleep(LOOK_MS);
    left = await watch.heldBySomebody();
  }
  peers.kill("SIGKILL");
  return { tried, left, freeMs: Math.max(0, performance.now() - limitAt) };
}

/** Looks again and again at how many connections the server holds. */
class Watch {
  most = 0;
  #pid;
  #base = 0;
  #timer;

  constructor(pid) {
    this.#pid = pid;
  }

  async takeBase() {
    await sleep(3 * LOOK_MS);
    this.#base = descriptorsOf(this.#pid);
    this.#timer = setInterval(() => {
      this.most = Math.max(this.most, this.held());
    }, LOOK_MS);
  }

  held() {
    return Math.max(0, descriptorsOf(this.#pid) - this.#base);
  }

  /** The honest client has a connection now and then; nobody has one all the time. */
  async heldBySomebody() {
    let least = this.held();
    for (let looks = 0; looks < 4 && least > 0 && least <= 4; looks += 1) {
      await sleep(LOOK_MS / 3);
      least = Math.min(least, this.held());
    }
    return least;
  }

  stop() {
    clearInterval(this.#timer);
  }
}
