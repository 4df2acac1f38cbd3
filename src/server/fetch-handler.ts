/**
 * The conversation over `Request` and `Response`, as cloud functions and other runtimes speak.
 *
 * @module
 */
import { answerAdmitted, answerCallback } from "../callback.ts";
import type { CallbackResponse } from "../callback.ts";
import { EchostrError } from "../errors.ts";
import { BodyCollector } from "./body-collector.ts";
import { admitBody, numberOf } from "./body-head.ts";
import { browserNotice, entryFor, refusalEntry } from "./delivery-log.ts";
import { leftUntilCap } from "./node-handler.ts";
import type { Adapter } from "./node-handler.ts";
import { isPath, pathOf, queryOf } from "./path.ts";
import { ALLOWED_METHODS, bodyTooSlow, methodNotAllowed } from "./refusals.ts";
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
      const answered =
        method === "GET"
          ? await answerCallback(adapter, { method, query, body: "", receivedAt })
          : await answerPost(adapter, request, query, receivedAt);
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

/** The body counts until its message is answered. */
async function answerPost(
  adapter: Adapter,
  request: Request,
  query: string,
  receivedAt: number,
): Promise<CallbackResponse> {
  const { headers, signal } = request;
  const length = headers.get("content-length");
  const announced = { encoding: headers.get("content-encoding"), length };
  const head = { method: "POST", query, receivedAt } as const;
  const admitted = admitBody(adapter.account, head, announced, adapter.bodyLimitBytes);
  const collector = new BodyCollector(adapter, admitted, numberOf(length));
  const onClose = (left: () => void): void => {
    signal.addEventListener("abort", left, { once: true });
  };
  try {
    await readBody(request, collector, adapter.bodyTimeoutMs);
    return await answerAdmitted(adapter, admitted, collector.bytes, onClose);
  } finally {
    collector.release();
  }
}

async function readBody(
  request: Request,
  collector: BodyCollector,
  timeoutMs: number,
): Promise<void> {
  if (request.bodyUsed) {
    throw new EchostrError("BODY_PARSED", "Body must be untouched, but somebody has read it");
  }
  if (request.body !== null) await readStream(request.body, collector, timeoutMs);
}

async function readStream(
  stream: ReadableStream<Uint8Array>,
  collector: BodyCollector,
  timeoutMs: number,
): Promise<void> {
  const reader = stream.getReader();
  let late = false;
  const cancel = (): void => void reader.cancel().catch(() => {});
  // Cancelling ends the read that is waiting.
  const timer = setTimeout(() => {
    late = true;
    cancel();
  }, timeoutMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw bodyTooSlow(timeoutMs, collector.size);
      if (done) return;
      collector.add(value);
    }
  } catch (cause) {
    cancel();
    if (cause instanceof EchostrError) throw cause;
    throw new EchostrError("BODY_ABORTED", "Body could not be read", { cause });
  } finally {
    clearTimeout(timer);
  }
}
