/**
 * How good a place is to cut a text at: what stands before it, and what behind.
 *
 * @module
 */
import { graphemeStart, wordStart } from "./graphemes.ts";
import { lastAt } from "./unbreakable.ts";
import type { Span } from "./unbreakable.ts";

// From bad to good; 0 is no place at all.
const BETWEEN_CHARACTERS = 1;
const BETWEEN_WORDS = 2;
const SPACE = 3;
const SENTENCE = 4;
const LINE = 5;
const PARAGRAPH = 6;

/** The space that joins two words is none. */
const SPACES = /[^\S\u00a0\u202f\ufeff]/;
const BLANK_LINE = /[^\S\n]*\n/y;
/** Behind a Chinese mark stands no space. */
const SENTENCE_ENDS = /[。！？…]["”’」』）》)\]]{0,3}$/;
const SENTENCE_ENDS_BEFORE_SPACE = /[.!?。！？…]["'”’」』）》)\]]{0,3}$/;
/** The number of an item in a list ends no sentence. */
const ITEM = /(?:^|\s)\d{1,3}\.$/;
const CLAUSE_ENDS = /[，、；：]/;
/** What belongs to the character before it, and what to the one behind. */
const CLOSES = /[，。、；：！？…—～·”’」』】）》〉］｝,.;:!?)\]}%‰℃°]/;
const OPENS = /[“‘「『【（《〈［｛([{#@$￥]/;
/** Where a line may end behind every character: Chinese, Japanese, Korean, pictures. */
const WIDE =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{RI}\u3000-\u303f\ufe0f\uff00-\uffef“”‘’…—]/u;

/** A part of a text in which a place is looked for. */
export interface Stretch {
  readonly text: string;
  /** What must not be cut. */
  readonly spans: readonly Span[];
  /** Where the piece begins. */
  readonly at: number;
  /** The first place and the last one that may be found. */
  readonly from: number;
  readonly end: number;
}

interface Place {
  readonly offset: number;
  readonly rank: number;
}

/** The best place, and of several the last; `undefined` for none. */
export function bestPlace(stretch: Stretch): number | undefined {
  let best = placeUpTo(stretch, stretch.end, 0);
  if (best === undefined) return undefined;
  for (let next: Place | undefined = best; next !== undefined; ) {
    best = next;
    next = placeUpTo(stretch, best.offset - 1, best.rank);
  }
  return best.rank === BETWEEN_WORDS ? behindWord(stretch, best.offset) : best.offset;
}

/** The last place of any kind. */
export function lastPlace(stretch: Stretch): number | undefined {
  return placeUpTo(stretch, stretch.end, BETWEEN_CHARACTERS)?.offset;
}

/** Which characters are one word in Chinese is not to be seen from what they are. */
function behindWord({ text, spans, at, from }: Stretch, offset: number): number {
  const start = wordStart(text, at, offset);
  return start >= from && rankAt(text, spans, start) >= BETWEEN_WORDS ? start : offset;
}

/** The last place at or before an offset that is better than a rank. */
function placeUpTo(
  { text, spans, at, from }: Stretch,
  offset: number,
  above: number,
): Place | undefined {
  for (let place = offset; place >= from; ) {
    const span = spans[lastAt(spans, place - 1)];
    if (span !== undefined && place < span.end) {
      place = span.start;
      continue;
    }
    const rank = rankAt(text, spans, place);
    const start = rank > above ? graphemeStart(text, at, place) : place - 1;
    if (start === place) return { offset: place, rank };
    place = start;
  }
  return undefined;
}

/** For a place that is within no span. */
function rankAt(text: string, spans: readonly Span[], place: number): number {
  const rank = rankBetween(text, place);
  if (spans.length === 0) return rank;
  const before = spans[lastAt(spans, place - 1)];
  const behind = spans[lastAt(spans, place)];
  const edges = [
    before?.end === place ? before.edges !== "start" : undefined,
    behind?.start === place ? behind.edges !== "end" : undefined,
  ];
  if (edges.includes(false)) return 0;
  return edges.includes(true) ? Math.max(rank, rankOfCharacters(text, place)) : rank;
}

function rankBetween(text: string, place: number): number {
  const [before, behind] = [text.charCodeAt(place - 1), text.charCodeAt(place)];
  if (isWordUnit(before) && isWordUnit(behind)) return 0;
  if (isHan(before) && isHan(behind)) return BETWEEN_WORDS;
  if (before === LF) return rankOfLine(text, place);
  if (SPACES.test(text.charAt(place))) return 0;
  if (SPACES.test(text.charAt(place - 1))) {
    const words = text.slice(Math.max(0, place - 16), place).trimEnd();
    return SENTENCE_ENDS_BEFORE_SPACE.test(words) && !ITEM.test(words) ? SENTENCE : SPACE;
  }
  if (!CLOSES.test(text.charAt(place))) {
    if (SENTENCE_ENDS.test(text.slice(Math.max(0, place - 4), place))) return SENTENCE;
    if (CLAUSE_ENDS.test(text.charAt(place - 1))) return SPACE;
  }
  return isWide(text, place - 1) || isWide(text, place) ? rankOfCharacters(text, place) : 0;
}

const LF = 10;

/** Behind a line feed: white space that begins the next line stays with it. */
function rankOfLine(text: string, place: number): number {
  BLANK_LINE.lastIndex = place;
  if (BLANK_LINE.test(text)) return 0;
  let end = place - 2;
  while (end >= 0 && " \t\r".includes(text.charAt(end))) end -= 1;
  return text.charCodeAt(end) === LF ? PARAGRAPH : LINE;
}

function rankOfCharacters(text: string, place: number): number {
  const isTorn = CLOSES.test(text.charAt(place)) || OPENS.test(text.charAt(place - 1));
  return isTorn ? BETWEEN_CHARACTERS : BETWEEN_WORDS;
}

/**
 * Below the wide characters all but spaces: letters, digits, accents, and what joins them in a name or
 * an address.
 */
function isWordUnit(code: number): boolean {
  return code > 0x20 && code < 0x2000 && code !== 0x1680;
}

function isHan(code: number): boolean {
  return code >= 0x4e00 && code <= 0x9fff;
}

/** Whether the character that an offset is in is wide. */
function isWide(text: string, offset: number): boolean {
  const isLow = (text.charCodeAt(offset) & 0xfc00) === 0xdc00;
  const point = Number(text.codePointAt(isLow ? offset - 1 : offset));
  return point >= 0x2000 && WIDE.test(String.fromCodePoint(point));
}
