/**
 * Cuts a text where a limit in bytes of UTF-8 falls, without cutting a character in two.
 *
 * A character is what a reader sees as one: not half of a surrogate pair, and not 👨 out of 👨‍👩‍👧.
 *
 * @module
 */

/**
 * @param limitBytes below 4, a character may need more: one is then returned all the same
 * @returns what fits, and the rest (`""` when all of it does); joined they are the text
 *
 * @example
 * splitText("你好", 4); // ["你", "好"]
 */
export function splitText(text: string, limitBytes: number): [string, string] {
  // A code unit takes three bytes at most: a short text need not be measured.
  if (text.length * 3 <= limitBytes) return [text, ""];
  const end = codePointBoundary(text, limitBytes);
  if (end === text.length) return [text, ""];
  const cut = graphemeBoundary(text, end);
  return [text.slice(0, cut), text.slice(cut)];
}

/** The offset behind the last code point that fits. */
function codePointBoundary(text: string, limitBytes: number): number {
  let bytes = 0;
  let at = 0;
  while (at < text.length) {
    const point = Number(text.codePointAt(at));
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes > limitBytes && at > 0) break;
    at += point < 0x10000 ? 1 : 2;
  }
  return at;
}

/** A grapheme longer than this many code units is cut all the same. */
const LONGEST_GRAPHEME = 64;

let segmenter: Intl.Segmenter | undefined;

/** The start of the grapheme that the offset falls into; the offset itself when it is a start. */
function graphemeBoundary(text: string, offset: number): number {
  const from = Math.max(0, offset - LONGEST_GRAPHEME);
  segmenter ??= new Intl.Segmenter("und", { granularity: "grapheme" });
  const around = segmenter.segment(text.slice(from, offset + LONGEST_GRAPHEME));
  // The offset is always inside; the compiler cannot know.
  const index = Number(around.containing(offset - from)?.index);
  const cut = from + index;
  return index === 0 || cut === 0 ? offset : cut;
}
