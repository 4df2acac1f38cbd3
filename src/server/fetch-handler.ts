/**
 * The rim of `Request` and `Response`, as cloud functions and other runtimes speak.
 *
 * @module
 */
import { EchostrError, kindOf, settingInvalid } from "../errors.ts";
import type { BodyCollector } from "./body.ts";
import type { BodyCallback, Exchange, HostAnswer, HostRequest } from "./exchange.ts";

/**
 * `Request -> Response`. Never rejects, unless it is called with something else than a `Request`.
 *
 * @param host the other arguments of the host's handlers. A host that stops a process after its response
 * passes an object with `waitUntil`, such as the `ctx` of Cloudflare Workers: it gets the promise of a handler
 * that is slower than its delivery, which then continues
 *
 * @example
 * export default { fetch: bot.fetch }; // called as fetch(request, env, ctx)
 */
export type FetchHandler = (request: Request, ...host: readonly unknown[]) => Promise<Response>;

interface WaitingHost {
  waitUntil(work: Promise<unknown>): void;
}

/** Makes the `fetch` of a bot. */
export function createFetchHandler(exchange: Exchange): FetchHandler {
  return (request, ...host) =>
    new Promise((resolve, reject) => {
      requireRequest(request);
      exchange(toHostRequest(request, reject, host.find(isWaitingHost)), (answer) => {
        const respond = (): void => resolve(toResponse(request, answer));
        if (answer.leaveOpenMs === undefined) respond();
        else leaveOpen(request.signal, answer.leaveOpenMs, respond);
        return undefined;
      });
    });
}

/** Cloud functions hand over events, and node:http a request of its own. */
function requireRequest(request: unknown): void {
  const { method, url, headers } = (request ?? {}) as Partial<Request>;
  const isNodes = typeof headers === "object" && typeof headers?.get !== "function";
  if (!isNodes && headers !== undefined && typeof method === "string" && URL.canParse(String(url))) return;
  const got = isNodes && url !== undefined ? "one as a Node server has it: bot.handler takes those" : kindOf(request);
  const message =
    `bot.fetch must be called with a Request, got ${got}; events of cloud functions go to fromEvent(bot)`;
  throw settingInvalid(message);
}

function toHostRequest(
  request: Request,
  fail: (error: unknown) => void,
  host: WaitingHost | undefined,
): HostRequest {
  const { method, url, headers, signal } = request;
  return {
    method,
    target: url,
    headers,
    readBody: (collector, timeoutMs, done) => {
      readBody(request, collector, timeoutMs, done).catch(fail);
    },
    ignoreBody: () => {},
    onClose: (left) => {
      // Some hosts have none, and do not tell.
      if (signal?.aborted) left();
      else signal?.addEventListener("abort", left, { once: true });
    },
    // Called as a method: some hosts want their own `this`.
    waitUntil: host && ((work) => host.waitUntil(work)),
  };
}

function isWaitingHost(host: unknown): host is WaitingHost {
  return typeof (host as Partial<WaitingHost> | null | undefined)?.waitUntil === "function";
}

function toResponse(request: Request, answer: HostAnswer): Response {
  const { status, body } = answer;
  const headers = new Headers();
  for (let index = 0; index < answer.headers.length; index += 2) {
    headers.set(answer.headers[index] ?? "", answer.headers[index + 1] ?? "");
  }
  return new Response(request.method === "HEAD" ? null : body, { status, headers });
}

/** Says nothing until the peer has left, or for as long as a lapsed delivery may stay open. */
function leaveOpen(signal: AbortSignal, ms: number, then: () => void): void {
  const timer = setTimeout(leave, ms);
  function leave(): void {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
    then();
  }
  if (signal?.aborted) leave();
  else signal?.addEventListener("abort", leave);
}

async function readBody(
  request: Request,
  collector: BodyCollector,
  timeoutMs: number,
  done: BodyCallback,
): Promise<void> {
  try {
    await collect(request, collector, timeoutMs);
  } catch (error) {
    collector.release();
    done(error, "");
    return;
  }
  done(undefined, collector.bytes);
}

async function collect(
  request: Request,
  collector: BodyCollector,
  timeoutMs: number,
): Promise<void> {
  if (request.bodyUsed) {
    throw new EchostrError("BODY_PARSED", "Body must be unread, but something has read it");
  }
  if (request.body === null) return;
  const reader = request.body.getReader();
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
      if (late) throw collector.tooSlow(timeoutMs);
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
