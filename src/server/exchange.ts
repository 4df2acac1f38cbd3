/**
 * One request and its answer: everything that is the same on every host.
 *
 * A host describes a request: its method, its target, its headers, a way to read its body and a way to learn
 * that the client has left. It gets what to send. `node-handler.ts` and `fetch-handler.ts` translate and
 * decide nothing.
 *
 * ```text
 * path ──> method ──> GET   a sentence for a browser, or the echo
 *                └──> POST  the head is judged ──> the body is read ──> the message is answered
 * ```
 *
 * Nothing here waits for a promise unless a handler returns one: most messages are answered in the turn of the
 * event loop in which they arrive.
 *
 * @module
 */
import { Admitted } from "../admit.ts";
import type { HeaderReader } from "../admit.ts";
import { answerAdmitted, answerCallback } from "../callback.ts";
import type { CallbackResponse, Conversation } from "../callback.ts";
import { EchostrError } from "../errors.ts";
import type { Log, LogEntry } from "../log.ts";
import { announcedSize, BodyCollector } from "./body.ts";
import type { BodyLimits } from "./body.ts";
import { browserNotice, entryFor, refusalEntry, takenEntry } from "./delivery-log.ts";
import { ANY_PATH } from "./path.ts";
import { BROWSER_SENTENCE, sentenceOf, statusOf } from "./status.ts";

/** A request as its host describes it. */
export interface HostRequest {
  readonly method: string | undefined;
  /** Path and query, or a whole URL. */
  readonly target: string;
  /** The target before a router removed its mount point; missing without a router. */
  readonly originalTarget?: string | undefined;
  /** A router has found the path to be ours. */
  readonly isRouted?: boolean;
  readonly headers: HeaderReader;
  /** Hands each piece of the body to the collector, and calls back once: at its end, or with an error. */
  readBody(collector: BodyCollector, timeoutMs: number, done: BodyCallback): void;
  /** Does away with a body that means nothing, that of a GET. */
  ignoreBody(): void;
  /** Calls back when the peer has left. */
  onClose(left: () => void): void;
  /** Where the host stops the process after its response: asks it to wait for the work. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** Receives the body, or the error. */
export type BodyCallback = (error: unknown, body: Uint8Array | string) => void;

/** What the host is to send. */
export interface HostAnswer {
  readonly status: number;
  /** Name, value, name, value: node:http takes such a list for less than an object. */
  readonly headers: string[];
  readonly body: string;
  /** The size of the body. */
  readonly bytes: number;
  /** The body of the request was not read to its end. */
  readonly isUnread: boolean;
  /**
   * For so many milliseconds nothing is to be said, so that WeChat drops the connection. Then the
   * host closes it, or sends the rest of this answer where it cannot close.
   */
  readonly leaveOpenMs: number | undefined;
}

/**
 * Sends an answer, once.
 *
 * @returns the status if something else has already answered; otherwise `undefined`
 */
export type Send = (answer: HostAnswer) => number | undefined;

/** Answers a request. */
export type Exchange = (request: HostRequest, send: Send) => void;

/** What an exchange needs beside the conversation. */
export interface ExchangeSettings extends Conversation, BodyLimits {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly clock: { now(): number };
  readonly log: Log;
  /** How long a delivery that lapsed may stay open, in milliseconds from its arrival. */
  readonly hardCapMs: number;
}

export const TEXT_TYPE = "text/plain; charset=utf-8";
const TYPES: Readonly<Record<CallbackResponse["type"], string>> = {
  xml: "text/xml; charset=utf-8",
  json: "application/json; charset=utf-8",
  text: TEXT_TYPE,
};
const ALLOWED_METHODS = "GET, HEAD, POST";

/** For a request to another path. Where others have paths too, the host lets them have it. */
export const NOT_OURS: HostAnswer = /* @__PURE__ */ refusalWith(404);

/** Makes the exchange of a bot. */
export function createExchange(settings: ExchangeSettings): Exchange {
  const tellOfBrowser = browserNotice(settings.log, settings.path);
  return (request, send) => {
    if (!isOurs(settings.path, request)) {
      send(NOT_OURS);
      return;
    }
    const query = queryOf(request.target);
    const open = new OpenRequest(settings, request, send);
    switch (request.method) {
      case "GET":
      case "HEAD":
        request.ignoreBody();
        if (query !== "") {
          open.answerEcho(query);
        } else {
          send(answerWith(200, TEXT_TYPE, BROWSER_SENTENCE));
          tellOfBrowser();
        }
        return;
      case "POST":
        open.receive(query);
        return;
      default:
        open.refuse(methodNotAllowed(request.method), ["Allow", ALLOWED_METHODS]);
    }
  };
}

/**
 * Whether a request is for a path. What a framework has matched already is ours: a mount point cut
 * off (`app.use("/wechat", bot.handler)`), or a route (`app.all("/wechat", …)`).
 */
function isOurs(wanted: string, { target, originalTarget, isRouted }: HostRequest): boolean {
  const path = pathOf(target);
  if (isPath(wanted, path)) return true;
  if (originalTarget === undefined) return false;
  if (isRouted || isPath(wanted, pathOf(originalTarget))) return true;
  return path === "/" && pathOf(originalTarget) !== "/";
}

/** The path of a request target. Some clients send the absolute form, `http://host/path`. */
export function pathOf(target: string): string {
  const question = target.indexOf("?");
  const path = question === -1 ? target : target.slice(0, question);
  if (path.startsWith("/")) return path;
  const host = path.indexOf("://");
  const slash = host === -1 ? -1 : path.indexOf("/", host + 3);
  return slash === -1 ? "/" : path.slice(slash);
}

/** The query of a request target, without the `?`; empty if there is none. */
function queryOf(target: string): string {
  const question = target.indexOf("?");
  return question === -1 ? "" : target.slice(question + 1);
}

export function isPath(wanted: string, path: string): boolean {
  if (path === wanted || wanted === ANY_PATH) return true;
  return (
    path.length === wanted.length + 1 && path.endsWith("/") && path.startsWith(wanted)
  );
}

/** A request that is not answered yet. */
class OpenRequest {
  readonly #settings: ExchangeSettings;
  readonly #request: HostRequest;
  readonly #send: Send;
  readonly #receivedAt: number;

  constructor(settings: ExchangeSettings, request: HostRequest, send: Send) {
    this.#settings = settings;
    this.#request = request;
    this.#send = send;
    this.#receivedAt = settings.clock.now();
  }

  answerEcho(query: string): void {
    const request = { method: "GET", query, body: "", receivedAt: this.#receivedAt } as const;
    const answered = answerCallback(this.#settings, request);
    // Only what is delivered may be answered later.
    if (!("then" in answered)) this.#answer(answered);
  }

  /** What can be judged of a request before its body is judged before it. */
  receive(query: string): void {
    const { account, bodyLimitBytes, bodyTimeoutMs } = this.#settings;
    const { headers } = this.#request;
    let admitted: Admitted;
    let collector: BodyCollector;
    try {
      const announced = announcedSize(headers.get("content-length"), bodyLimitBytes);
      const receivedAt = this.#receivedAt;
      admitted = new Admitted(account, { method: "POST", query, headers, receivedAt });
      collector = new BodyCollector(this.#settings, admitted, announced);
    } catch (error) {
      this.refuse(error);
      return;
    }
    this.#request.readBody(collector, bodyTimeoutMs, (error, body) => {
      if (error === undefined) this.#deliver(admitted, body, collector);
      else this.refuse(error);
    });
  }

  /** The body counts until its message is answered. */
  #deliver(admitted: Admitted, body: string | Uint8Array, collector: BodyCollector): void {
    const onClose = (left: () => void): void => this.#request.onClose(left);
    const peer = { onClose, waitUntil: this.#request.waitUntil };
    const answered = answerAdmitted(this.#settings, admitted, body, peer);
    if ("then" in answered) {
      // A handler may hang for ever; its peer does not.
      onClose(() => collector.release());
      void answered.then((later) => {
        collector.release();
        this.#answer(later);
      });
    } else {
      collector.release();
      this.#answer(answered);
    }
  }

  #answer(answered: CallbackResponse): void {
    const answer = this.#toAnswer(answered);
    const taken = this.#send(answer);
    const { path, clock } = this.#settings;
    this.#tell(entryFor(answered, answer.bytes, path, clock.now() - this.#receivedAt), taken);
  }

  /** Refuses a request whose body was not read to its end. */
  refuse(error: unknown, more: readonly string[] = []): void {
    const { path, clock } = this.#settings;
    const taken = this.#send(refusalWith(statusOf(error), more));
    this.#tell(refusalEntry(error, path, clock.now() - this.#receivedAt), taken);
  }

  #tell(entry: LogEntry, taken: number | undefined): void {
    this.#settings.log(taken === undefined ? entry : takenEntry(entry, taken));
  }

  #toAnswer({ outcome, type, body, error }: CallbackResponse): HostAnswer {
    if (outcome === "lapsed") {
      // It has no answer; where something must be said in the end, it may not be "success".
      return { ...refusalWith(503), isUnread: false, leaveOpenMs: this.#leftUntilCap() };
    }
    if (outcome === "refused") {
      const status = statusOf(error);
      return answerWith(status, TEXT_TYPE, sentenceOf(status));
    }
    // WeChat takes only 200 for an answer; a handler that failed is still one.
    outcome satisfies "verified" | "answered" | "nothing" | "failed";
    return answerWith(200, TYPES[type], body);
  }

  /** How long a lapsed delivery may stay open: never longer, though the clock is set back. */
  #leftUntilCap(): number {
    const { hardCapMs, clock } = this.#settings;
    return Math.max(0, Math.min(hardCapMs, this.#receivedAt + hardCapMs - clock.now()));
  }
}

/** A whole answer to a request whose body was read, or means nothing. */
export function answerWith(status: number, type: string, body: string): HostAnswer {
  const bytes = Buffer.byteLength(body);
  const headers = headersOf(type, bytes);
  return { status, headers, body, bytes, isUnread: false, leaveOpenMs: undefined };
}

/** The answer to a request whose body was not read to its end. */
export function refusalWith(status: number, more: readonly string[] = []): HostAnswer {
  const answer = answerWith(status, TEXT_TYPE, sentenceOf(status));
  return { ...answer, headers: [...answer.headers, ...more], isUnread: true };
}

/**
 * The length is always set: some hosts would add it, others would send chunks, which WeChat does not accept
 * for an echo. `nosniff` because an echo contains text of a stranger, which a browser must not interpret.
 */
function headersOf(type: string, bytes: number): string[] {
  return ["Content-Type", type, "Content-Length", String(bytes), "X-Content-Type-Options", "nosniff"];
}

function methodNotAllowed(method: string | undefined): EchostrError {
  const message = `Method must be one of ${ALLOWED_METHODS}, got ${method}`;
  return new EchostrError("METHOD_NOT_ALLOWED", message);
}
