/**
 * Who may speak to the play server: the page that was opened by the address it printed.
 *
 * A server on the loopback address is not private. Every page in the same browser can send it
 * requests, a name of the attacker's may be pointed at 127.0.0.1 (DNS rebinding), and every user of
 * the machine can connect. Against them, in this order:
 *
 * 1. `Host` must be our own: a rebound name is another one.
 * 2. A request that changes something must come from our own page: `Origin` must be ours, and
 *    `Sec-Fetch-Site`, where a browser sends it, must not say that another site asks.
 * 3. Everything needs the key of the printed address. It is exchanged for a cookie that scripts
 *    cannot read and other sites do not send, so that it is in no address afterwards.
 *
 * Browsers know no ports where cookies are concerned: a cookie of 127.0.0.1 goes to every server of
 * this machine. So the page lies under a random path, to which the cookie is bound, and its value is
 * made from the key and the port: it is not the key, and opens no other play.
 *
 * @module
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request is turned away; the sentence is its answer. */
export interface Refusal {
  readonly status: 403 | 421;
  readonly sentence: string;
}

export interface Guard {
  /** Stands in the printed address. */
  readonly key: string;
  /** @returns why the request is turned away, before its path is looked at */
  refuse(request: IncomingMessage): Refusal | undefined;
  /** Whether a request brings the cookie. */
  hasCookie(request: IncomingMessage): boolean;
  /** Whether a text is the key. */
  isKey(text: string): boolean;
  /** The path below which the page lies, with a slash at both ends. */
  readonly root: string;
  /** The value of `Set-Cookie` for a browser that had the key. */
  readonly cookie: string;
}

/**
 * @param port on which the server listens
 * @param key default: 192 random bits
 */
export function createGuard(
  port: number,
  key: string = randomBytes(24).toString("base64url"),
): Guard {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const root = `/${randomBytes(16).toString("base64url")}/`;
  // Two plays on one machine must not overwrite each other's cookie.
  const name = `echostr-play-${port}`;
  const pass = createHmac("sha256", key).update(`cookie of port ${port}`).digest("base64url");
  return {
    key,
    root,
    // A name that begins with __Host- would bind it to more, but only over https, and not to a path.
    cookie: `${name}=${pass}; Path=${root}; HttpOnly; SameSite=Strict`,
    isKey: (text) => isSameSecret(text, key),
    hasCookie(request) {
      const cookies = (request.headers.cookie ?? "").split(/;\s*/);
      return cookies.some(
        (cookie) =>
          cookie.startsWith(`${name}=`) && isSameSecret(cookie.slice(name.length + 1), pass),
      );
    },
    refuse(request) {
      const { host = "", origin } = request.headers;
      if (!hosts.includes(host)) {
        return {
          status: 421,
          sentence: `Host must be ${hosts.join(" or ")}, got "${host.slice(0, 100)}"`,
        };
      }
      const site = request.headers["sec-fetch-site"];
      if (site === "cross-site" || site === "same-site") {
        return {
          status: 403,
          sentence: "Another site asked for this; open the address that play printed",
        };
      }
      const mayChange = request.method !== "GET" && request.method !== "HEAD";
      if (origin === undefined ? mayChange : origin !== `http://${host}`) {
        const got = origin === undefined ? "none" : `"${origin.slice(0, 100)}"`;
        return { status: 403, sentence: `Origin must be http://${host}, got ${got}` };
      }
      return undefined;
    },
  };
}

/** Compares in constant time, whatever the lengths. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** What the browser may do with an answer of ours: nothing that the page itself does not need. */
export const SAFETY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    // No text becomes markup, not even by mistake: the browser refuses to.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};
