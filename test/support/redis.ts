/**
 * A real Redis for one test, on a free port, ended in any case. What tests tell it apart from the
 * store's own commands goes over `redis-cli`'s protocol in its inline form, written here by hand.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { freePort } from "./free-port.ts";

export interface RunningRedis {
  readonly port: number;
  readonly url: string;
  /** Sends one line and gives back what comes, as it is on the wire. */
  tell(...lines: readonly string[]): Promise<string>;
  /** Ends the process; `start` brings an empty one up on the same port. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Stops it answering, while the kernel goes on accepting connections. */
  freeze(): void;
  thaw(): void;
}

export { freePort } from "./free-port.ts";

/** For `skip`: false when Redis is there. In CI it has to be. */
export function withoutRedis(): string | false {
  const { status } = spawnSync("redis-server", ["--version"], { stdio: "ignore" });
  if (status === 0) return false;
  if (process.env["CI"] === "true") throw new Error("CI needs redis-server: install redis-server");
  return "install redis-server to run this";
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** `port` is where it answers without TLS; more settings are those of redis-server. */
export async function startRedis(
  after: (end: () => Promise<void>) => void,
  settings: readonly string[] = [],
): Promise<RunningRedis> {
  const port = await freePort();
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const fixed = ["--bind", "127.0.0.1", "--port", String(port), "--dir", tmpdir()];
    const started = spawn(
      "redis-server",
      [...fixed, "--save", "", "--appendonly", "no", ...settings],
      { stdio: "ignore" },
    );
    child = started;
    running.add(started);
    for (let tries = 0; tries < 200; tries += 1) {
      if (started.exitCode !== null) throw new Error(`redis-server ended with ${started.exitCode}`);
      if (/PONG|NOAUTH/.test(await tell(port, ["PING"]).catch(() => ""))) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("redis-server does not answer");
  };

  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined) return;
    running.delete(ending);
    if (ending.exitCode !== null || ending.signalCode !== null) return;
    const exit = once(ending, "exit");
    ending.kill(signal);
    // A frozen process hears nothing but this.
    ending.kill("SIGCONT");
    await exit;
  };

  after(() => stop("SIGKILL"));
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    tell: (...lines) => tell(port, lines),
    stop,
    start,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
  };
}

/** The answers to all lines, which end with that to a PING of ours. */
async function tell(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("utf8");
  socket.write([...lines, "PING end-of-test-lines", ""].join("\r\n"));
  let answer = "";
  try {
    for await (const piece of socket) {
      answer += String(piece);
      if (/end-of-test-lines\r\n$|NOAUTH[^\n]*\n$/.test(answer)) break;
    }
  } finally {
    socket.destroy();
  }
  return answer.replace("$17\r\nend-of-test-lines\r\n", "");
}
