/**
 * The few things that an answer and a body of node:http need here.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { SAFETY_HEADERS } from "./guard.ts";

/** A request that is turned away; the sentence is its answer. */
export class HttpRefusal extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/**
 * Reads a body.
 *
 * @throws HttpRefusal 413 when it is longer than the limit
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = new HttpRefusal(413, `A body must be at most ${limitBytes} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Reading may end early, but the connection stays until the refusal is out.
  const parts: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of parts) {
    size += chunk.length;
    if (size > limitBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(body);
  const length = String(bytes.length);
  response.writeHead(status, {
    ...SAFETY_HEADERS,
    "Content-Type": type,
    "Content-Length": length,
    ...headers,
  });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

export function sendText(response: ServerResponse, status: number, sentence: string): void {
  send(response, status, "text/plain; charset=utf-8", sentence);
}

/** A request of node:http as one of fetch, for the side of the interfaces. */
export function fetchRequest(request: IncomingMessage, url: string, body: Buffer): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  return new Request(url, {
    method: request.method ?? "GET",
    headers,
    ...(hasBody && { body: new Uint8Array(body) }),
  });
}

/** Hands on an answer of fetch. What is in a file decides nothing: our own headers come last. */
export async function sendResponse(response: ServerResponse, answer: Response): Promise<void> {
  const headers = Object.fromEntries(answer.headers);
  const bytes = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, {
    ...headers,
    "Content-Length": bytes.length,
    ...SAFETY_HEADERS,
  });
  response.end(bytes);
}
