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
 * The messages of an answer, in their order, where all of them are pushed: no sentence asks for the next.
 *
 * Joined, the pieces of a text are the text: `cutText` says what a cut adds and leaves out.
 *
 * @returns at least one for each reply
 *
 * @example
 * toPieces([{ MsgType: "text", Content: "0123456789a" }], 10); // texts of "0123456789" and "a"
 */
export function toPieces(replies: readonly Reply[], limitBytes: number): readonly Reply[] {
  return replies.flatMap((reply) => {
    const pieces = [...piecesOf(reply, limitBytes)];
    return pieces.length < 2 ? [reply] : pieces.map(({ content }) => textOf(content));
  });
}

/** @returns none for what is not cut */
function piecesOf(reply: Reply, limitBytes: number, more: string = ""): Iterable<TextPiece> {
  if (reply.MsgType !== "text" || typeof reply.Content !== "string") return [];
  if (fits(reply.Content, limitBytes)) return [];
  const roomBytes = limitBytes - Buffer.byteLength(asking("", more));
  return eachPiece(removeForbidden(reply.Content), limitBytes, roomBytes);
}

/**
 * The first message of an answer that is fetched, and the rest of the answer: of a text that was cut the rest,
 * which can be cut again, with another sentence or none.
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
  const [cut, next] = piecesOf(first, limits.limitBytes, limits.more);
  if (cut !== undefined && next !== undefined) {
    return [textOf(asking(cut.content, limits.more)), [textOf(next.rest), ...others]];
  }
  return [others.length === 0 ? first : askAtEnd(first, limits), others];
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

/** A text behind which others come asks for them, if it has room. */
function askAtEnd(reply: Reply, { limitBytes, more }: PieceLimits): Reply {
  if (reply.MsgType !== "text" || typeof reply.Content !== "string") return reply;
  // A piece of an earlier answer asks for its own rest.
  if (more !== "" && reply.Content.endsWith(more)) return reply;
  const Content = asking(reply.Content, more);
  return fits(Content, limitBytes) ? textOf(Content) : reply;
}

/** A text and the sentence, which has a line of its own. */
function asking(content: string, more: string): string {
  if (more === "") return content;
  return content.endsWith("\n") ? content + more : `${content}\n${more}`;
}

/** The most bytes of an answer; a follower would have to write 36 times for it. */
export const REPLIES_BYTES: number = 64 * 1024;

/**
 * As much of an answer as is kept for its follower. A text of megabytes is cut off before it is cut into
 * pieces, which would take longer and hold more than all the rest of its delivery.
 *
 * @returns `isCut` when that is not all of it
 */
export function keptReplies(
  replies: readonly Reply[],
  limitBytes: number,
): { readonly kept: readonly Reply[]; readonly isCut: boolean } {
  const kept: Reply[] = [];
  let leftBytes = REPLIES_BYTES;
  for (const reply of replies) {
    const ownBytes = bytesOf(reply);
    if (ownBytes > leftBytes) {
      if (reply.MsgType === "text" && leftBytes > 0) {
        kept.push(textOf(beginningOf(reply.Content, leftBytes, limitBytes)));
      }
      return { kept, isCut: true };
    }
    kept.push(reply);
    leftBytes -= ownBytes;
  }
  return { kept: replies, isCut: false };
}

/** Of a text as many pieces as fit, if one does: they end where a person would cut it. */
function beginningOf(content: string, mostBytes: number, limitBytes: number): string {
  const [beginning] = splitText(content, mostBytes);
  return [...eachPiece(beginning, limitBytes, limitBytes)].at(-1)?.before || beginning;
}

function bytesOf(reply: Reply): number {
  const isText = reply.MsgType === "text" && typeof reply.Content === "string";
  return Buffer.byteLength(isText ? reply.Content : JSON.stringify(reply));
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
  return [askAtEnd(late, limits), ...own];
}

/** A code unit takes one to three bytes: what is far from the limit is not measured, however long. */
function fits(content: string, limitBytes: number): boolean {
  if (content.length > limitBytes) return false;
  return Buffer.byteLength(content) <= limitBytes;
}
