/**
 * Turns of the event loop, so that one connection does not use up a turn alone.
 *
 * In a turn libuv reads up to 32 times 64 KiB from each socket, but accepts only one connection. Forty clients
 * sending at full speed would keep WeChat's connection waiting for many seconds. A socket that rests is not
 * read again before all others have had their turn. Those with bodies in many chunks wait in a queue, and one
 * of them is read per turn: without other work turns are short.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

let turn = 0;
let isWatching = false;
/** They go on in the next turn, all of them. */
const resting = new Set<Socket>();
/** They go on one after the other. */
const line = new Set<Socket>();
const kept = new WeakSet<Socket>();

/** A number that is another one in each turn. */
export function currentTurn(): number {
  if (!isWatching) {
    isWatching = true;
    setImmediate(endTurn);
  }
  return turn;
}

/** Stops reading from the socket for this turn. Data that was read before is still delivered. */
export function restForTurn(socket: Socket): void {
  rest(socket, resting);
}

/**
 * Reads no more of a body before it has its turn. Some hosts have requests without a socket of their
 * own; those do not rest.
 */
export function standInLine({ socket, httpVersionMajor }: IncomingMessage): void {
  // HTTP/2 has many requests on a socket, and forbids to pause it.
  if (httpVersionMajor === 1 && typeof socket?.pause === "function") rest(socket, line);
}

function rest(socket: Socket, among: Set<Socket>): void {
  currentTurn();
  among.add(socket);
  if (!kept.has(socket)) {
    kept.add(socket);
    // Node resumes the socket when a request or its body is over, and when its buffer has room.
    socket.on("resume", () => {
      if (resting.has(socket) || line.has(socket)) socket.pause();
    });
  }
  socket.pause();
}

function endTurn(): void {
  isWatching = false;
  turn += 1;
  const rested = [...resting, ...nextInLine()];
  resting.clear();
  for (const socket of rested) socket.resume();
  if (line.size > 0) currentTurn();
}

function nextInLine(): Socket[] {
  for (const socket of line) {
    line.delete(socket);
    if (!socket.destroyed) return [socket];
  }
  return [];
}
