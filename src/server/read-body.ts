/**
 * Reads the body of a node:http request: all of it, at most so large, at most so long.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import { EchostrError } from "../errors.ts";
import { bodyTooLarge, bodyTooSlow, checkEncoding } from "./refusals.ts";

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

/** Bounds of a body. */
export interface BodyLimits {
  readonly bodyLimitBytes: number;
  readonly bodyTimeoutMs: number;
}

/** Receives the body, or the error that there is none. Called once. */
export type BodyCallback = (error: EchostrError | undefined, body: Uint8Array | string) => void;

/**
 * Refuses by its head a body that need not be read.
 *
 * @throws EchostrError `BODY_COMPRESSED`, `BODY_TOO_LARGE`
 */
export function checkBodyHead(request: IncomingMessage, limitBytes: number): void {
  checkEncoding(headerOf(request, "content-encoding"));
  // A length that is not a number does not get past Node's parser.
  const length = headerOf(request, "content-length");
  if (length !== undefined && Number(length) > limitBytes) throw bodyTooLarge(limitBytes, length);
}

/**
 * One header. `request.headers` would make an object of all of them; only where a host made up the
 * request and gave no raw ones is it asked.
 *
 * @param name in lower case
 */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const { rawHeaders } = request;
  if (rawHeaders === undefined || rawHeaders.length === 0) return request.headers[name]?.toString();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index];
    if (raw?.length === name.length && raw.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}

/** Hands over the body that a framework has read already, or reads it. */
export function readBody(
  request: FrameworkRequest,
  limits: BodyLimits,
  callback: BodyCallback,
): void {
  const parsed = bodyOfFramework(request);
  if (parsed !== undefined) {
    const size = Buffer.byteLength(parsed);
    if (size <= limits.bodyLimitBytes) callback(undefined, parsed);
    else callback(bodyTooLarge(limits.bodyLimitBytes, String(size)), "");
  } else if (request.readableDidRead || request.readableEnded) {
    callback(alreadyRead(request), "");
  } else {
    readStream(request, limits, callback);
  }
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

function readStream(request: IncomingMessage, limits: BodyLimits, callback: BodyCallback): void {
  let chunks: Buffer[] | undefined;
  let first: Buffer | undefined;
  let size = 0;
  let done = false;

  let timer: NodeJS.Timeout | undefined;
  // Nearly every body comes in one packet with its head, and is there when this task ends: only the
  // others need a timer.
  queueMicrotask(() => {
    if (request.complete || done) return;
    timer = setTimeout(() => {
      finish(bodyTooSlow(limits.bodyTimeoutMs, size));
    }, limits.bodyTimeoutMs);
  });

  function finish(error?: EchostrError): void {
    if (done) return;
    done = true;
    if (timer !== undefined) clearTimeout(timer);
    if (error !== undefined) callback(error, "");
    else callback(undefined, chunks === undefined ? (first ?? "") : Buffer.concat(chunks, size));
  }

  request.on("data", (chunk: Buffer) => {
    if (done) return;
    size += chunk.length;
    if (size > limits.bodyLimitBytes) {
      finish(bodyTooLarge(limits.bodyLimitBytes, `${size} so far`));
    } else if (first === undefined) {
      first = chunk; // Nearly every body is one chunk, which then need not be copied.
    } else {
      chunks ??= [first];
      chunks.push(chunk);
    }
  });
  request.on("end", () => finish());
  request.on("error", (cause) => {
    finish(new EchostrError("BODY_ABORTED", "Body could not be read", { cause }));
  });
}
