/**
 * A reply to a message that came as JSON: the fields of the XML one, under the same names.
 *
 * @module
 */
import { formatReply, removeForbidden } from "./reply.ts";
import type { FormattedReply, Reply, ReplyEnvelope } from "./reply.ts";
import { sign } from "./signature.ts";

/**
 * Renders a reply as JSON; its bounds are those of `formatReply`.
 *
 * @returns the body, and what did not fit into it
 * @throws EchostrError `REPLY_INVALID` as `formatReply` does
 *
 * @example
 * formatJsonReply(text("测试"), { ToUserName: "oABC", FromUserName: "gh_1", CreateTime: 1 }).body;
 * // {"ToUserName":"oABC","FromUserName":"gh_1","CreateTime":1,"MsgType":"text","Content":"测试"}
 */
export function formatJsonReply(
  reply: Reply,
  { ToUserName, FromUserName, CreateTime }: ReplyEnvelope,
  options: { readonly textLimitBytes?: number } = {},
): { readonly body: string; readonly rest?: Reply | undefined } {
  const { rest } = formatReply(reply, { ToUserName, FromUserName, CreateTime }, options);
  const head = { ToUserName, FromUserName, CreateTime };
  const count = reply.MsgType === "news" ? { ArticleCount: reply.Articles.length } : {};
  const own = { ...head, ...count };
  // Behind the reply's fields once more: it may hold such names itself, if a program made it by hand.
  const body = JSON.stringify(cleaned({ ...own, ...shown(reply, rest), ...own }));
  return { body, rest };
}

/**
 * Without the characters that a reply may not hold, and without what is empty, as in XML; an article alone
 * keeps an empty `Title`.
 */
function cleaned(value: unknown, kept?: string): unknown {
  if (typeof value === "string") return removeForbidden(value);
  if (Array.isArray(value)) return value.map((each) => cleaned(each, "Title"));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, each]) => [name, cleaned(each)] as const);
  return Object.fromEntries(fields.filter(([name, each]) => name === kept || !isEmpty(each)));
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== "object") return value === "";
  return value === null || Object.keys(value).length === 0;
}

/** The part of a text that fitted: it ends where the rest begins. */
function shown(reply: Reply, rest: FormattedReply["rest"]): Reply {
  if (reply.MsgType !== "text" || rest?.MsgType !== "text") return reply;
  const content = removeForbidden(reply.Content);
  return { MsgType: "text", Content: content.slice(0, content.length - rest.Content.length) };
}

/**
 * The body of an encrypted reply, signed over its own parts; `TimeStamp` is a number here.
 *
 * @param encrypted base64, made by `encrypt` of a reply's JSON
 * @param timestamp unix seconds
 * @param nonce the request's
 */
export function formatEncryptedJson(
  encrypted: string,
  token: string,
  timestamp: string,
  nonce: string,
): string {
  const MsgSignature = sign(token, timestamp, nonce, encrypted);
  return JSON.stringify({
    Encrypt: encrypted,
    MsgSignature,
    TimeStamp: Number(timestamp),
    Nonce: nonce,
  });
}
