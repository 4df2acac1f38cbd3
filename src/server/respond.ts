/**
 * Writes answers with node:http.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isCutTooSmall } from "./body-collector.ts";
import { hasBody } from "./read-body.ts";
import { sentenceOf } from "./status.ts";

export const TEXT_TYPE = "text/plain; charset=utf-8";
export const XML_TYPE = "text/xml; charset=utf-8";

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

/**
 * Sends a whole answer: head and body in one write, headers as a flat list, which costs less than
 * an object.
 */
export function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent || response.destroyed) return;
  const length = String(Buffer.byteLength(body));
  const headers = ["Content-Type", type, "Content-Length", length];
  // An echo holds what a stranger wrote: no browser may take it for a page.
  if (type === TEXT_TYPE) headers.push("X-Content-Type-Options", "nosniff");
  response.writeHead(status, headers);
  response.end(body);
}

/**
 * Refuses a request whose body has not been read (to its end). The rest is drained for a moment,
 * since a client that is still writing would see a reset connection instead of the answer; then
 * the connection is closed.
 */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: readonly string[] = [],
): void {
  if (response.headersSent || response.destroyed) return;
  const body = sentenceOf(status);
  response.writeHead(status, [
    "Content-Type",
    TEXT_TYPE,
    "Content-Length",
    String(Buffer.byteLength(body)),
    ...(request.complete ? [] : ["Connection", "close"]),
    ...headers,
  ]);
  if (request.complete || draining >= MOST_DRAINED) {
    response.end(body);
    return;
  }
  // Node closes the connection when the answer has its end: it gets that when the client has.
  response.write(body);
  drain(request, () => response.end());
}

/** Drains the body of a GET or HEAD, which means nothing. To be called before it is answered. */
export function ignoreBody(request: IncomingMessage): void {
  if (hasBody(request)) drain(request, () => {});
}

function drain(request: IncomingMessage, done: () => void): void {
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
    if (drained > DRAIN_LIMIT_BYTES || isCutTooSmall(pieces, drained)) {
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
