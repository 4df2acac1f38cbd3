/**
 * Packets full of tiny chunks are discarded before they are parsed.
 *
 * Node parses everything that it has read, and cannot be stopped: 64 KiB with 11,000 chunks of a byte take
 * some 20 ms. If forty clients do so, WeChat's connection waits behind theirs for a second. So for a while
 * after such a body new connections are inspected packet by packet. That makes Node read them in a slower way,
 * and therefore is not done all the time.
 *
 * @module
 */
import type { Socket } from "node:net";
import { EchostrError } from "../errors.ts";
import { isCutTooSmall } from "./body.ts";

const WATCHED_MS = 10_000;
let watchedUntil = 0;

/** Notes that a body came in too small chunks. */
export function noteTinyChunks(): void {
  watchedUntil = performance.now() + WATCHED_MS;
}

/**
 * Looks at the packets of a new connection, while it is needed.
 *
 * @param refuse called with `BODY_PIECES` when one is full of tiny chunks, of which nothing is parsed
 */
export function watchPackets(socket: Socket, refuse: (error: EchostrError) => void): void {
  if (performance.now() > watchedUntil) return;
  // A listener of the socket gets its bytes before Node's parser does.
  socket.prependListener("data", (packet: Buffer) => {
    const pieces = countLines(packet) / LINES_PER_CHUNK;
    if (!isCutTooSmall(pieces, packet.length)) return;
    noteTinyChunks();
    packet.fill(0); // The parser takes offence at once.
    const got = `${pieces} in a packet of ${packet.length} B`;
    refuse(new EchostrError("BODY_PIECES", `Body must come in chunks of more bytes, got ${got}`));
  });
}

/** The line of its length, and the end of the line of its bytes. */
const LINES_PER_CHUNK = 2;

const LINE_FEED = 10;

function countLines(packet: Buffer): number {
  let count = 0;
  for (let at = 0; at < packet.length; at += 1) if (packet[at] === LINE_FEED) count += 1;
  return count;
}
