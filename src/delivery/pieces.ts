/**
 * One answer as the replies that it takes: a text that is too long becomes several, all but the
 * last ending with a sentence that asks for the next.
 *
 * @module
 */
import { removeForbidden, splitText } from "../protocol/reply.ts";
import type { Reply } from "../protocol/reply.ts";

/** What decides where a text is cut. */
export interface PieceLimits {
  readonly textLimitBytes: number;
  /** The sentence; `""` for none. */
  readonly more: string;
}

/** @returns at least one reply; more only when the reply is a text above the limit */
export function toPieces(reply: Reply, limits: PieceLimits): Reply[] {
  const { textLimitBytes, more } = limits;
  if (reply.MsgType !== "text" || typeof reply.Content !== "string") return [reply];
  if (fits(reply.Content, textLimitBytes)) return [reply];
  const end = more === "" ? "" : `\n${more}`;
  const pieces: Reply[] = [];
  let rest = removeForbidden(reply.Content);
  while (!fits(rest, textLimitBytes)) {
    const [head, tail] = splitText(rest, textLimitBytes - Buffer.byteLength(end));
    pieces.push({ MsgType: "text", Content: head + end });
    rest = tail;
  }
  pieces.push({ MsgType: "text", Content: rest });
  return pieces;
}

/** The most bytes of one answer in all its pieces; a follower would have to write 145 times for it. */
export const PIECES_BYTES: number = 256 * 1024;

/** As many pieces of an answer as are kept for its follower, and whether that is not all of it. */
export function keptPieces(
  reply: Reply,
  limits: PieceLimits,
): { readonly pieces: readonly Reply[]; readonly isCut: boolean } {
  const begun = beginningOf(reply, PIECES_BYTES);
  const all = toPieces(begun, limits);
  const pieces = withinBytes(all, PIECES_BYTES, limits.more);
  return { pieces, isCut: begun !== reply || pieces.length < all.length };
}

/**
 * As much of a text as can take so many bytes: no more of it need be cut into pieces, which for a
 * text of a megabyte takes longer and holds more than all the rest of its delivery.
 */
export function beginningOf(reply: Reply, bytes: number): Reply {
  if (reply.MsgType !== "text" || typeof reply.Content !== "string") return reply;
  // A code unit takes a byte at least. The one more makes sure that the last piece is cut off.
  if (reply.Content.length <= bytes + 1) return reply;
  return { MsgType: "text", Content: reply.Content.slice(0, bytes + 1) };
}

/**
 * The first pieces that take no more than so many bytes, one at least. The last of them does not ask
 * for a next one that will not come.
 */
function withinBytes(pieces: readonly Reply[], bytes: number, more: string): readonly Reply[] {
  let left = bytes;
  const end = pieces.findIndex((reply, index) => {
    left -= reply.MsgType === "text" ? Buffer.byteLength(reply.Content) : 0;
    return left < 0 && index > 0;
  });
  if (end < 0) return pieces;
  return pieces.slice(0, end).map((reply, index) => {
    return index === end - 1 ? withoutMore(reply, more) : reply;
  });
}

/**
 * A late answer and the answer of the message that fetched it: as one text, if both are texts and
 * fit; otherwise one after the other, the first asking for the second.
 */
export function putBefore(
  late: Reply,
  own: readonly Reply[],
  { textLimitBytes, more }: PieceLimits,
): Reply[] {
  const [first] = own;
  if (first === undefined) return [late];
  if (late.MsgType !== "text") return [late, ...own];
  if (own.length === 1 && first.MsgType === "text") {
    const both = `${late.Content}\n\n${first.Content}`;
    if (fits(both, textLimitBytes)) return [{ MsgType: "text", Content: both }];
  }
  const asking = `${late.Content}\n${more}`;
  if (more === "" || !fits(asking, textLimitBytes)) return [late, ...own];
  return [{ MsgType: "text", Content: asking }, ...own];
}

/** Whether a reply ends with the sentence that asks for the next. */
export function asksForMore(reply: Reply | undefined, more: string): boolean {
  return reply?.MsgType === "text" && more !== "" && reply.Content.endsWith(more);
}

/** A piece for somebody who gets all of them at once. */
export function withoutMore(reply: Reply, more: string): Reply {
  if (reply.MsgType !== "text" || !asksForMore(reply, more)) return reply;
  return { MsgType: "text", Content: reply.Content.slice(0, -more.length).trimEnd() };
}

/** A code unit takes one to three bytes: what is far from the limit is not measured, however long. */
function fits(content: string, limitBytes: number): boolean {
  if (content.length > limitBytes) return false;
  return Buffer.byteLength(content) <= limitBytes;
}
