/**
 * The platform's interfaces: what a bot calls at `https://api.weixin.qq.com`, and here instead of
 * it. Everything is answered with status 200 and JSON, also what went wrong; every call but those
 * for a token needs one.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { Followers } from "../platform/followers.ts";
import type { Description, LabAccount } from "../platform/types.ts";
import { waitingClock } from "../../src/clock.ts";
import { AccessTokens } from "./access-tokens.ts";
import { jsonResponse, refused } from "./answer.ts";
import type { ApiAnswer } from "./answer.ts";
import { ApiFailure } from "./api-errors.ts";
import { CustomerService } from "./customer-service.ts";
import { ApiFaults } from "./faults.ts";
import { Media } from "./media.ts";
import type { Button } from "./menu-rules.ts";
import { Menus } from "./menus.ts";
import { MessageWindows } from "./message-windows.ts";
import { Network } from "./network.ts";
import { QrCodes } from "./qr-codes.ts";
import { makeRoutes } from "./routes.ts";
import type { Route } from "./routes.ts";
import type { SentMessage } from "./sent-message.ts";
import { Users } from "./users.ts";

/** What it is made from. */
export interface ApiSideOptions {
  readonly account: LabAccount;
  /** If it is not set, any secret is accepted. */
  readonly appSecret?: string | undefined;
  readonly clock?: Pick<Clock, "now"> | undefined;
  readonly followers?: Followers | undefined;
  /** Whether the account is verified (认证); others may get tokens and little else. */
  readonly verified?: boolean | undefined;
  /** How long a token is good. Default 7,200,000. */
  readonly tokenLifeMs?: number | undefined;
}

/** One call of an interface, for those who watch. */
export interface ApiRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** Without the host and without the query, in which the token is. */
  readonly path: string;
  readonly status: number;
  /** 0 when it went well. */
  readonly errcode: number;
  readonly errmsg: string;
}

/** What changed, for those who show it. */
export type ApiChange =
  | { readonly what: "sent"; readonly message: SentMessage }
  | { readonly what: "typing"; readonly openId: string }
  | { readonly what: "menu" }
  | { readonly what: "called"; readonly call: ApiRecord };

/** The interfaces of one account. */
export interface ApiSide {
  /**
   * Answers a call; the host and what stands before `/cgi-bin/` do not matter. Rejects, as `fetch`
   * does, only where a fault breaks the connection.
   */
  readonly handle: (request: Request) => Promise<Response>;
  /** The same in the form of `fetch`, to be given to a bot. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** The customer-service messages so far. */
  readonly sent: readonly SentMessage[];
  /** The buttons of the menu that everybody sees; empty if there is none. */
  readonly menu: readonly Button[];
  /** Sets the menu as on WeChat's own pages; an empty list removes it. */
  readonly setMenu: (button: readonly Button[]) => void;
  /** The buttons that this follower sees. */
  readonly menuFor: (openId: string) => readonly Button[];
  readonly isTyping: (openId: string) => boolean;
  /** What goes wrong on purpose. */
  readonly faults: ApiFaults;
  readonly tokens: AccessTokens;
  readonly network: Network;
  readonly media: Media;
  readonly codes: QrCodes;
  readonly followers: Followers;
  /** A follower sends this: it opens the time in which they may be written to, and keeps its media. */
  readonly note: (openId: string, description: Description) => void;
  /** @returns ends the listening */
  readonly onSent: (listener: (message: SentMessage) => void) => () => void;
  /** @returns ends the listening */
  readonly onChange: (listener: (change: ApiChange) => void) => () => void;
}

/**
 * @example
 * const api = createApiSide({ account: prepareLabAccount() });
 * await api.fetch("https://api.weixin.qq.com/cgi-bin/getcallbackip?access_token=…");
 */
export function createApiSide(options: ApiSideOptions): ApiSide {
  const { account, appSecret, clock = waitingClock, verified = true, tokenLifeMs } = options;
  const followers = options.followers ?? new Followers();
  const listeners = new Set<(change: ApiChange) => void>();
  const tell = (change: ApiChange): void => {
    for (const listener of listeners) listener(change);
  };
  const onChange: ApiSide["onChange"] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const faults = new ApiFaults();
  const tokens = new AccessTokens({ appId: account.appId, appSecret, tokenLifeMs }, clock);
  const media = new Media(clock);
  const menus = new Menus(followers, () => tell({ what: "menu" }));
  const codes = new QrCodes(clock);
  const users = new Users(followers);
  const network = new Network(account.appId, clock);
  const service = new CustomerService({
    clock,
    windows: new MessageWindows(followers),
    hasMedia: (mediaId) => media.find(mediaId) !== undefined,
    onSent: (message) => tell({ what: "sent", message }),
    onTyping: (openId) => tell({ what: "typing", openId }),
  });
  const routes = makeRoutes({ tokens, network, service, menus, media, codes, users });

  const routeOf = (path: string): Route | undefined =>
    Object.hasOwn(routes, path) ? routes[path] : undefined;

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const [prefix, path] = splitPath(url.pathname);
    const route = routeOf(path);
    if (route === undefined) throw new ApiFailure(40066);
    if (route.method === "GET" && request.method !== "GET") throw new ApiFailure(43001);
    if (route.method === "POST" && request.method !== "POST") throw new ApiFailure(43002);
    if (route.tokenless !== true) {
      tokens.check(url.searchParams.get("access_token"));
      if (!verified && route.open !== true) throw new ApiFailure(48001);
    }
    const found = await route.answer({
      query: url.searchParams,
      base: url.origin + prefix,
      request,
    });
    return found instanceof Response ? found : jsonResponse(found, route.plain);
  };

  /** What is answered where nothing goes wrong on purpose. */
  const answered = async (request: Request, route: Route | undefined): Promise<ApiAnswer> => {
    try {
      return { response: await answer(request), errcode: 0, errmsg: "ok" };
    } catch (error) {
      const failure = error instanceof ApiFailure ? error : new ApiFailure("-1", String(error));
      return refused(failure, route?.plain);
    }
  };

  const handle = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    const file = media.serve(path);
    if (file !== undefined) return file;
    const note = { at: clock.now(), method: request.method, path };
    const [prefix, name] = splitPath(path);
    const fate = await faults.meet(path.slice(prefix.length));
    if (fate?.kind === "drop" && fate.when === "before") throw brokenConnection();
    const { response, errcode, errmsg } =
      fate?.kind === "answer" ? fate.answer() : await answered(request, routeOf(name));
    if (fate?.kind === "drop") throw brokenConnection();
    tell({ what: "called", call: { ...note, status: response.status, errcode, errmsg } });
    return response;
  };

  return {
    handle,
    fetch: (input, init) => handle(new Request(input, init)),
    get sent() {
      return service.sent;
    },
    get menu() {
      return menus.buttonsFor();
    },
    setMenu: (button) => menus.set(button),
    menuFor: (openId) => menus.buttonsFor(openId),
    isTyping: (openId) => service.isTyping(openId),
    faults,
    tokens,
    network,
    media,
    codes,
    followers,
    note: (openId, description) => {
      followers.note(openId, description, clock.now());
      media.keepSent(description);
    },
    onSent: (listener) =>
      onChange((change) => {
        if (change.what === "sent") listener(change.message);
      }),
    onChange,
  };
}

/** The parts before and after `/cgi-bin/`. */
function splitPath(pathname: string): readonly [prefix: string, path: string] {
  const [, prefix = "", path = ""] = /^(.*?)\/cgi-bin\/(.*)$/s.exec(pathname) ?? [];
  return [prefix, path];
}

/** As `fetch` has it. */
function brokenConnection(): TypeError {
  const cause = Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
  return new TypeError("fetch failed", { cause });
}
