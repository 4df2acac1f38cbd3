/**
 * The rim of node:http, and of what is built on it: Express, Connect, Koa.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HeaderReader } from "../admit.ts";
import { isCutTooSmall } from "./body.ts";
import type { BodyCollector } from "./body.ts";
import { NOT_OURS } from "./exchange.ts";
import type { BodyCallback, Exchange, HostAnswer, HostRequest } from "./exchange.ts";
import { readBody } from "./read-body.ts";
import type { FrameworkRequest } from "./read-body.ts";

/** `(request, response, next?)`, as node:http, Connect and Express call it. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** Makes the handler of a bot. */
export function createNodeHandler(exchange: Exchange): NodeHandler {
  return (request, response, next) => {
    exchange(new NodeRequest(request, response), (answer) => {
      if (answer !== NOT_OURS || next === undefined) return send(request, response, answer);
      next();
      return undefined;
    });
  };
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
    readBody(this.#request, collector, timeoutMs, done);
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
  const timer = setTimeout(() => response.destroy(), ms);
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
  if (draining >= MOST_DRAINED) {
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
