/**
 * The runs in which somebody is still to get something, and how much they hold: each its message, and
 * when it is done its answer. What holds them is a handler that has not ended, or an answer that
 * waits for a delivery, so none can be dropped to make room; what can be is what has not begun.
 *
 * @module
 */
import type { Reply } from "../protocol/reply.ts";
import type { Run } from "./run.ts";

/** The most that open runs hold together; a handler of a minute allows some 300 messages a second. */
export const OPEN_BYTES: number = 64 * 1024 * 1024;

/** What a run costs beside its message: its context, its promises, its timer. */
const RUN_BYTES = 2048;

export class OpenRuns {
  readonly #runs = new Map<string, Run>();
  readonly #bytes = new Map<string, number>();
  bytes = 0;

  get(key: string): Run | undefined {
    return this.#runs.get(key);
  }

  /** Whether one more of so many code units may begin. One alone always may. */
  hasRoom(size: number): boolean {
    return this.bytes === 0 || this.bytes + weigh(size) <= OPEN_BYTES;
  }

  add(run: Run): void {
    this.delete(run);
    this.#runs.set(run.key, run);
    this.#weigh(run);
  }

  /** Counts its answer, when it is there. */
  noteAnswer(run: Run): void {
    if (this.#runs.get(run.key) === run) this.#weigh(run);
  }

  delete({ key }: Run): void {
    this.#runs.delete(key);
    this.bytes -= this.#bytes.get(key) ?? 0;
    this.#bytes.delete(key);
  }

  values(): Iterable<Run> {
    return this.#runs.values();
  }

  #weigh(run: Run): void {
    const bytes = weigh(run.size) + run.pieces.reduce((sum, piece) => sum + lengthOf(piece), 0) * 2;
    this.bytes += bytes - (this.#bytes.get(run.key) ?? 0);
    this.#bytes.set(run.key, bytes);
  }
}

/** V8 keeps a text in one byte a character or in two: two is never too little. */
function weigh(size: number): number {
  return RUN_BYTES + 2 * size;
}

function lengthOf(reply: Reply): number {
  return reply.MsgType === "text" ? reply.Content.length : RUN_BYTES;
}
