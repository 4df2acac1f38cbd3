/**
 * WeChat's API for tests: the lab's, on a port of the loopback, so that other processes may speak to
 * it too. Its clock and its faults are turned by the test that started it, and each request is kept
 * as it came. Beside what the lab checks of a request, it is strict where the lab cannot know.
 *
 * @module
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { AccessTokens, TokenEnd } from "../../lab/api-side/access-tokens.ts";
import { createApiSide } from "../../lab/api-side/api-side.ts";
import type { ApiSide } from "../../lab/api-side/api-side.ts";
import type { ApiFaults } from "../../lab/api-side/faults.ts";
import type { Medium } from "../../lab/api-side/media.ts";
import type { Network } from "../../lab/api-side/network.ts";
import { prepareLabAccount } from "../../lab/platform/accounts.ts";
import { fetchRequest } from "../../lab/play/http.ts";

export const APP_ID = "wx5823bf96d3bd56c7";
export const SECRET = "5ecret0fTheAccount0123456789abcd";

export interface StandInOptions {
  /** The time. Default: the machine's. `turn` adds to it. */
  readonly now?: () => number;
  /** Seconds that a token is good for. Default: 7,200. */
  readonly expiresIn?: number;
  /** What stands before each path, such as `/proxy`. */
  readonly prefix?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** A request as it came, and what it was answered with. */
export interface Exchanged {
  readonly method: string;
  /** Without prefix and query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** In milliseconds since 1970, by the stand-in's clock. */
  readonly at: number;
  /** The body as JSON; without members when it is none. */
  readonly json: Readonly<Record<string, unknown>>;
  /** `undefined` when it was not answered, or not by the platform. */
  readonly errcode: number | undefined;
}

/** What a follower does, as a message of theirs. */
const DONE = {
  message: { MsgType: "text", Content: "x" },
  click: { MsgType: "event", Event: "CLICK", EventKey: "k" },
  follow: { MsgType: "event", Event: "subscribe", EventKey: "" },
  scan: { MsgType: "event", Event: "SCAN", EventKey: "1" },
  unfollow: { MsgType: "event", Event: "unsubscribe", EventKey: "" },
} as const;

export class ApiStandIn {
  /** What came, in order of arrival. */
  readonly requests: Exchanged[] = [];
  readonly side: ApiSide;
  readonly #options: StandInOptions;
  readonly #server: Server;
  #port: number;
  #turnedMs = 0;
  #running = 0;
  #forgotten = 0;

  constructor(options: StandInOptions = {}) {
    const { expiresIn = 7200, port = 0 } = options;
    this.#options = options;
    this.#port = port;
    this.side = createApiSide({
      account: prepareLabAccount({ appId: APP_ID }),
      appSecret: SECRET,
      clock: { now: () => this.now() },
      tokenLifeMs: expiresIn * 1000,
    });
    this.tokens.callerIp = "1.2.3.4";
    this.network.callbackIps = ["101.226.62.77", "203.205.151.0/24", "2402:4e00::1"];
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // Else a connection may be closed just as a process of a busy machine sends its next call.
    this.#server.keepAliveTimeout = 60_000;
  }

  get faults(): ApiFaults {
    return this.side.faults;
  }

  get tokens(): AccessTokens {
    return this.side.tokens;
  }

  get network(): Network {
    return this.side.network;
  }

  /** After `close` it may listen again, on the same port. */
  async listen(): Promise<this> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = this.port;
    return this;
  }

  async close(): Promise<void> {
    this.faults.clear();
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close().closeAllConnections();
    await closed;
  }

  get port(): number {
    return this.#server.listening ? (this.#server.address() as AddressInfo).port : this.#port;
  }

  /** What a client is told as the address of the API. */
  get base(): string {
    return `http://127.0.0.1:${this.port}${this.#options.prefix ?? ""}`;
  }

  now(): number {
    return (this.#options.now ?? Date.now)() + this.#turnedMs;
  }

  /** Lets the time pass, for the platform. */
  turn(ms: number): void {
    this.#turnedMs += ms;
  }

  /** How many requests are being answered. */
  get running(): number {
    return this.#running;
  }

  /** See `AccessTokens.end`. */
  killToken(how?: TokenEnd): void {
    this.tokens.end(how);
  }

  /** A follower writes, clicks, follows, scans or leaves. */
  heard(openId: string, what: keyof typeof DONE = "message"): void {
    this.side.note(openId, DONE[what]);
  }

  /** Files with these ids are there. */
  knows(...mediaIds: readonly string[]): void {
    for (const mediaId of mediaIds) this.side.media.keep("image", { mediaId });
  }

  /** The customer-service messages that were taken, in order, as they were sent. */
  get sent(): readonly Readonly<Record<string, unknown>>[] {
    return this.side.sent.slice(this.#forgotten).map(({ body }) => body);
  }

  /** What was sent so far is not in `sent` any more. */
  forgetSent(): void {
    this.#forgotten = this.side.sent.length;
  }

  /** The buttons of the menu that was set last. */
  get menu(): readonly Readonly<Record<string, unknown>>[] | undefined {
    return this.side.menu.length === 0 ? undefined : this.side.menu;
  }

  /** The files that are kept for three days, or for good. */
  files(kept: "temporary" | "permanent"): readonly Medium[] {
    return this.side.media.list.filter(({ permanent }) => permanent === (kept === "permanent"));
  }

  /** The requests for a path, in order. */
  requestsFor(path: string): readonly Exchanged[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** How many tokens were asked for, of both kinds. */
  get tokenRequests(): number {
    return this.requests.filter(({ path }) => /^\/cgi-bin\/(stable_)?token$/.test(path)).length;
  }

  /** The refusals that were given, in order. */
  get refusals(): readonly number[] {
    return this.requests.flatMap(({ errcode = 0 }) => (errcode === 0 ? [] : [errcode]));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#running += 1;
    response.on("close", () => (this.#running -= 1));
    let body: Buffer;
    try {
      body = await buffer(request);
    } catch {
      // The client left before it had said everything: nothing has arrived.
      return;
    }
    const { method = "", url = "", headers } = request;
    const address = new URL(url, `http://127.0.0.1:${this.port}`);
    const { prefix = "" } = this.#options;
    const isInside = address.pathname.startsWith(`${prefix}/`);
    const path = isInside ? address.pathname.slice(prefix.length) : url;
    const query = Object.fromEntries(address.searchParams);
    const json = jsonOf(body);
    const came = { method, path, query, headers, body, json, at: this.now(), errcode: undefined };
    const place = this.requests.push(came) - 1;
    if (!isInside) {
      response.writeHead(404, { "Content-Type": "text/html" }).end("<html>404 Not Found</html>");
      return;
    }
    const fault = faultOf(came);
    try {
      const answer =
        fault === undefined
          ? await this.side.handle(fetchRequest(request, address.href, body))
          : Response.json({ errcode: fault, errmsg: "refused by the stand-in alone" });
      const bytes = Buffer.from(await answer.arrayBuffer());
      this.requests[place] = { ...came, errcode: errcodeOf(answer.status, bytes) };
      const all = { "content-length": bytes.length, ...Object.fromEntries(answer.headers) };
      response.writeHead(answer.status, all).end(bytes);
    } catch {
      response.destroy();
    }
  }
}

/** Starts one for the length of a test. */
export async function startStandIn(
  after: (end: () => Promise<void>) => void,
  options: StandInOptions = {},
): Promise<ApiStandIn> {
  const standIn = new ApiStandIn(options);
  after(() => standIn.close());
  return standIn.listen();
}

/** The endings that WeChat takes for each type; the lab looks at the bytes alone. */
const ENDINGS: Readonly<Record<string, RegExp>> = {
  image: /\.(?:png|jpe?g|gif|bmp)$/i,
  voice: /\.(?:amr|mp3|wma|wav)$/i,
  video: /\.mp4$/i,
  thumb: /\.jpg$/i,
};

/** What WeChat's pages call by GET. */
const ONLY_READ = /^\/cgi-bin\/(?:menu\/(?:get|delete)|getcallbackip|get_api_domain_ip)$/;

/** What our client must never send, though the lab would let others do so. */
function faultOf(request: Omit<Exchanged, "errcode">): number | undefined {
  const { method, path, query, headers, body } = request;
  if (method !== "GET" && ONLY_READ.test(path)) return 43001;
  const type = headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) {
    if (headers["content-length"] === undefined) return 41005;
    const name = /\bname="media"; filename="([^"]*)"/.exec(body.toString("utf8", 0, 4096))?.[1];
    const endings = path.endsWith("uploadimg") ? ENDINGS["image"] : ENDINGS[query["type"] ?? ""];
    return name === undefined || endings?.test(name) === false ? 40005 : undefined;
  }
  // Everywhere, not only where followers would see it.
  return /(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}/.test(body.toString("utf8")) ? 40033 : undefined;
}

/** `undefined` for an answer that is not the platform's. */
function errcodeOf(status: number, bytes: Buffer): number | undefined {
  if (status !== 200) return undefined;
  const { errcode = 0 } = jsonOf(bytes);
  return typeof errcode === "number" ? errcode : undefined;
}

function jsonOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
