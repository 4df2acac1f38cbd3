/**
 * What must not be seen in texts that somebody else wrote: the platform, a proxy, a `fetch` of one's own. They
 * may repeat what was sent to them.
 *
 * @module
 */
import { shortenOpenId } from "../log.ts";

/** What of a query or a body is a secret. */
const SECRETS = ["access_token", "secret", "appsecret", "code", "js_code", "refresh_token"] as const;

/** Longer than any word; tokens have 100 to 512 characters. */
const LIKE_A_TOKEN = /[\w-]{64,}/g;

const OPENID = /(?<![\w-])o[\w-]{27}(?![\w-])/g;

/** What was sent with a call. */
export interface SentParts {
  readonly query: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** A text without what looks like a token. */
export function hideTokens(text: string): string {
  return text.replace(LIKE_A_TOKEN, "…");
}

/** A text without the secrets of a call, and those that are named, and with openids shortened. */
export function hideSent({ query, body }: SentParts, text: string, more: readonly string[] = []): string {
  let hidden = text;
  const sent = { ...query, ...(body as Record<string, unknown> | undefined) };
  for (const secret of [...more, ...SECRETS.map((name) => sent[name])]) {
    // A short one is not a secret, and hiding it would break up words.
    if (typeof secret === "string" && secret.length >= 8) hidden = hidden.replaceAll(secret, "…");
  }
  for (const openId of [query["openid"], (body as { touser?: unknown } | undefined)?.touser]) {
    if (typeof openId !== "string" || openId === "") continue;
    hidden = hidden.replaceAll(openId, shortenOpenId(openId));
  }
  return hideTokens(hidden).replace(OPENID, shortenOpenId);
}
