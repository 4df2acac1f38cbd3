/**
 * The two ways to an access_token, the pass for every call of the API.
 *
 * *stable* (`/cgi-bin/stable_token`): every request gets the same token while it is valid, so any number of
 * processes may ask. A request in its last five minutes renews it. `force_refresh` invalidates the current
 * token at once; WeChat allows that 20 times a day.
 *
 * *classic* (`/cgi-bin/token`): every request makes a new token and invalidates the previous one, five minutes
 * later. Two programs that do not know of each other invalidate each other's tokens again and again: errcode
 * 40001. There are 2,000 requests a day.
 *
 * The tokens of the two endpoints are independent.
 *
 * @module
 */
import { wordOf } from "../options.ts";
import { answerInvalid, fieldsOf } from "./api-error.ts";
import type { ApiRequest, JsonAnswer } from "./http.ts";

/** Which of the two ways. */
export type TokenKind = "stable" | "classic";

/** WeChat's last two hours. What is said to last longer than a day is asked for again then. */
const LONGEST_SECONDS = 86_400;

/** stable_token gives a new token in the last five minutes of the old one. */
const RENEW_BEFORE_MS = 300_000;

/** A token that ends while the call is on its way is of no use. */
export const TOO_SHORT_MS = 10_000;

/** A token, and until when it is good. */
export interface Token {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** From then on a new one can be fetched. */
  readonly renewAt: number;
}

/** @param force end the present token, where the way gives the same one otherwise */
export function tokenRequest(
  kind: TokenKind,
  appid: string,
  secret: string,
  force: boolean,
): ApiRequest {
  const grant_type = "client_credential";
  if (kind === "classic") {
    return { method: "GET", path: "/cgi-bin/token", query: { grant_type, appid, secret } };
  }
  const body = { grant_type, appid, secret, force_refresh: force };
  return { method: "POST", path: "/cgi-bin/stable_token", query: {}, body };
}

/**
 * Reads the answer to a `tokenRequest`.
 *
 * @param now when it came, in milliseconds since 1970
 * @throws EchostrError `API_ANSWER_INVALID`
 */
export function readToken(path: string, answer: JsonAnswer, now: number): Token {
  const { access_token: token, expires_in: seconds } = answer;
  if (typeof token !== "string" || token === "" || seconds === undefined) {
    const got = `the fields: ${fieldsOf(answer)}`;
    throw answerInvalid(`access_token and expires_in expected from ${path}, got ${got}`);
  }
  // What stands between here and WeChat may make texts of numbers.
  const life = typeof seconds === "string" && seconds !== "" ? Number(seconds) : seconds;
  if (typeof life === "number" && life > 0) {
    const lifeMs = Math.floor(Math.min(life, LONGEST_SECONDS) * 1000);
    const renewAt = now + lifeMs - Math.min(RENEW_BEFORE_MS, lifeMs / 2);
    return { token, expiresAt: now + lifeMs, renewAt };
  }
  const got = typeof seconds === "number" ? String(seconds) : wordOf(seconds);
  throw answerInvalid(`expires_in from ${path} must be seconds above 0, got ${got}`);
}
