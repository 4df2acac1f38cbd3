/** Connections that have asked nothing yet, or wait for no answer, have bounds below that of all. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { type TestContext, describe, test } from "node:test";
import { Connections, MOST_IDLE } from "../../src/server/connections.ts";
import type { LogEntry } from "../../src/log.ts";

interface Scene {
  readonly log: readonly LogEntry[];
  /** A socket that was never opened comes; with TLS it is in its handshake. */
  come(): Socket;
  /** One comes, with TLS to the end of its handshake, and asks: for an answer of ours, or for none. */
  ask(waits: "waits" | "answered" | "unfinished"): Socket;
}

function scene(context: TestContext, tls: boolean, maxConnections = 10_000): Scene {
  const server = new EventEmitter() as Server;
  const log: LogEntry[] = [];
  const options = { tls, maxConnections, lookEveryMs: 1000 };
  const connections = new Connections(server, { ...options, log: (entry) => void log.push(entry) });
  context.after(() => void server.emit("close"));
  let count = 0;
  const socketFrom = (remotePort: number): Socket =>
    Object.defineProperty(new Socket(), "remotePort", { value: remotePort });
  const come = (): Socket => {
    count += 1;
    const socket = socketFrom(count);
    server.emit("connection", socket);
    return socket;
  };
  const ask: Scene["ask"] = (waits) => {
    let socket = come();
    if (tls) {
      socket = socketFrom(count);
      server.emit("secureConnection", socket);
    }
    const request = { socket, complete: waits !== "unfinished" } as IncomingMessage;
    const response = { req: request, writableFinished: waits === "answered", destroyed: false };
    assert.equal(connections.heard(request, response as ServerResponse), true);
    return socket;
  };
  return { log, come, ask };
}

const areClosed = (sockets: readonly Socket[]): Socket[] =>
  sockets.filter((socket) => socket.destroyed);

for (const [what, tls, most] of [
  ["have asked nothing", false, "2,000"],
  ["are in a handshake", true, "400"],
] as const) {
  describe(`Connections that ${what}`, () => {
    test(`are ${most} at most: for each one more the oldest is closed`, (context) => {
      const { come, log } = scene(context, tls);
      const sockets = Array.from({ length: MOST_IDLE[tls ? "tls" : "plain"].silent }, come);
      assert.deepEqual(areClosed(sockets), []);
      assert.equal(log.length, 0);
      const newer = [come(), come()];
      assert.deepEqual(areClosed([...sockets, ...newer]), sockets.slice(0, 2));
      const sentence = `${most.replace(",", "")} connections have sent no request yet: `;
      const said = String(log[0]?.message);
      assert.ok(said.startsWith(sentence) && said.endsWith("(logged once)"), said);
      assert.equal(log.length, 1);
    });

    test("are half of all at most where few are allowed", (context) => {
      const { come } = scene(context, tls, 8);
      const sockets = Array.from({ length: 6 }, come);
      assert.deepEqual(areClosed(sockets), sockets.slice(0, 2));
    });

    for (const others of ["answered", "unfinished"] as const) {
      test(`do not make room for others while connections are ${others}`, (context) => {
        const { come, ask } = scene(context, tls, 8);
        const held = Array.from({ length: 7 }, () => ask(others));
        const justCome = come();
        const newer = [come(), come()];
        assert.deepEqual(areClosed([justCome, ...newer, ...held]), held.slice(0, 2));
      });
    }

    test("make room, the oldest first, where all others wait for answers of ours", (context) => {
      const { come, ask } = scene(context, tls, 8);
      const waiting = Array.from({ length: 6 }, () => ask("waits"));
      const justCome = [come(), come()];
      const newest = come();
      assert.deepEqual(areClosed([...waiting, ...justCome, newest]), justCome.slice(0, 1));
    });
  });
}

for (const [over, tls, most] of [["plain", false, "3,000"], ["TLS", true, "500"]] as const) {
  describe(`Connections over ${over} that wait for no answer of ours`, () => {
    test(`are ${most} at most: for each one more the oldest is closed`, (context) => {
      const { ask, log } = scene(context, tls);
      const waiting = Array.from({ length: 20 }, () => ask("waits"));
      const count = MOST_IDLE[tls ? "tls" : "plain"].idle;
      const idle = Array.from({ length: count }, () => ask("answered"));
      assert.deepEqual(areClosed(idle), []);
      const newer = [ask("unfinished"), ask("answered")];
      assert.deepEqual(areClosed([...waiting, ...idle, ...newer]), idle.slice(0, 2));
      const said = String(log[0]?.message);
      assert.ok(said.startsWith(`${most.replace(",", "")} connections are idle: `), said);
    });
  });
}
