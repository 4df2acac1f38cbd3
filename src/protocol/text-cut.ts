/**
 * Where a text is cut that is too long for one message.
 *
 * @module
 */
import { splitText } from "./reply.ts";

/** A piece of a text. */
export interface TextPiece {
  readonly content: string;
  /** The text before this piece. */
  readonly before: string;
  /** What is left of the text from this piece on, as a text of its own. */
  readonly rest: string;
}

/**
 * Cuts a text into pieces.
 *
 * @param limitBytes the most bytes of UTF-8 of the last piece
 * @param roomBytes the most of each other one, behind which something is to be put
 */
export function cutText(text: string, limitBytes: number, roomBytes: number = limitBytes): TextPiece[] {
  const pieces: TextPiece[] = [];
  let rest = text;
  while (rest.length > limitBytes || Buffer.byteLength(rest) > limitBytes) {
    const [content, tail] = splitText(rest, roomBytes);
    pieces.push({ content, before: text.slice(0, text.length - rest.length), rest });
    rest = tail;
  }
  return [...pieces, { content: rest, before: text.slice(0, text.length - rest.length), rest }];
}
