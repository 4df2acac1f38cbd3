/**
 * The open connections of a server: what Node's own list does not tell. It is needed to stop
 * without waiting for clients that never spoke, to tell the last clients that this was the last
 * answer, and to keep the order of answers when something that is not HTTP follows a request.
 *
 * @module
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The connections of one server, each with the latest request's response. */
export class Connections {
  /** `undefined` until the first request. */
  readonly #latest = new Map<Socket, ServerResponse | undefined>();
  /** By peer address, since a TLS socket does not tell which socket it came from. */
  readonly #handshaking = new Map<string, Socket>();

  constructor(server: Server, tls: boolean) {
    server.on("connection", (socket: Socket) => {
      if (tls) this.#addHandshaking(socket);
      else this.#add(socket);
    });
    server.on("secureConnection", (socket: Socket) => {
      this.#handshaking.delete(peerOf(socket));
      this.#add(socket);
    });
  }

  /** Notes a request. */
  heard(request: IncomingMessage, response: ServerResponse): void {
    this.#latest.set(request.socket, response);
  }

  /** Runs `then` when the connection owes no answer, but for one to a request that broke off. */
  whenAnswered(socket: Socket, then: () => void): void {
    const response = this.#latest.get(socket);
    const owed = response !== undefined && !response.writableFinished && response.req.complete;
    if (owed && !response.destroyed) response.once("close", then);
    else then();
  }

  /** Ends what never spoke, and announces the end to those that wait for an answer. */
  retire(): void {
    for (const socket of this.#handshaking.values()) socket.destroy();
    for (const [socket, response] of this.#latest) {
      if (response === undefined) socket.destroy();
      else if (!response.headersSent) response.setHeader("Connection", "close");
    }
  }

  #add(socket: Socket): void {
    this.#latest.set(socket, undefined);
    socket.once("close", () => this.#latest.delete(socket));
  }

  #addHandshaking(socket: Socket): void {
    const peer = peerOf(socket);
    this.#handshaking.set(peer, socket);
    socket.once("close", () => {
      if (this.#handshaking.get(peer) === socket) this.#handshaking.delete(peer);
    });
  }
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ""} ${socket.remotePort ?? ""}`;
}
