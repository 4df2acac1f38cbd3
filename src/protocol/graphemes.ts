/**
 * What a reader sees as one character or word, where a text is to be cut: 👨‍👩‍👧 is one, and so is a
 * flag, a letter with its accents, and a line end of two characters. `Intl.Segmenter` knows them; some
 * runtimes are built without it, and there the rules stand here in short.
 *
 * @module
 */

/** What never begins a grapheme: marks, joiners, variation selectors, skin tones, tags. */
const EXTENDS = /^[\p{M}\u200c\u200d\ufe00-\ufe0f\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]/u;
const JOINER = "\u200d";
const FLAG_LETTER = /^[\u{1f1e6}-\u{1f1ff}]/u;

/**
 * The start of the grapheme that an offset falls into; the offset itself when one starts there.
 *
 * @param from the start of a grapheme, at or before the offset: the text before it is not read
 */
export function graphemeStart(text: string, from: number, offset: number): number {
  const start = segmentStart("grapheme", text, from, offset);
  if (start !== undefined) return start;
  // By the rules above: less than a segmenter knows, but no flag, family or accent is torn.
  let at = offset;
  while (at > from && !startsAt(text, from, at)) at -= 1;
  return at;
}

/** The same for a word, also a Chinese one; the offset itself where the runtime knows no words. */
export function wordStart(text: string, from: number, offset: number): number {
  const near = Math.max(from, offset - WORDS_AROUND);
  return segmentStart("word", text, near, offset) ?? offset;
}

/** How many code units around an offset tell which word it is in. */
const WORDS_AROUND = 32;

type Granularity = "grapheme" | "word";

const segmenters = new Map<Granularity, Intl.Segmenter>();

function segmentStart(
  granularity: Granularity,
  text: string,
  from: number,
  offset: number,
): number | undefined {
  if (typeof Intl === "undefined" || typeof Intl.Segmenter !== "function") return undefined;
  const segmenter = segmenters.get(granularity) ?? new Intl.Segmenter("und", { granularity });
  segmenters.set(granularity, segmenter);
  // Of a grapheme the code point behind the offset decides; a word goes on for longer.
  const around = segmenter.segment(text.slice(from, offset + AHEAD[granularity]));
  const start = around.containing(offset - from)?.index;
  return start === undefined ? offset : from + start;
}

const AHEAD: Readonly<Record<Granularity, number>> = { grapheme: 2, word: WORDS_AROUND };

function startsAt(text: string, from: number, at: number): boolean {
  const next = text.slice(at, at + 2);
  const code = text.charCodeAt(at);
  if (code >= 0xdc00 && code <= 0xdfff) return false;
  if (text[at - 1] === "\r" && text[at] === "\n") return false;
  if (text[at - 1] === JOINER || EXTENDS.test(next)) return false;
  return !FLAG_LETTER.test(next) || flagLettersBefore(text, from, at) % 2 === 0;
}

function flagLettersBefore(text: string, from: number, at: number): number {
  let count = 0;
  while (at - 2 * count - 2 >= from && FLAG_LETTER.test(text.slice(at - 2 * count - 2, at))) count += 1;
  return count;
}
