/**
 * The rim of node:http, and of what is built on it: Express, Connect, NestJS.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HeaderReader } from "../admit.ts";
import { EchostrError, kindOf, settingInvalid } from "../errors.ts";
import { isCutTooSmall, UNSIGNED_BODY_BYTES } from "./body.ts";
import type { BodyCollector } from "./body.ts";
import { drain, isDrainingEnough } from "./drain.ts";
import { NOT_OURS } from "./exchange.ts";
import type { BodyCallback, Exchange, HostAnswer, HostRequest } from "./exchange.ts";
import { noteTinyChunks } from "./packets.ts";
import { standInLine } from "./turns.ts";

/** Nearly every body is one piece. One of many lets others have a turn after so many. */
const PIECES_BEFORE_REST = 4;

/** A request as frameworks hand it on, with what they may have put there. */
interface FrameworkRequest extends IncomingMessage {
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

/** `(request, response, next?)`, as node:http, Connect and Express call it. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** Makes the handler of a bot. */
export function createNodeHandler(exchange: Exchange): NodeHandler {
  return (request, response, next) => {
    requireNodes(request, response);
    exchange(new NodeRequest(request, response), (answer) => {
      if (answer !== NOT_OURS || next === undefined) return send(request, response, answer);
      next();
      return undefined;
    });
  };
}

/** Hosts that speak fetch hand over a `Request`, and no response. */
function requireNodes(request: unknown, response: unknown): void {
  if (typeof (response as Partial<ServerResponse> | null | undefined)?.writeHead === "function") return;
  const got = typeof (request as Partial<Request> | null | undefined)?.headers?.get === "function"
    ? "a Request: bot.fetch takes those"
    : kindOf(response);
  const message = `bot.handler must be called with a request and a response of a Node server, got ${got}`;
  throw settingInvalid(message);
}

/** A request as the exchange sees it. A class, since an object with functions costs more. */
class NodeRequest implements HostRequest, HeaderReader {
  readonly #request: FrameworkRequest;
  readonly #response: ServerResponse;
  readonly method: string | undefined;
  readonly target: string;
  readonly originalTarget: string | undefined;
  readonly isRouted: boolean;
  readonly headers: HeaderReader = this;

  constructor(request: FrameworkRequest, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
    this.method = request.method;
    this.target = request.url ?? "/";
    this.originalTarget = request.originalUrl;
    this.isRouted = request.route !== undefined;
  }

  get(name: string): string | undefined {
    return headerOf(this.#request, name);
  }

  readBody(collector: BodyCollector, timeoutMs: number, done: BodyCallback): void {
    if (waiting.delete(this.#request)) this.#response.writeContinue();
    readBody(this.#request, collector, timeoutMs, (error, body) => {
      if (collector.size > UNSIGNED_BODY_BYTES) closeAfter(this.#response);
      done(error, body);
    });
  }

  /** To be called before the request is answered. */
  ignoreBody(): void {
    ignoreBody(this.#request);
  }

  onClose(left: () => void): void {
    if (this.#response.closed) left();
    else this.#response.once("close", left);
  }
}

/** WeChat's bodies are small. Who sends large ones has no connection kept for the next one. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

/**
 * One header. `request.headers` would make an object of all of them; only where a host made up the
 * request and gave no raw ones is it asked.
 *
 * @param name in lower case
 */
function headerOf(request: IncomingMessage, name: string): string | undefined {
  const { rawHeaders } = request;
  if (rawHeaders === undefined || rawHeaders.length === 0) return request.headers[name]?.toString();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index];
    if (raw?.length === name.length && raw.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}

/**
 * Requests with `Expect: 100-continue`: a client asks before it sends its body. Node's servers say yes
 * at once, unless somebody listens for the question. Our server listens, so that a body that is too
 * large is refused before it is sent; the word is then ours to say.
 */
const waiting = new WeakSet<IncomingMessage>();

/** Notes that the client waits for the word. */
export function markWaiting(request: IncomingMessage): void {
  waiting.add(request);
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
  // Somebody else listens to its pieces, or has changed what they are.
  else if (request.readableFlowing !== null || request.readableEncoding !== null) {
    readStream(request, collector, timeoutMs, callback);
  } else process.nextTick(readWhatCame, request, collector, timeoutMs, callback);
}

/**
 * Reads a body when its packet has been parsed: nearly every one has come with its head, and needs neither
 * listeners nor a timer, which cost more than the reading. Chunks are counted, and so they are listened to.
 */
function readWhatCame(
  request: IncomingMessage,
  collector: BodyCollector,
  timeoutMs: number,
  callback: BodyCallback,
): void {
  if (request.readableLength !== collector.announced) {
    readStream(request, collector, timeoutMs, callback);
    return;
  }
  try {
    const body = request.read() as Buffer | null;
    if (body !== null) collector.add(body);
  } catch (error) {
    callback(error, "");
    return;
  }
  request.resume(); // To its end, which may not have been parsed yet, though nothing follows.
  callback(undefined, collector.bytes);
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
    `Body must be unread, but a body parser has read it and left ${found} in request.body: ` +
      'mount the bot before the body parser, or use express.raw({ type: "*/*" }) on its path; ' +
      "in Fastify use app.register(bot.fastify)",
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
  const timer = setTimeout(() => finish(collector.tooSlow(timeoutMs)), timeoutMs);

  function finish(error?: unknown): void {
    if (done) return;
    done = true;
    clearTimeout(timer);
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
      // The rest of the packet is still parsed; that costs least without a listener. Behind
      // the answer, which is written in the next tick.
      if (!isCutTooSmall(pieces, collector.size)) return;
      noteTinyChunks();
      process.nextTick(() => request.destroy());
    }
  });
  request.on("end", () => finish());
  request.on("error", (cause) => {
    finish(new EchostrError("BODY_ABORTED", "Body could not be read", { cause }));
  });
  // Somebody in front of the bot may have paused it, to look something up, and does not know who reads it.
  request.resume();
}

/**
 * Sends an answer, unless somebody else has: head and body in one write.
 *
 * @returns the status with which somebody else has answered before
 */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HostAnswer,
): number | undefined {
  if (response.headersSent || response.writableEnded) return response.statusCode;
  if (response.destroyed) return undefined;
  if (answer.leaveOpenMs !== undefined) {
    leaveOpen(response, answer.leaveOpenMs);
  } else if (answer.isUnread) {
    refuse(request, response, answer);
  } else {
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }
  return undefined;
}

/** Says nothing, so that WeChat drops the connection; it is closed here if WeChat does not. */
function leaveOpen(response: ServerResponse, ms: number): void {
  // The socket, since on Bun destroying the response sends an empty 200, which WeChat takes for success.
  const timer = setTimeout(() => (response.socket ?? response).destroy(), ms);
  response.once("close", () => clearTimeout(timer));
}

/**
 * Answers a request whose body has not been read (to its end). The rest is drained for a moment,
 * since a client that is still writing would see a reset connection instead of the answer; then
 * the connection is closed.
 */
function refuse(request: IncomingMessage, response: ServerResponse, answer: HostAnswer): void {
  const { status, headers, body } = answer;
  if (request.complete) {
    response.writeHead(status, headers);
    response.end(body);
    return;
  }
  response.writeHead(status, [...headers, "Connection", "close"]);
  if (isDrainingEnough()) {
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

/** Whether the head announces a body, which a GET should not have. */
function hasBody(request: IncomingMessage): boolean {
  if (headerOf(request, "transfer-encoding") !== undefined) return true;
  const length = headerOf(request, "content-length");
  return length !== undefined && Number(length) > 0;
}
