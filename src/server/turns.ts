/**
 * Turns of the event loop, so that one connection does not use up a turn alone.
 *
 * In a turn libuv reads up to 32 times 64 KiB from each socket, but accepts only one connection. What
 * forty peers pour would keep WeChat's connection waiting for many seconds. A socket that rests is
 * not read again before all others have had their turn.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";

let turn = 0;
let isWatching = false;
const resting = new Set<Socket>();
const kept = new WeakSet<Socket>();

/** A number that is another one in each turn. */
export function currentTurn(): number {
  if (!isWatching) {
    isWatching = true;
    setImmediate(endTurn);
  }
  return turn;
}

/** Reads no more from the socket in this turn. What was read already still comes. */
export function restForTurn(socket: Socket): void {
  currentTurn();
  resting.add(socket);
  if (!kept.has(socket)) {
    kept.add(socket);
    // Node resumes the socket when a request or its body is over, and when its buffer has room.
    socket.on("resume", () => {
      if (resting.has(socket)) socket.pause();
    });
  }
  socket.pause();
}

/** The same for a request, of which some hosts have none from a socket of their own. */
export function restRequest({ socket, httpVersionMajor }: IncomingMessage): void {
  // HTTP/2 has many requests on a socket, and forbids to pause it.
  if (httpVersionMajor === 1 && socket instanceof Socket) restForTurn(socket);
}

function endTurn(): void {
  isWatching = false;
  turn += 1;
  const rested = [...resting];
  resting.clear();
  for (const socket of rested) socket.resume();
}
