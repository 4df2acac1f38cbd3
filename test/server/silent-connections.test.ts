/** Connections that have asked nothing yet have a bound of their own, below that of all. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import { Socket } from "node:net";
import { describe, test } from "node:test";
import { Connections, MOST_SILENT_CONNECTIONS } from "../../src/server/connections.ts";
import type { LogEntry } from "../../src/log.ts";

/** A server to which sockets come that were never opened. */
function scene(tls: boolean): { come: () => Socket; log: LogEntry[]; close: () => void } {
  const server = new EventEmitter();
  const log: LogEntry[] = [];
  const options = { tls, maxConnections: 10_000, lookEveryMs: 1000 };
  new Connections(server as Server, { ...options, log: (entry) => void log.push(entry) });
  let count = 0;
  const come = (): Socket => {
    const socket = new Socket();
    count += 1;
    Object.defineProperty(socket, "remotePort", { value: count });
    server.emit("connection", socket);
    return socket;
  };
  return { come, log, close: () => void server.emit("close") };
}

for (const [what, tls, most] of [
  ["have asked nothing", false, "2,000"],
  ["are in a handshake", true, "1,000"],
] as const) {
  describe(`Connections that ${what}`, () => {
    test(`are ${most} at most: for each one more the oldest is closed`, () => {
      const { come, log, close } = scene(tls);
      const sockets = Array.from({ length: MOST_SILENT_CONNECTIONS[tls ? "tls" : "plain"] }, come);
      assert.equal(sockets.some((socket) => socket.destroyed), false);
      assert.equal(log.length, 0);
      const newer = [come(), come()];
      close();
      assert.deepEqual(sockets.filter((socket) => socket.destroyed), sockets.slice(0, 2));
      assert.equal(newer.some((socket) => socket.destroyed), false);
      const sentence = `${most.replace(",", "")} connections have asked nothing yet: `;
      const said = String(log[0]?.message);
      assert.ok(said.startsWith(sentence) && said.endsWith("(said once)"), said);
      assert.equal(log.length, 1);
    });
  });
}
