/**
 * A reply to a message that came as JSON: the fields of the XML one, under the same names.
 *
 * @module
 */
import { formatReply, removeForbidden, replyFields } from "./reply.ts";
import type { Reply, ReplyEnvelope } from "./reply.ts";

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
  envelope: ReplyEnvelope,
  options: { readonly textLimitBytes?: number } = {},
): { readonly body: string; readonly rest?: Reply | undefined } {
  const { rest } = formatReply(reply, envelope, options);
  const content = reply.MsgType === "text" ? removeForbidden(reply.Content) : "";
  // What fitted of a text ends where the rest begins.
  const end = content.length - (rest?.MsgType === "text" ? rest.Content.length : 0);
  const body = JSON.stringify({
    ToUserName: removeForbidden(envelope.ToUserName),
    FromUserName: removeForbidden(envelope.FromUserName),
    CreateTime: envelope.CreateTime,
    MsgType: reply.MsgType,
    ...(reply.MsgType === "text" ? { Content: content.slice(0, end) } : replyFields(reply)),
  });
  return { body, rest };
}
