/**
 * The rim of cloud functions that are called with an event: an HTTP request as JSON. Which host it is
 * shows in the fields of the event:
 *
 * | Host | Method and path | Query | Two values of one name |
 * |---|---|---|---|
 * | 腾讯云 SCF | `httpMethod`, `path` | `queryString` | not documented |
 * | 阿里云 FC 3.0 | `requestContext.http`, `rawPath` | `queryParameters` | in one text, with a comma |
 * | AWS Lambda URL, API Gateway 2.0 | `requestContext.http`, `rawPath` | `rawQueryString` | as they came |
 * | AWS API Gateway 1.0, ALB | `httpMethod`, `path` | `multiValueQueryStringParameters` | a list |
 * | 华为云 FunctionGraph, CloudBase, ALB | `httpMethod`, `path` | `queryStringParameters` | not documented; of ALB the last |
 *
 * All of them take the same answer: `statusCode`, `headers`, `body`, `isBase64Encoded`.
 *
 * @module
 */
import { EchostrError, kindOf, settingInvalid } from "../errors.ts";
import { isPath } from "./exchange.ts";
import type { FetchHandler } from "./fetch-handler.ts";

/** What the host is to send. */
export interface EventResponse {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  /** In place of `headers`, for a load balancer that has sent its own so. */
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** `(event, context) => response`, as cloud functions are called. */
export type EventHandler = (event: unknown, context?: unknown) => Promise<EventResponse>;

/** The members that are read of an event. Any of them may be null or not there. */
type HttpEvent = Readonly<Partial<Record<
  | "httpMethod" | "path" | "rawPath" | "rawQueryString" | "headers" | "multiValueHeaders"
  | "multiValueQueryStringParameters" | "queryString" | "queryParameters" | "queryStringParameters"
  | "body" | "isBase64Encoded",
  unknown
>>> & {
  readonly requestContext?: {
    readonly http?: { readonly method?: unknown } | null;
    readonly stage?: unknown;
    readonly elb?: unknown;
  } | null;
};

const LAPSED = 503;

/** Without a socket of a server a process that only waits would end, for a bot's timers let it. */
const AWAKE_MS = 60_000;

/**
 * Makes a function for hosts that call one with an event: 腾讯云 SCF, 阿里云 FC 3.0, 华为云 FunctionGraph,
 * CloudBase, and AWS Lambda behind a function URL, API Gateway or a load balancer. `docs/guide/functions.md`
 * has the shortest code for each.
 *
 * Such hosts stop the process with the answer. So when a delivery lapses, whose answer is not read, the
 * function ends only with its handler: the answer is then kept for the next delivery or message.
 *
 * @throws EchostrError `SETTING_INVALID` when it is called with anything but a bot
 * @returns a function; it rejects with an EchostrError `EVENT_INVALID` if the event is not an HTTP request
 *
 * @example
 * const bot = createBot({ token: process.env.WECHAT_TOKEN, path: "*" });
 * exports.main_handler = fromEvent(bot);
 */
export function fromEvent(bot: { readonly path: string; readonly fetch: FetchHandler }): EventHandler {
  requireBot(bot);
  return async (came, context) => {
    const event = readEvent(came);
    const works: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>): void => void works.push(work);
    const awake = setInterval(() => {}, AWAKE_MS);
    try {
      const response = await bot.fetch(toRequest(event, bot.path), context, { waitUntil });
      if (response.status === LAPSED) await Promise.allSettled(works);
      return await toResponse(event, response);
    } finally {
      clearInterval(awake);
    }
  };
}

function requireBot(bot: { readonly fetch?: unknown } | null | undefined): void {
  if (typeof bot?.fetch === "function") return;
  const got = typeof bot === "function" ? "a function: give the bot itself" : kindOf(bot);
  throw settingInvalid(`fromEvent must be called with a bot, got ${got}`);
}

function readEvent(came: unknown): HttpEvent {
  const event = came instanceof Uint8Array ? parse(new TextDecoder().decode(came)) : parse(came);
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw invalid(Array.isArray(event) ? "an array" : kindOf(event));
  }
  const { requestContext, httpMethod, rawPath, path, body } = event as HttpEvent;
  const isRequest = (httpMethod ?? requestContext?.http?.method) && (rawPath ?? path);
  if (!isRequest) {
    const names = Object.keys(event).slice(0, 20).join(", ");
    throw invalid(names === "" ? "one without fields" : `one with ${names}`);
  }
  if (typeof (body ?? "") !== "string") {
    throw new EchostrError("EVENT_INVALID", `Event must have its body as text, got ${typeof body}`);
  }
  return event;
}

function parse(event: unknown): unknown {
  if (typeof event !== "string") return event;
  try {
    return JSON.parse(event);
  } catch {
    throw invalid("text that is not JSON");
  }
}

function invalid(got: string): EchostrError {
  const message =
    "Event must be an HTTP request with httpMethod or requestContext.http.method, and path or rawPath, " +
    `got ${got}: is the function bound to another trigger`;
  return new EchostrError("EVENT_INVALID", message);
}

/** Methods that make `new Request` throw. The bot answers 405 to others that it does not take. */
const NOT_FOR_FETCH = /^(?:connect|trace|track)$|[^\w!#$%&'*+.^`|~-]/i;

function toRequest(event: HttpEvent, wanted: string): Request {
  const { httpMethod, requestContext, body, isBase64Encoded } = event;
  const asked = String(httpMethod ?? requestContext?.http?.method);
  const method = NOT_FOR_FETCH.test(asked) ? "OTHER" : asked;
  const encoding = isBase64Encoded === true || isBase64Encoded === "true" ? "base64" : "utf8";
  const sent = Buffer.from(String(body ?? ""), encoding);
  const url = `https://function.invalid${pathOf(event, wanted)}?${queryOf(event)}`;
  const hasBody = !/^(?:get|head)$/i.test(method);
  return new Request(url, { method, headers: headersOf(event), body: hasBody ? sent : null });
}

/** Some hosts leave the name of the stage out of the path, and the bot's path may have it or not. */
function pathOf({ rawPath, path, requestContext }: HttpEvent, wanted: string): string {
  const whole = String(rawPath ?? path).replace(/^(?!\/)/, "/").replace(/[?#]/g, encodeURIComponent);
  const stage = `/${requestContext?.stage}`;
  const without = whole.startsWith(`${stage}/`) ? whole.slice(stage.length) : whole;
  return [whole, without, stage + whole].find((each) => isPath(wanted, each)) ?? whole;
}

/** With every value that came, so that a parameter that stands twice is refused as on node:http. */
function queryOf(event: HttpEvent): string {
  if (typeof event.rawQueryString === "string") return event.rawQueryString;
  const { multiValueQueryStringParameters: lists } = event;
  const pairs =
    lists === undefined || lists === null
      ? pairsOf(event.queryString ?? event.queryParameters ?? event.queryStringParameters, ",")
      : pairsOf(lists);
  // A load balancer leaves them encoded.
  if (event.requestContext?.elb) return pairs.map((pair) => pair.join("=")).join("&");
  return new URLSearchParams(pairs).toString();
}

function headersOf({ multiValueHeaders, headers }: HttpEvent): Headers {
  const all = new Headers();
  for (const [name, value] of pairsOf(multiValueHeaders ?? headers)) {
    try {
      all.append(name, value);
    } catch {
      // A header that Headers refuses is not one of those that are read.
    }
  }
  return all;
}

/**
 * Names with their values, each of a list alone.
 *
 * @param comma the separator of values that the host has joined; WeChat's values contain none
 */
function pairsOf(fields: unknown, comma?: string): [string, string][] {
  return Object.entries(fields ?? {}).flatMap(([name, value]: [string, unknown]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = values.map((each) => String(each ?? ""));
    const all = comma === undefined ? texts : texts.flatMap((text) => text.split(comma));
    return all.map((text): [string, string] => [name, text]);
  });
}

async function toResponse(event: HttpEvent, response: Response): Promise<EventResponse> {
  const pairs = [...response.headers];
  const headers =
    event.multiValueHeaders && !event.headers
      ? { multiValueHeaders: Object.fromEntries(pairs.map(([name, value]) => [name, [value]])) }
      : { headers: Object.fromEntries(pairs) };
  const body = await response.text();
  return { statusCode: response.status, ...headers, body, isBase64Encoded: false };
}
