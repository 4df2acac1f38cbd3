/**
 * Reads the body of a node:http request: all of it, and for at most so long.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import { EchostrError } from "../errors.ts";
import type { BodyCollector } from "./body.ts";
import type { BodyCallback } from "./exchange.ts";
import { standInLine } from "./turns.ts";

/** Nearly every body is one piece. One of many lets others have a turn after so many. */
const PIECES_BEFORE_REST = 4;

/** A request as frameworks hand it on, with what they may have put there. */
export interface FrameworkRequest extends IncomingMessage {
  /** What a body parser made of the body. */
  body?: unknown;
  /** The untouched body, which some cloud functions keep. */
  rawBody?: unknown;
  /** The path before a router cut its mount point off. */
  originalUrl?: string;
  /** The mount point, in Express. */
  baseUrl?: string;
  /** Set in Express when a route with a path of its own matched. */
  route?: unknown;
}

/** Hands over the body that a framework has read already, or reads it. */
export function readBody(
  request: FrameworkRequest,
  collector: BodyCollector,
  timeoutMs: number,
  callback: BodyCallback,
): void {
  const parsed = bodyOfFramework(request);
  if (parsed !== undefined) handOver(parsed, collector, callback);
  else if (request.readableDidRead || request.readableEnded) callback(alreadyRead(request), "");
  else readStream(request, collector, timeoutMs, callback);
}

function handOver(
  parsed: string | Uint8Array,
  collector: BodyCollector,
  callback: BodyCallback,
): void {
  try {
    collector.addRead(Buffer.byteLength(parsed));
  } catch (error) {
    callback(error, "");
    return;
  }
  callback(undefined, parsed);
}

/** The raw body, when a framework kept it: a text or bytes, never what it was parsed into. */
function bodyOfFramework(request: FrameworkRequest): string | Uint8Array | undefined {
  for (const body of [request.rawBody, request.body]) {
    if (typeof body === "string" || body instanceof Uint8Array) return body;
  }
  return undefined;
}

function alreadyRead(request: FrameworkRequest): EchostrError {
  const found = request.body === undefined ? "nothing" : `${typeof request.body} data`;
  return new EchostrError(
    "BODY_PARSED",
    `Body must be untouched, but a body parser has read it and left ${found} in request.body: ` +
      'mount the bot before the body parser, or use express.raw({ type: "*/*" }) on its path',
  );
}

function readStream(
  request: IncomingMessage,
  collector: BodyCollector,
  timeoutMs: number,
  callback: BodyCallback,
): void {
  let done = false;
  let pieces = 0;
  let timer: NodeJS.Timeout | undefined;
  // Nearly every body comes in one packet with its head, and is there when this task ends: only the
  // others need a timer.
  queueMicrotask(() => {
    if (request.complete || done) return;
    timer = setTimeout(() => {
      finish(collector.tooSlow(timeoutMs));
    }, timeoutMs);
  });

  function finish(error?: unknown): void {
    if (done) return;
    done = true;
    if (timer !== undefined) clearTimeout(timer);
    if (error === undefined) {
      callback(undefined, collector.bytes);
    } else {
      collector.release();
      callback(error, "");
    }
  }

  request.on("data", (piece: Buffer) => {
    pieces += 1;
    if (pieces % PIECES_BEFORE_REST === 0) standInLine(request);
    if (done) return;
    try {
      collector.add(piece);
    } catch (error) {
      finish(error);
    }
  });
  request.on("end", () => finish());
  request.on("error", (cause) => {
    finish(new EchostrError("BODY_ABORTED", "Body could not be read", { cause }));
  });
}
