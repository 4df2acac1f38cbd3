/**
 * A stand-in of api.weixin.qq.com on the loopback: it behaves as WeChat's documents and its users
 * say that the platform does. Nothing here comes from src. Other processes may speak to it, since
 * it is reached over HTTP; its clock and its faults are turned by the test that started it.
 *
 * @module
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { StandInAccount } from "./stand-in-account.ts";
import { StandInFaults } from "./stand-in-faults.ts";
import { StandInMedia } from "./stand-in-media.ts";
import { StandInMenu } from "./stand-in-menu.ts";
import { StandInMessages } from "./stand-in-messages.ts";
import { StandInTokens } from "./stand-in-tokens.ts";
import { Refusal, recordOf, refusal } from "./stand-in-wire.ts";
import type { Endpoint, Given, Received } from "./stand-in-wire.ts";

export const APP_ID = "wx5823bf96d3bd56c7";
export const SECRET = "5ecret0fTheAccount0123456789abcd";

export interface StandInOptions {
  /** The time; the machine's unless told. `turn` adds to it. */
  readonly now?: () => number;
  /** Seconds that a token is good for; 7,200 unless told. */
  readonly expiresIn?: number;
  /** What stands before each path, such as `/proxy`. */
  readonly prefix?: string;
  /** A free one unless told. */
  readonly port?: number;
}

/** A request, and what it was answered with. */
export interface Exchanged extends Received {
  /** The body as JSON; without members when it is none. */
  readonly json: Readonly<Record<string, unknown>>;
  /** `undefined` when it was not answered, or not by the platform. */
  readonly errcode: number | undefined;
}

interface Route {
  readonly method: "GET" | "POST" | "any";
  /** Whether it needs an access_token. */
  readonly open?: true;
  readonly run: Endpoint;
}

export class ApiStandIn extends StandInFaults {
  readonly tokens: StandInTokens;
  readonly messages: StandInMessages;
  readonly menu: StandInMenu = new StandInMenu();
  readonly media: StandInMedia;
  readonly account: StandInAccount = new StandInAccount(APP_ID);
  /** Paths that the account has no right to. */
  readonly withoutRight: Set<string> = new Set();
  /** What came, in order of arrival. */
  readonly requests: Exchanged[] = [];
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #options: StandInOptions;
  readonly #server: Server;
  #port: number;
  #turnedMs = 0;
  #running = 0;

  constructor(options: StandInOptions = {}) {
    super();
    const { expiresIn = 7200 } = options;
    const now = (): number => this.now();
    this.#options = options;
    this.#port = options.port ?? 0;
    this.tokens = new StandInTokens({ appId: APP_ID, secret: SECRET, expiresIn, now });
    this.messages = new StandInMessages(now);
    this.media = new StandInMedia(now);
    this.#routes = new Map(Object.entries(this.#table()));
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** After `close` it may listen again, on the same port. */
  async listen(): Promise<this> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = this.port;
    return this;
  }

  async close(): Promise<void> {
    this.openAll();
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

  /** See `StandInTokens.kill`. */
  killToken(how?: "replaced" | "stuck"): void {
    this.tokens.kill(how);
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

  #table(): Record<string, Route> {
    const { tokens, messages, menu, media, account } = this;
    const get = (run: Endpoint): Route => ({ method: "GET", run });
    const post = (run: Endpoint): Route => ({ method: "POST", run });
    return {
      "/cgi-bin/token": { method: "any", open: true, run: (each) => tokens.askClassic(each) },
      "/cgi-bin/stable_token": { method: "any", open: true, run: (each) => tokens.askStable(each) },
      "/cgi-bin/message/custom/send": post((each) => messages.send(each)),
      "/cgi-bin/message/custom/typing": post((each) => messages.typing(each)),
      "/cgi-bin/user/info": get((each) => messages.info(each)),
      "/cgi-bin/menu/create": post((each) => menu.create(each)),
      "/cgi-bin/menu/get": get(() => menu.get()),
      "/cgi-bin/menu/delete": get(() => menu.delete()),
      "/cgi-bin/media/upload": post((each) => media.upload(each)),
      "/cgi-bin/media/get": get((each) => media.get(each)),
      "/cgi-bin/material/add_material": post((each) => media.add(each)),
      "/cgi-bin/material/get_material": post((each) => media.getMaterial(each)),
      "/cgi-bin/material/batchget_material": post((each) => media.list(each)),
      "/cgi-bin/material/del_material": post((each) => media.remove(each)),
      "/cgi-bin/qrcode/create": post((each) => account.createCode(each)),
      "/cgi-bin/getcallbackip": get(() => account.getCallbackIp()),
      "/cgi-bin/get_api_domain_ip": get(() => account.getApiDomainIp()),
      "/cgi-bin/callback/check": post((each) => account.check(each)),
      "/cgi-bin/clear_quota": post((each) => account.clearQuota(each)),
      "/cgi-bin/openapi/quota/get": post((each) => account.getQuota(each)),
    };
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
    const address = new URL(url, "http://platform");
    const path = this.#withoutPrefix(address.pathname);
    const query = Object.fromEntries(address.searchParams);
    const arrived: Received = { method, path: path ?? url, query, headers, body, at: this.now() };
    const place = this.requests.push({ ...arrived, json: jsonOf(body), errcode: undefined }) - 1;
    await this.wait(arrived.path);
    const received = { ...arrived, at: this.now() };
    const fate = this.take(received.path);
    if (fate?.kind === "drop" && fate.when === "before") {
      response.destroy();
      return;
    }
    const given = fate?.kind === "answer" ? fate.given() : this.#answer(path, received);
    if (fate?.kind === "drop") {
      response.destroy();
      return;
    }
    this.requests[place] = { ...arrived, json: jsonOf(body), errcode: given.errcode };
    const length = String(Buffer.byteLength(given.body));
    const all = { "Content-Length": length, ...given.headers };
    response.writeHead(given.status, all).end(given.body);
  }

  #withoutPrefix(pathname: string): string | undefined {
    const { prefix = "" } = this.#options;
    return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined;
  }

  #answer(path: string | undefined, request: Received): Given {
    if (path === undefined) {
      const headers = { "Content-Type": "text/html" };
      return { status: 404, headers, body: "<html>404 Not Found</html>", errcode: undefined };
    }
    try {
      const route = this.#routes.get(path);
      if (route === undefined) throw new Refusal(40066);
      if (route.open === undefined) this.tokens.check(request.query["access_token"], request.at);
      if (route.method !== "any" && route.method !== request.method) {
        throw new Refusal(route.method === "POST" ? 43002 : 43001);
      }
      if (this.withoutRight.has(path)) throw new Refusal(48001);
      return route.run(request);
    } catch (error) {
      if (error instanceof Refusal) return refusal(error.errcode, error.message);
      throw error;
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

function jsonOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(body.toString("utf8")));
  } catch {
    return {};
  }
}
