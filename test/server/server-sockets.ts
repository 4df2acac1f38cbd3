/** The server's side of connections, which a client cannot see: whether they are gone. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type Socket, connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TestContext } from "node:test";
import { until } from "../support/http.ts";
import { CERTIFICATE } from "./serving.ts";

/** Collects the sockets that servers of this process accept while a test runs. */
export function acceptedSockets(context: TestContext): readonly Socket[] {
  const sockets: Socket[] = [];
  const note = (message: unknown): void => {
    sockets.push((message as { socket: Socket }).socket);
  };
  subscribe("net.server.socket", note);
  context.after(() => unsubscribe("net.server.socket", note));
  return sockets;
}

export async function areGone(sockets: readonly Socket[]): Promise<void> {
  await until("the server to let go of its connections", () =>
    sockets.length > 0 && sockets.every((socket) => socket.destroyed));
}

/** A client that never reads, never closes, and does not mind that the server does. */
export async function openHolding(
  context: TestContext,
  port: number,
  { tls }: { tls: boolean },
): Promise<Socket> {
  const at = { host: "127.0.0.1", port, allowHalfOpen: true };
  const socket = tls
    ? connectTls({ ...at, ca: CERTIFICATE.cert, servername: "localhost" })
    : connect(at);
  socket.on("error", () => {});
  socket.pause();
  context.after(() => socket.destroy());
  // On a busy machine the server may let go before the handshake is over.
  await new Promise((resolve) => {
    socket.once(tls ? "secureConnect" : "connect", resolve).once("close", resolve);
  });
  return socket;
}
