/**
 * The open connections of a server, with data that Node's own list does not have.
 *
 * No client can hold one for long. Node closes connections that are too slow in sending; this file closes,
 * once a second, those that do not take their answers, or stay open after they were ended. It checks all of
 * them at once, since a timer for each would cost every delivery. If too many have sent no request, the oldest
 * of them is closed; if all places are taken, the oldest that waits for no answer. Connections that wait for
 * an answer are left alone.
 *
 * The list is also needed to stop without waiting for silent clients, to send `Connection: close` with the
 * last answers, and to keep the order of answers when invalid HTTP follows a request.
 *
 * @module
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../log.ts";
import { currentTurn, restForTurn } from "./turns.ts";

/**
 * How many requests of one connection may wait for answers, and how many may come in one turn of the
 * event loop, answered or not. WeChat and nginx send one at a time.
 */
export const MOST_WAITING_REQUESTS = 4;

/**
 * How many connections may have asked nothing yet, half a head and a handshake included, and how many
 * may wait for no answer of ours, those among them. An honest one has asked in less than a second.
 * With TLS each takes some 110 KiB from its handshake on.
 */
export const MOST_IDLE: Readonly<Record<"plain" | "tls", Crowd>> = {
  plain: { silent: 2000, idle: 3000 },
  tls: { silent: 400, idle: 500 },
};

interface Crowd {
  readonly silent: number;
  readonly idle: number;
}

/** From this one on in a turn the connection rests until the next. */
const RESTING_REQUEST = 2;

/** After how many looks in which a peer took none of the bytes that wait for it, it is cut off. */
export const MOST_LOOKS_WITHOUT_PROGRESS = 10;

/** After how many looks a connection that was ended is cut off, though its peer does not close it. */
export const MOST_LOOKS_AFTER_END = 5;

/** How long a connection that was made just before the end may take to ask something. */
const LAST_QUESTION_MS = 500;

/** What a list of connections is made from. */
export interface ConnectionsOptions {
  readonly tls: boolean;
  readonly maxConnections: number;
  readonly lookEveryMs: number;
  readonly log?: Log | undefined;
}

/** What is known of a connection. */
interface Held {
  /** Those not written yet, in their order; the last one stays until the next request comes. */
  readonly responses: ServerResponse[];
  /** The turn of its latest request, and how many it has sent in that. */
  turn: number;
  inTurn: number;
  /** Bytes that the system has taken, as of the latest look. */
  taken: number;
  /** For how many looks in a row the peer has been waited for. */
  looks: number;
}

/** The connections of one server. */
export class Connections {
  /** In the order in which they came. With TLS those whose handshake is done. */
  readonly #held = new Map<Socket, Held>();
  /** Those of them that have asked nothing yet, and those in a handshake; the oldest is first. */
  readonly #silent = new Set<Socket>();
  /** By peer address, since a TLS socket does not tell which socket it came from. */
  readonly #handshaking = new Map<string, Socket>();
  readonly #options: ConnectionsOptions;
  readonly #most: Crowd;
  #wasFull = false;

  constructor(server: Server, options: ConnectionsOptions) {
    this.#options = options;
    const { silent, idle } = MOST_IDLE[options.tls ? "tls" : "plain"];
    this.#most = { silent: Math.min(silent, Math.ceil(options.maxConnections / 2)), idle };
    server.on("connection", (socket: Socket) => {
      if (options.tls) this.#addHandshaking(socket);
      else this.#add(socket);
      this.#makeRoom(socket);
    });
    server.on("secureConnection", (socket: Socket) => {
      this.#endHandshake(peerOf(socket));
      this.#add(socket);
    });
    const timer = setInterval(() => this.look(), options.lookEveryMs);
    timer.unref();
    server.once("close", () => clearInterval(timer));
  }

  /**
   * Notes a request.
   *
   * @returns `false` when it must not be answered: more requests wait on its connection, or came in
   *   one turn, than may, and the connection was ended
   */
  heard(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request;
    const held = this.#held.get(socket);
    if (held === undefined) return false; // What followed in the packet that ended it.
    this.#silent.delete(socket);
    const { responses } = held;
    while (responses[0]?.writableFinished) responses.shift();
    responses.push(response);
    if (Math.max(responses.length, countInTurn(socket, held)) <= MOST_WAITING_REQUESTS) return true;
    this.#refusePipeline(socket);
    return false;
  }

  /** Runs `then` when all complete requests of the connection are answered. */
  whenAnswered(socket: Socket, then: () => void): void {
    const response = this.#held.get(socket)?.responses.at(-1);
    if (response !== undefined && isUnanswered(response)) response.once("close", then);
    else then();
  }

  /** The answers in the making, and those to requests that are still coming. */
  unanswered(isMeant: (request: IncomingMessage) => boolean): ServerResponse[] {
    const all = [...this.#held.values()].flatMap(({ responses }) => responses);
    return all.filter((each) => !each.writableFinished && !each.closed && isMeant(each.req));
  }

  /** Closes the connections whose time is over. Called once a second. */
  look(): void {
    for (const [socket, held] of this.#held) {
      const taken = socket.bytesWritten - socket.writableLength;
      const isStalled = socket.writableLength > 0 && taken === held.taken;
      held.looks = socket.writableEnded || isStalled ? held.looks + 1 : 0;
      held.taken = taken;
      const most = socket.writableEnded ? MOST_LOOKS_AFTER_END : MOST_LOOKS_WITHOUT_PROGRESS;
      if (held.looks >= most) this.#cutOff(socket);
    }
  }

  /** Whether there are some that have asked nothing yet. */
  get maySoonAsk(): boolean {
    return this.#silent.size > 0;
  }

  /** Announces the end to those that wait for an answer, and ends, in a moment, what never spoke. */
  retire(): void {
    for (const { responses } of this.#held.values()) {
      const response = responses.at(-1);
      if (response?.headersSent === false) response.setHeader("Connection", "close");
    }
    const end = (): void => {
      for (const socket of this.#silent) socket.destroy();
    };
    // What has come by then is read first, however late this process is.
    if (this.#silent.size > 0) setTimeout(() => setImmediate(end), LAST_QUESTION_MS).unref();
  }

  /** Cuts off what `retire` has left. */
  destroy(): void {
    for (const socket of this.#held.keys()) socket.destroy();
  }

  #add(socket: Socket): void {
    this.#held.set(socket, { responses: [], turn: -1, inTurn: 0, taken: 0, looks: 0 });
    this.#silent.add(socket);
    socket.once("close", () => this.#forget(socket));
  }

  #addHandshaking(socket: Socket): void {
    const peer = peerOf(socket);
    this.#handshaking.set(peer, socket);
    this.#silent.add(socket);
    socket.once("close", () => {
      this.#silent.delete(socket);
      if (this.#handshaking.get(peer) === socket) this.#handshaking.delete(peer);
    });
  }

  #endHandshake(peer: string): void {
    const socket = this.#handshaking.get(peer);
    if (socket !== undefined) this.#silent.delete(socket);
    this.#handshaking.delete(peer);
  }

  #refusePipeline(socket: Socket): void {
    const message =
      `At most ${MOST_WAITING_REQUESTS} requests may come at once on a connection, got one more`;
    this.#options.log?.({ level: "warn", event: "refused", code: "HTTP_INVALID", message });
    this.#cutOff(socket);
  }

  /**
   * Cuts off one connection when there are too many. An honest one that has just come has asked
   * nothing yet, so those like it go first only when they are many; else it would be the oldest of a
   * few, and make room for the next one.
   */
  #makeRoom(newcomer: Socket): void {
    const { maxConnections } = this.#options;
    const { silent, idle } = this.#most;
    const all = this.#held.size + this.#handshaking.size;
    const areSilent = this.#silent.size > silent;
    if (all > maxConnections) this.#tell(`All ${maxConnections} connections are in use`);
    else if (areSilent) this.#tell(`${silent} connections have sent no request yet`);
    else if (all > idle && all - this.#countUnanswered() > idle) this.#tell(`${idle} connections are idle`);
    else return;
    const [oldest = newcomer] = this.#silent;
    this.#cutOff((areSilent ? undefined : this.#oldestIdle()) ?? oldest);
  }

  #tell(state: string): void {
    if (this.#wasFull) return;
    this.#wasFull = true;
    const message = `${state}: another one is closed for each new one (logged once)`;
    this.#options.log?.({ level: "warn", event: "notice", message });
  }

  /** How many connections wait for an answer. */
  #countUnanswered(): number {
    let count = 0;
    for (const { responses } of this.#held.values()) if (responses.some(isUnanswered)) count += 1;
    return count;
  }

  /** The oldest connection that has sent a request and waits for no answer. */
  #oldestIdle(): Socket | undefined {
    for (const [socket, { responses }] of this.#held) {
      if (responses.length > 0 && !responses.some(isUnanswered)) return socket;
    }
    return undefined;
  }

  /** Takes it off the list at once, and not when it is closed, so that its place is free. */
  #cutOff(socket: Socket): void {
    this.#handshaking.delete(peerOf(socket));
    this.#forget(socket);
    socket.destroy();
  }

  #forget(socket: Socket): void {
    this.#held.delete(socket);
    this.#silent.delete(socket);
  }
}

/**
 * How many requests have come in this turn. A client that waits for each answer sends one per turn. If more
 * than a thousand sockets are ready, a turn has several rounds, and such a client could be counted again in
 * each; therefore the second request pauses the connection, and only requests in one packet count further.
 */
function countInTurn(socket: Socket, held: Held): number {
  const turn = currentTurn();
  held.inTurn = held.turn === turn ? held.inTurn + 1 : 1;
  held.turn = turn;
  if (held.inTurn === RESTING_REQUEST) restForTurn(socket);
  return held.inTurn;
}

/** Whether a complete request waits for its answer. */
function isUnanswered(response: ServerResponse): boolean {
  return !response.writableFinished && !response.destroyed && response.req.complete;
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
