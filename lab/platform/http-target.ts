/**
 * A server at an address, in whatever language it is written. Each request has a connection of its
 * own, since the platform drops those that take too long; a redirect is handed back and not
 * followed, since the platform follows none; nothing is decompressed, for nothing was asked for.
 *
 * @module
 */
import { request as httpRequest } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { readAnswer } from "./answer-bytes.ts";
import { invalidInput } from "./lab-input.ts";
import type { LabRequest, LabResponse, NoAnswerReason, Target } from "./types.ts";
import { untilAnswered } from "./until-answered.ts";
import { waitingClock } from "../../src/clock.ts";
import type { Clock } from "../../src/clock.ts";

/** How a server is reached. */
export interface HttpTargetOptions {
  readonly clock?: Clock | undefined;
  /** Whether a certificate that is not trusted is accepted. Default: false. */
  readonly insecure?: boolean | undefined;
  /** The most bytes of an answer. Default: 1 MiB, far more than a reply needs. */
  readonly answerLimitBytes?: number | undefined;
}

/**
 * @param address `http://…` or `https://…`; a query in it is sent before that of each request
 * @throws EchostrError `LAB_INPUT_INVALID`
 *
 * @example
 * await createHttpTarget("http://127.0.0.1:8080/wx").send({
 *   method: "POST", query, headers: { "Content-Type": "text/xml" }, body, timeoutMs: 5000,
 * });
 */
export function createHttpTarget(address: string | URL, options: HttpTargetOptions = {}): Target {
  const url = parseAddress(address);
  return { send: (request) => send(url, request, options) };
}

/** @throws EchostrError `LAB_INPUT_INVALID` */
export function parseAddress(address: string | URL): URL {
  const text = String(address);
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) {
    throw invalidInput(
      `Address must be a URL with http:// or https://, got ${JSON.stringify(text)}`,
    );
  }
  return new URL(text);
}

/** The address with a query behind the one that it may have. */
export function withQuery(address: string | URL, query: string): URL {
  const url = new URL(address);
  url.search = [url.search.slice(1), query].filter((part) => part !== "").join("&");
  return url;
}

function send(url: URL, labRequest: LabRequest, options: HttpTargetOptions): Promise<LabResponse> {
  return untilAnswered(labRequest, options.clock ?? waitingClock, (answer, fail) => {
    const request = begin(url, labRequest, options);
    request.on("error", (error: NodeJS.ErrnoException) => {
      fail(reasonOf(error), sentenceOf(error, url), error);
    });
    request.on("response", (response) => {
      readAnswer(response as AsyncIterable<Uint8Array>, options.answerLimitBytes).then(
        (body) => answer({ status: response.statusCode ?? 0, headers: headersOf(response), body }),
        (error: NodeJS.ErrnoException) => {
          fail(reasonOf(error), `The answer was not read to its end: ${error.message}`, error);
        },
      );
    });
    request.end(labRequest.body);
    return () => request.destroy();
  });
}

function begin(url: URL, labRequest: LabRequest, options: HttpTargetOptions): ClientRequest {
  const target = withQuery(url, labRequest.query);
  const body = labRequest.body === undefined ? undefined : Buffer.from(labRequest.body);
  const settings = {
    method: labRequest.method,
    agent: false as const,
    headers: {
      ...(body !== undefined && { "Content-Length": body.length }),
      ...labRequest.headers,
    },
  };
  return url.protocol === "https:"
    ? httpsRequest(target, { ...settings, rejectUnauthorized: options.insecure !== true })
    : httpRequest(target, settings);
}

function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

const REASONS: Readonly<Record<string, NoAnswerReason>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  ETIMEDOUT: "refused",
  ECONNRESET: "reset",
  EPIPE: "reset",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
};

function reasonOf(error: NodeJS.ErrnoException): NoAnswerReason {
  const code = error.code ?? "";
  const isTls = /CERT|TLS|SSL|ALTNAME|EPROTO/.test(code);
  return REASONS[code] ?? (isTls ? "tls" : code.startsWith("HPE_") ? "reset" : "failed");
}

function sentenceOf(error: NodeJS.ErrnoException, url: URL): string {
  switch (reasonOf(error)) {
    case "refused":
      return `Nobody answers at ${url.host}: ${error.code ?? error.message}`;
    case "dns":
      return `The name ${url.hostname} has no address: ${error.code ?? error.message}`;
    case "tls":
      return `No TLS connection to ${url.host} came about: ${error.message}`;
    case "reset":
      return `The connection to ${url.host} broke off: ${error.message}`;
    default:
      return error.message;
  }
}
