/**
 * Cuts a text that is too long for one message where a person would: after the last paragraph, line, sentence
 * or space in the last third of what fits, in this order. Never within something that `findUnbreakable` finds,
 * a word, or what a reader sees as one character.
 *
 * Joined, the pieces are the text: white space at a cut stays at the end of the piece before it. There are two
 * exceptions. A block of code that is cut is closed at the end of the piece, with a line of backticks, and
 * opened again in the next, with its language. And a piece that is only white space is left out.
 *
 * Something that alone is longer than a piece, such as a link with a long text, begins one and is cut within
 * its own words in the same order; a word that long is cut between two characters.
 *
 * @module
 */
import { bestPlace, lastPlace } from "./cut-places.ts";
import { graphemeStart } from "./graphemes.ts";
import { findUnbreakable, lastAt } from "./unbreakable.ts";
import type { Fence, Unbreakable } from "./unbreakable.ts";

/** A piece of a text. */
export interface TextPiece {
  readonly content: string;
  /** The text before this piece. */
  readonly before: string;
  /** What is left of the text from this piece on, as a text of its own. */
  readonly rest: string;
}

/** How much text is looked through for a good place, as a share of a piece. */
const SHARE = 1 / 3;

/** Where a text would then take more pieces than WeChat lets through at once, less. */
const SMALLER_SHARES = [1 / 6, 1 / 12, 0];
const AT_ONCE = 5;

/** In less room the lines that open and close a block of code would be half of a piece. */
const LEAST_BYTES_WITH_MARKS = 120;

/**
 * Cuts a text into pieces: one at least, also of an empty text. The time that it takes grows with the
 * length of the text.
 *
 * @param limitBytes the most bytes of UTF-8 of the last piece
 * @param roomBytes the most of each other one, behind which something is to be put
 *
 * @example
 * cutText("你好。再见", 12).map(({ content }) => content); // ["你好。", "再见"]
 */
export function cutText(
  text: string,
  limitBytes: number,
  roomBytes: number = limitBytes,
): readonly TextPiece[] {
  return [...eachPiece(text, limitBytes, roomBytes)];
}

/** The same pieces, of a long text each when it is asked for. */
export function eachPiece(text: string, limitBytes: number, roomBytes: number): Iterable<TextPiece> {
  const cutter = new TextCutter(text, limitBytes, roomBytes);
  if (!fits(text, AT_ONCE * limitBytes)) return cutter.cut(SHARE);
  const pieces = [...cutter.cut(SHARE)];
  if (pieces.length <= AT_ONCE) return pieces;
  for (const share of SMALLER_SHARES) {
    const fewer = [...cutter.cut(share)];
    if (fewer.length <= AT_ONCE) return fewer;
  }
  return pieces;
}

/** A text with what must not be cut in it. */
class TextCutter {
  readonly #text: string;
  readonly #limitBytes: number;
  readonly #roomBytes: number;
  readonly #whole: Unbreakable;
  /** What the line that closes a block of code takes. */
  readonly #closingBytes: number;

  constructor(text: string, limitBytes: number, roomBytes: number) {
    this.#text = text;
    this.#limitBytes = limitBytes;
    this.#roomBytes = roomBytes;
    this.#whole = findUnbreakable(text);
    const ticks = this.#whole.fences.map(({ closing }) => closing.length);
    this.#closingBytes = 1 + ticks.reduce((most, each) => Math.max(most, each), 0);
  }

  *cut(share: number): Generator<TextPiece, void> {
    const text = this.#text;
    let blank: TextPiece | undefined;
    let isShown = false;
    let at = 0;
    do {
      const opening = this.#fenceAt(at)?.opening ?? "";
      const [before, rest] = [text.slice(0, at), opening + text.slice(at)];
      const isLast = fits(rest, this.#limitBytes);
      const end = isLast ? text.length : this.#endOf(at, opening, share);
      const content = isLast ? rest : this.#closed(opening + text.slice(at, end), end);
      const piece = { content, before, rest };
      if (content.trim() === "") {
        blank ??= piece;
      } else {
        isShown = true;
        yield piece;
      }
      at = end;
    } while (at < text.length);
    if (!isShown && blank !== undefined) yield blank;
  }

  /** Where the piece that begins at an offset ends. */
  #endOf(at: number, opening: string, share: number): number {
    const roomBytes = this.#roomBytes - opening.length;
    const end = this.#placeOf(at, endWithin(this.#text, at, roomBytes), share);
    if (this.#fenceAt(end) === undefined) return end;
    return this.#placeOf(at, endWithin(this.#text, at, roomBytes - this.#closingBytes), share);
  }

  /** The block of code that a cut at an offset is in. */
  #fenceAt(offset: number): Fence | undefined {
    // Where its lines would take the place of the text, it is cut as if it were none.
    if (this.#roomBytes < LEAST_BYTES_WITH_MARKS) return undefined;
    const fence = this.#whole.fences[lastAt(this.#whole.fences, offset)];
    return fence !== undefined && offset <= fence.end ? fence : undefined;
  }

  #closed(content: string, end: number): string {
    const fence = this.#fenceAt(end);
    if (fence === undefined) return content;
    return `${content}${content.endsWith("\n") ? "" : "\n"}${fence.closing}`;
  }

  /** The best place up to an offset that fits. */
  #placeOf(at: number, end: number, share: number): number {
    const [text, { spans, parts }] = [this.#text, this.#whole];
    const from = Math.max(at + 1, end - Math.floor((end - at) * share));
    const stretch = { text, spans, at, from, end };
    return (
      bestPlace(stretch) ??
      lastPlace({ ...stretch, from: at + 1, end: from - 1 }) ??
      (spans.length > 0 ? bestPlace({ ...stretch, spans: parts }) : undefined) ??
      characterPlace(text, at, end)
    );
  }
}

/** Between two characters; within one that is longer than a piece. */
function characterPlace(text: string, at: number, end: number): number {
  const start = graphemeStart(text, at, end);
  return start > at ? start : end;
}

/** The end of what takes so many bytes from an offset on: one code point at least. */
export function endWithin(text: string, at: number, bytes: number): number {
  let left = bytes;
  let end = at;
  while (end < text.length) {
    const point = Number(text.codePointAt(end));
    left -= point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (left < 0 && end > at) break;
    end += point < 0x10000 ? 1 : 2;
  }
  return end;
}

/** A code unit takes one to three bytes: what is far from the limit is not measured, however long. */
function fits(text: string, limitBytes: number): boolean {
  return text.length <= limitBytes && Buffer.byteLength(text) <= limitBytes;
}
