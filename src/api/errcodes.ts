/**
 * What the errcodes of the API mean and what to do. WeChat's own `errmsg` is often a
 * riddle ("api unauthorized"), and 40001 alone has three causes.
 *
 * For a code without a sentence, the `errmsg` is shown unchanged.
 *
 * @module
 */
import { ERRCODES } from "./errcode-sentences.ts";

/** The token that a call was made with is not, or no longer, good: a fresh one may help. */
export const TOKEN_ERRCODES: readonly number[] = [40001, 40014, 42001];

/** The platform is busy; the same call may go through a moment later. */
export const BUSY_ERRCODE = -1;

/** The account may not call this API at all. */
export const NO_RIGHT_ERRCODE = 48001;

/** There is no menu. */
export const NO_MENU_ERRCODE = 46003;

/**
 * The addresses that a refusal with 40164 names: `invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in
 * whitelist`.
 */
function refusedAddress(errmsg: string): string | undefined {
  const [, v4, v6] = /invalid ip ([\da-fA-F.:]+)(?: ipv6 ([\da-fA-F.:]+))?/.exec(errmsg) ?? [];
  if (v4 === undefined) return undefined;
  return v6 === undefined || v6.endsWith(v4) ? v4 : `${v4} or ${v6}`;
}

/** Below `/sns/` a person's token is meant, and not the account's. */
const OF_PERSONS: Readonly<Record<number, string>> = {
  40001: "The access_token is not one of a web authorization; use the one that /sns/oauth2/access_token returned with the openid",
  40003: "The openid does not belong to the access_token; use the one that was returned with it",
  40014: "The access_token is not one of a web authorization that WeChat knows; let the user authorize again",
  41001: "The access_token is missing; put the one of the web authorization into the query",
  42001: "The access_token of the web authorization has expired; get another from /sns/oauth2/refresh_token",
  48001: "The person was asked with the scope snsapi_base; ask with snsapi_userinfo",
};

/**
 * @param path of the call
 * @returns the sentence for a code; `undefined` when there is nothing to add to its `errmsg`
 */
export function explainErrcode(errcode: number, errmsg: string, path: string): string | undefined {
  const sentence = (path.startsWith("/sns/") ? OF_PERSONS[errcode] : undefined) ?? ERRCODES[errcode];
  const address = errcode === 40164 ? refusedAddress(errmsg) : undefined;
  if (sentence === undefined || address === undefined) return sentence;
  return sentence.replace("This machine's address", `This machine's address ${address}`);
}
