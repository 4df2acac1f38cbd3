/**
 * The conversation over node:http, and over what is built on it: Express, Connect.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Admitted, CallbackHead } from "../admit.ts";
import { answerAdmitted, answerCallback } from "../callback.ts";
import type { CallbackResponse, Conversation } from "../callback.ts";
import type { Log } from "../log.ts";
import { BodyCollector } from "./body-collector.ts";
import type { BodyLimits } from "./body-collector.ts";
import { admitBody, numberOf } from "./body-head.ts";
import { letContinue } from "./continue.ts";
import { browserNotice, entryFor, refusalEntry } from "./delivery-log.ts";
import { isOurs, queryOf } from "./path.ts";
import { headerOf, lengthOf, readBody } from "./read-body.ts";
import type { FrameworkRequest } from "./read-body.ts";
import { ALLOWED_METHODS, methodNotAllowed } from "./refusals.ts";
import { ignoreBody, refuse, send, TEXT_TYPE, XML_TYPE } from "./respond.ts";
import { BROWSER_SENTENCE, sentenceOf, statusOf, statusOfAnswer } from "./status.ts";

/** What an adapter needs beside the conversation. */
export interface Adapter extends Conversation, BodyLimits {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: Log;
  /** How long a delivery that lapsed may stay open, in milliseconds from its arrival. */
  readonly hardCapMs: number;
}

/** `(request, response, next?)`, as node:http, Connect and Express call it. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** Makes the handler of a bot. */
export function createNodeHandler(adapter: Adapter): NodeHandler {
  const tellOfBrowser = browserNotice(adapter.log, adapter.path);
  return (request, response, next) => {
    if (isOurs(adapter.path, request)) handle(adapter, tellOfBrowser, request, response);
    else if (next !== undefined) next();
    else refuse(request, response, 404);
  };
}

function handle(
  adapter: Adapter,
  tellOfBrowser: () => void,
  request: FrameworkRequest,
  response: ServerResponse,
): void {
  const receivedAt = adapter.clock();
  const query = queryOf(request.url ?? "");
  switch (request.method) {
    case "GET":
    case "HEAD":
      ignoreBody(request);
      if (query === undefined || query === "") {
        send(response, 200, TEXT_TYPE, BROWSER_SENTENCE);
        tellOfBrowser();
        return;
      }
      answerEcho(adapter, response, query, receivedAt);
      return;
    case "POST":
      handlePost(adapter, request, response, { method: "POST", query: query ?? "", receivedAt });
      return;
    default:
      adapter.log(refusalEntry(methodNotAllowed(request.method), adapter.path, 0));
      refuse(request, response, 405, ["Allow", ALLOWED_METHODS]);
  }
}

function answerEcho(
  adapter: Adapter,
  response: ServerResponse,
  query: string,
  receivedAt: number,
): void {
  const answered = answerCallback(adapter, { method: "GET", query, body: "", receivedAt });
  if (!(answered instanceof Promise)) respond(adapter, response, answered, receivedAt);
}

function handlePost(
  adapter: Adapter,
  request: FrameworkRequest,
  response: ServerResponse,
  head: CallbackHead,
): void {
  const { receivedAt } = head;
  const length = lengthOf(request);
  const announced = { encoding: headerOf(request, "content-encoding"), length };
  let admitted: Admitted;
  try {
    admitted = admitBody(adapter.account, head, announced, adapter.bodyLimitBytes);
  } catch (error) {
    refuseBody(adapter, request, response, error, receivedAt);
    return;
  }
  letContinue(request, response);
  const collector = new BodyCollector(adapter, admitted, numberOf(length));
  readBody(request, collector, adapter.bodyTimeoutMs, (error, body) => {
    if (error !== undefined) refuseBody(adapter, request, response, error, receivedAt);
    else answer(adapter, response, admitted, body, collector);
  });
}

/** The body counts until its message is answered. */
function answer(
  adapter: Adapter,
  response: ServerResponse,
  admitted: Admitted,
  body: string | Uint8Array,
  collector: BodyCollector,
): void {
  const onClose = (left: () => void): void => void response.once("close", left);
  const answered = answerAdmitted(adapter, admitted, body, onClose);
  if (answered instanceof Promise) {
    // A handler may hang for ever; its peer does not.
    response.once("close", () => collector.release());
    void answered.then((later) => {
      collector.release();
      respond(adapter, response, later, admitted.receivedAt);
    });
  } else {
    collector.release();
    respond(adapter, response, answered, admitted.receivedAt);
  }
}

function respond(
  adapter: Adapter,
  response: ServerResponse,
  answered: CallbackResponse,
  receivedAt: number,
): void {
  const status = statusOfAnswer(answered);
  if (answered.outcome === "lapsed") {
    leaveOpen(response, leftUntilCap(adapter, receivedAt));
  } else if (status === 200) {
    send(response, 200, answered.type === "xml" ? XML_TYPE : TEXT_TYPE, answered.body);
  } else {
    send(response, status, TEXT_TYPE, sentenceOf(status));
  }
  adapter.log(entryFor(answered, adapter.path, adapter.clock() - receivedAt));
}

/** How long a lapsed delivery may stay open: never longer, though the clock is set back. */
export function leftUntilCap({ hardCapMs, clock }: Adapter, receivedAt: number): number {
  return Math.min(hardCapMs, receivedAt + hardCapMs - clock());
}

/** Says nothing, so that WeChat drops the connection; it is closed here if WeChat does not. */
function leaveOpen(response: ServerResponse, ms: number): void {
  if (response.destroyed) return;
  const timer = setTimeout(() => response.destroy(), Math.max(0, ms));
  response.once("close", () => clearTimeout(timer));
}

function refuseBody(
  adapter: Adapter,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  receivedAt: number,
): void {
  adapter.log(refusalEntry(error, adapter.path, adapter.clock() - receivedAt));
  refuse(request, response, statusOf(error));
}
