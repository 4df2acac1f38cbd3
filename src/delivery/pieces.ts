/**
 * An answer as the messages that it takes: a text that is too long becomes several pieces. Where the
 * follower fetches them one by one, each but the last ends with a sentence that asks for the next.
 *
 * @module
 */
import { eachPiece } from "../protocol/text-cut.ts";
import type { TextPiece } from "../protocol/text-cut.ts";
import { removeForbidden, splitText } from "../protocol/reply.ts";
import type { Reply } from "../protocol/reply.ts";

/** What decides where a text is cut. */
export interface PieceLimits {
  /** The most bytes of UTF-8 in a text: the account's `textLimitBytes`. */
  readonly limitBytes: number;
  /** The sentence. `""` for none: where pieces are pushed one after the other, or the bot wants none. */
  readonly more: string;
}

/**
 * The messages of an answer, in their order. The same answer is cut once for those who fetch it, and
 * again with `more: ""` if it is pushed.
 *
 * Joined, the pieces of a text are the text: `cutText` says what a cut adds and leaves out.
 *
 * @param replies one reply, or all of an answer's
 * @returns at least one for each reply. A text asks for the next where one follows and it has room
 *
 * @example
 * toPieces({ MsgType: "text", Content: "0123456789a" }, { limitBytes: 10, more: "+" });
 * // texts of "01234567\n+" and "89a"
 */
export function toPieces(
  replies: Reply | readonly Reply[],
  limits: PieceLimits,
): readonly Reply[] {
  const all = isList(replies) ? replies : [replies];
  const [only] = all;
  if (all.length === 1 && only !== undefined) return cutReply(only, limits);
  return all.flatMap((reply, index) => {
    const pieces = cutReply(reply, limits);
    return index === all.length - 1 ? pieces : askAtEnd(pieces, limits);
  });
}

function cutReply(reply: Reply, limits: PieceLimits): readonly Reply[] {
  const pieces = [...piecesOf(reply, limits)];
  if (pieces.length < 2) return [reply];
  return pieces.map(({ content }, index) => {
    const isLast = index === pieces.length - 1;
    return { MsgType: "text", Content: isLast ? content : asking(content, limits.more) };
  });
}

/** @returns none for what is not cut */
function piecesOf(reply: Reply, { limitBytes, more }: PieceLimits): Iterable<TextPiece> {
  if (reply.MsgType !== "text" || typeof reply.Content !== "string") return [];
  if (fits(reply.Content, limitBytes)) return [];
  const roomBytes = limitBytes - Buffer.byteLength(asking("", more));
  return eachPiece(removeForbidden(reply.Content), limitBytes, roomBytes);
}

/**
 * The first message of an answer, as `toPieces` returns it, and the rest of the answer: of a text that was cut
 * the rest, which can be cut again, with another sentence or none.
 *
 * @example
 * firstPiece([{ MsgType: "text", Content: "0123456789a" }], { limitBytes: 10, more: "+" });
 * // a text of "01234567\n+", and a text of "89a"
 */
export function firstPiece(
  replies: readonly Reply[],
  limits: PieceLimits,
): readonly [piece: Reply | undefined, rest: readonly Reply[]] {
  const [first, ...others] = replies;
  if (first === undefined) return [undefined, []];
  const [cut, next] = piecesOf(first, limits);
  if (cut !== undefined && next !== undefined) {
    return [textOf(asking(cut.content, limits.more)), [textOf(next.rest), ...others]];
  }
  return [others.length === 0 ? first : askAtEnd([first], limits)[0], others];
}

/** Whether an answer is one message as it is, or none: nothing of it is cut, and nothing follows. */
export function isOnePiece(replies: readonly Reply[], { limitBytes }: PieceLimits): boolean {
  const [reply] = replies;
  if (replies.length > 1) return false;
  return reply?.MsgType !== "text" || typeof reply.Content !== "string" || fits(reply.Content, limitBytes);
}

function textOf(Content: string): Reply {
  return { MsgType: "text", Content };
}

/** The last piece of a reply behind which others come asks for them, if it has room. */
function askAtEnd(pieces: readonly Reply[], { limitBytes, more }: PieceLimits): readonly Reply[] {
  const last = pieces.at(-1);
  if (last?.MsgType !== "text" || typeof last.Content !== "string") return pieces;
  // A piece of an earlier answer, which asks for its own rest.
  if (asksForMore(last, more)) return pieces;
  const Content = asking(last.Content, more);
  return fits(Content, limitBytes) ? [...pieces.slice(0, -1), { MsgType: "text", Content }] : pieces;
}

/** A text and the sentence, which has a line of its own. */
function asking(content: string, more: string): string {
  if (more === "") return content;
  return content.endsWith("\n") ? content + more : `${content}\n${more}`;
}

/** The most bytes of one answer in all its pieces; a follower would have to write 36 times for it. */
export const PIECES_BYTES: number = 64 * 1024;

/**
 * As much of an answer as is kept for its follower: what `toPieces` with these limits makes of it
 * takes `PIECES_BYTES` at most. A text of megabytes is cut off before it is cut into pieces, which
 * would take longer and hold more than all the rest of its delivery.
 *
 * @returns `isCut` when that is not all of it
 */
export function keptReplies(
  replies: readonly Reply[],
  limits: PieceLimits,
): { readonly kept: readonly Reply[]; readonly isCut: boolean } {
  // Where half of each piece is the sentence, the pieces take three times of the text at most.
  if (bytesOf(replies) * 4 <= PIECES_BYTES) return { kept: replies, isCut: false };
  const kept: Reply[] = [];
  const isCut = true;
  let leftBytes = PIECES_BYTES;
  for (const reply of beginningOf(replies, PIECES_BYTES)) {
    const pieces = [...piecesOf(reply, limits)];
    for (const { content, before } of pieces) {
      leftBytes -= Buffer.byteLength(asking(content, limits.more));
      if (leftBytes >= 0) continue;
      return { kept: before === "" ? kept : [...kept, textOf(before)], isCut };
    }
    if (pieces.length === 0) leftBytes -= bytesOf([reply]);
    if (leftBytes < 0) return { kept, isCut };
    kept.push(reply);
  }
  return { kept, isCut: kept.length < replies.length || kept.at(-1) !== replies.at(-1) };
}

/** The first replies that take so many bytes, of the last text as much as fits. */
function beginningOf(replies: readonly Reply[], bytes: number): readonly Reply[] {
  const kept: Reply[] = [];
  let leftBytes = bytes;
  for (const reply of replies) {
    const own = bytesOf([reply]);
    if (own > leftBytes) {
      if (reply.MsgType !== "text" || leftBytes < 1) return kept;
      return [...kept, { MsgType: "text", Content: splitText(reply.Content, leftBytes)[0] }];
    }
    kept.push(reply);
    leftBytes -= own;
  }
  return kept;
}

function bytesOf(replies: readonly Reply[]): number {
  return replies.reduce((sum, reply) => {
    const isText = reply.MsgType === "text" && typeof reply.Content === "string";
    return sum + Buffer.byteLength(isText ? reply.Content : JSON.stringify(reply));
  }, 0);
}

/**
 * A late answer and the answer of the message that fetched it: as one text, if both are texts and
 * fit; otherwise one after the other, the first asking for the second.
 */
export function putBefore(
  late: Reply,
  own: readonly Reply[],
  limits: PieceLimits,
): readonly Reply[] {
  const [first] = own;
  if (first === undefined) return [late];
  if (own.length === 1 && late.MsgType === "text" && first.MsgType === "text") {
    const both = `${late.Content}\n\n${first.Content}`;
    if (fits(both, limits.limitBytes)) return [{ MsgType: "text", Content: both }];
  }
  return [...askAtEnd([late], limits), ...own];
}

/** Whether a reply ends with the sentence that asks for the next. */
function asksForMore(reply: Reply | undefined, more: string): boolean {
  return reply?.MsgType === "text" && more !== "" && reply.Content.endsWith(more);
}

/** A code unit takes one to three bytes: what is far from the limit is not measured, however long. */
function fits(content: string, limitBytes: number): boolean {
  if (content.length > limitBytes) return false;
  return Buffer.byteLength(content) <= limitBytes;
}

function isList(replies: Reply | readonly Reply[]): replies is readonly Reply[] {
  return Array.isArray(replies);
}
