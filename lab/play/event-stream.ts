/**
 * Tells the pages what changes, as server-sent events: a stream that the browser opens again by
 * itself when it has broken off, and that begins with the whole state, so that nothing is missed.
 *
 * @module
 */
import type { ServerResponse } from "node:http";
import { SAFETY_HEADERS } from "./guard.ts";
import type { Playing } from "./play-state.ts";
import type { Change } from "./view.ts";

/** Browsers that have the page open; all windows of one share a stream. More are none of ours. */
const MOST_STREAMS = 20;

/** A comment from time to time shows the server that the page has gone. */
const HEARTBEAT_MS = 15_000;

/** A page that reads more slowly than this much waits is cut off; it will connect again. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

export class EventStreams {
  readonly #playing: Playing;
  readonly #streams = new Set<ServerResponse>();

  constructor(playing: Playing) {
    this.#playing = playing;
  }

  /** @returns false when there are too many already */
  open(response: ServerResponse): boolean {
    if (this.#streams.size >= MOST_STREAMS) return false;
    response.writeHead(200, {
      ...SAFETY_HEADERS,
      "Content-Type": "text/event-stream; charset=utf-8",
    });
    const send = (change: Change): void => {
      if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
      // JSON has no bare line feed, so an event is one line.
      else response.write(`data: ${JSON.stringify(change)}\n\n`);
    };
    response.write("retry: 1000\n\n");
    send({ change: "all", state: this.#playing.snapshot() });
    const stop = this.#playing.listen(send);
    const heartbeat = setInterval(() => response.write(":\n\n"), HEARTBEAT_MS);
    this.#streams.add(response);
    response.on("close", () => {
      stop();
      clearInterval(heartbeat);
      this.#streams.delete(response);
    });
    return true;
  }

  close(): void {
    for (const response of this.#streams) response.end();
  }
}
