/**
 * Drains the bodies of refused requests, so that their clients see the answer.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import { isCutTooSmall } from "./body.ts";
import { noteTinyChunks } from "./packets.ts";

/** What may be done with a request that is refused before its body was read. */
const DRAIN_LIMIT_BYTES = 4 * 1024 * 1024;
const DRAIN_TIMEOUT_MS = 500;

/**
 * Draining is a courtesy. Connections are accepted one a turn, so bodies that are drained at full
 * speed keep WeChat's waiting: each rests after so many bytes, and where many are being drained in
 * this process the next ones are cut off behind their answer.
 */
const DRAIN_STEP_BYTES = 64 * 1024;
const DRAIN_REST_MS = 10;
const MOST_DRAINED = 16;
let draining = 0;

/** Whether so many are being drained that the next one is cut off. */
export function isDrainingEnough(): boolean {
  return draining >= MOST_DRAINED;
}

/** Reads the rest of a body and discards it, for a while. */
export function drain(request: IncomingMessage, done: () => void): void {
  let drained = 0;
  let pieces = 0;
  let untilRest = DRAIN_STEP_BYTES;
  draining += 1;
  const timer = setTimeout(giveUp, DRAIN_TIMEOUT_MS);
  timer.unref();
  let isOver = false;
  function finish(): void {
    if (isOver) return;
    isOver = true;
    draining -= 1;
    clearTimeout(timer);
    done();
  }
  function giveUp(): void {
    finish();
    request.destroy();
  }
  request.on("data", (chunk: Buffer) => {
    drained += chunk.length;
    pieces += 1;
    const isTiny = isCutTooSmall(pieces, drained);
    if (isTiny) noteTinyChunks();
    if (isTiny || drained > DRAIN_LIMIT_BYTES) {
      giveUp();
    } else if (drained > untilRest) {
      untilRest = drained + DRAIN_STEP_BYTES;
      request.pause();
      setTimeout(() => request.resume(), DRAIN_REST_MS).unref();
    }
  });
  request.on("end", finish);
  request.on("close", finish);
  request.on("error", () => {}); // The client went away, which is what we wanted too.
  request.resume();
}
