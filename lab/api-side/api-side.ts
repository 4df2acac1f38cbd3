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
import { ApiFailure, errorBody } from "./api-errors.ts";
import { CustomerService } from "./customer-service.ts";
import { Media } from "./media.ts";
import type { Button } from "./menu-rules.ts";
import { Menus } from "./menus.ts";
import { MessageWindows } from "./message-windows.ts";
import { Network } from "./network.ts";
import { QrCodes } from "./qr-codes.ts";
import { makeRoutes } from "./routes.ts";
import type { SentMessage } from "./sent-message.ts";
import { Users } from "./users.ts";

/** What it is made from. */
export interface ApiSideOptions {
  readonly account: LabAccount;
  /** Any secret is right when there is none. */
  readonly appSecret?: string | undefined;
  readonly clock?: Pick<Clock, "now"> | undefined;
  readonly followers?: Followers | undefined;
  /** Whether the account is verified (认证); others may get tokens and little else. */
  readonly verified?: boolean | undefined;
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
  /** Answers a call; the host and what stands before `/cgi-bin/` do not matter. Never rejects. */
  readonly handle: (request: Request) => Promise<Response>;
  /** The same in the form of `fetch`, to be given to a bot. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** The customer-service messages so far. */
  readonly sent: readonly SentMessage[];
  /** The buttons of the menu that everybody sees; empty when there is none. */
  readonly menu: readonly Button[];
  /** The buttons that this follower sees. */
  readonly menuFor: (openId: string) => readonly Button[];
  readonly isTyping: (openId: string) => boolean;
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
  const { account, appSecret, clock = waitingClock, verified = true } = options;
  const followers = options.followers ?? new Followers();
  const listeners = new Set<(change: ApiChange) => void>();
  const tell = (change: ApiChange): void => {
    for (const listener of listeners) listener(change);
  };
  const onChange: ApiSide["onChange"] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const tokens = new AccessTokens({ appId: account.appId, appSecret }, clock);
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

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const [, prefix = "", path = ""] = /^(.*?)\/cgi-bin\/(.*)$/s.exec(url.pathname) ?? [];
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
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
    return found instanceof Response ? found : Response.json(found);
  };

  const handle = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    const file = media.serve(path);
    if (file !== undefined) return file;
    const note = { at: clock.now(), method: request.method, path };
    try {
      const response = await answer(request);
      tell({
        what: "called",
        call: { ...note, status: response.status, errcode: 0, errmsg: "ok" },
      });
      return response;
    } catch (error) {
      const body = errorBody(
        error instanceof ApiFailure ? error : new ApiFailure("-1", String(error)),
      );
      tell({ what: "called", call: { ...note, status: 200, ...body } });
      return Response.json(body);
    }
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
    menuFor: (openId) => menus.buttonsFor(openId),
    isTyping: (openId) => service.isTyping(openId),
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
