/**
 * The conversation over `Request` and `Response`, as cloud functions and other runtimes speak.
 *
 * @module
 */
import { answerCallback } from "../callback.ts";
import { EchostrError } from "../errors.ts";
import { browserNotice, entryFor, refusalEntry } from "./delivery-log.ts";
import { leftUntilCap } from "./node-handler.ts";
import type { Adapter } from "./node-handler.ts";
import { isPath, pathOf, queryOf } from "./path.ts";
import type { BodyLimits } from "./read-body.ts";
import {
  ALLOWED_METHODS,
  bodyTooLarge,
  bodyTooSlow,
  checkEncoding,
  methodNotAllowed,
} from "./refusals.ts";
import { TEXT_TYPE, XML_TYPE } from "./respond.ts";
import { BROWSER_SENTENCE, sentenceOf, statusOf, statusOfAnswer } from "./status.ts";

/** `Request -> Response`. Never rejects. */
export type FetchHandler = (request: Request) => Promise<Response>;

/** Makes the `fetch` of a bot. */
export function createFetchHandler(adapter: Adapter): FetchHandler {
  const tellOfBrowser = browserNotice(adapter.log, adapter.path);
  return async (request) => {
    const receivedAt = adapter.clock();
    const target = request.url;
    if (!isPath(adapter.path, pathOf(target))) return respond(request, 404, sentenceOf(404));
    const query = queryOf(target) ?? "";
    try {
      const method = methodOf(request);
      if (method === "GET" && query === "") {
        tellOfBrowser();
        return respond(request, 200, BROWSER_SENTENCE);
      }
      const body = method === "POST" ? await readBody(request, adapter) : "";
      const onClose = (left: () => void): void => {
        request.signal.addEventListener("abort", left, { once: true });
      };
      const answered = await answerCallback(adapter, { method, query, body, receivedAt, onClose });
      adapter.log(entryFor(answered, adapter.path, adapter.clock() - receivedAt));
      if (answered.outcome === "lapsed") {
        await leaveOpen(request.signal, leftUntilCap(adapter, receivedAt));
      }
      const status = statusOfAnswer(answered);
      if (status !== 200) return respond(request, status, sentenceOf(status));
      return respond(request, 200, answered.body, answered.type === "xml" ? XML_TYPE : TEXT_TYPE);
    } catch (error) {
      adapter.log(refusalEntry(error, adapter.path, adapter.clock() - receivedAt));
      const status = statusOf(error);
      return respond(request, status, sentenceOf(status));
    }
  };
}

/** Says nothing until the peer has left, or for as long as a lapsed delivery may stay open. */
function leaveOpen(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, ms));
    const leave = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}

function methodOf(request: Request): "GET" | "POST" {
  switch (request.method) {
    case "GET":
    case "HEAD":
      return "GET";
    case "POST":
      return "POST";
    default:
      throw methodNotAllowed(request.method);
  }
}

function respond(request: Request, status: number, body: string, type = TEXT_TYPE): Response {
  const headers: Record<string, string> = {
    "Content-Type": type,
    "X-Content-Type-Options": "nosniff",
    ...(status === 405 && { Allow: ALLOWED_METHODS }),
  };
  return new Response(request.method === "HEAD" ? null : body, { status, headers });
}

async function readBody(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const { headers } = request;
  checkEncoding(headers.get("content-encoding"));
  const { bodyLimitBytes, bodyTimeoutMs } = limits;
  const length = headers.get("content-length");
  if (length !== null && Number(length) > bodyLimitBytes) throw bodyTooLarge(bodyLimitBytes, length);
  if (request.bodyUsed) {
    throw new EchostrError("BODY_PARSED", "Body must be untouched, but somebody has read it");
  }
  if (request.body === null) return new Uint8Array();
  return readStream(request.body, bodyLimitBytes, bodyTimeoutMs);
}

async function readStream(
  stream: ReadableStream<Uint8Array>,
  limitBytes: number,
  timeoutMs: number,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  let late = false;
  // Cancelling ends the read that is waiting.
  const timer = setTimeout(() => {
    late = true;
    void reader.cancel().catch(() => {});
  }, timeoutMs);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw bodyTooSlow(timeoutMs, size);
      if (done) return Buffer.concat(chunks, size);
      size += value.length;
      if (size > limitBytes) {
        void reader.cancel().catch(() => {});
        throw bodyTooLarge(limitBytes, `${size} so far`);
      }
      chunks.push(value);
    }
  } catch (cause) {
    if (cause instanceof EchostrError) throw cause;
    throw new EchostrError("BODY_ABORTED", "Body could not be read", { cause });
  } finally {
    clearTimeout(timer);
  }
}
