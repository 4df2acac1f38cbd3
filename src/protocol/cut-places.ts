/**
 * How good a place is to cut a text: by the characters before and after it.
 *
 * @module
 */
import { graphemeStart, wordStart } from "./graphemes.ts";
import { lastAt } from "./unbreakable.ts";
import type { Span } from "./unbreakable.ts";

// From bad to good; 0 means not a place to cut.
const BETWEEN_CHARACTERS = 1;
const BETWEEN_WORDS = 2;
const SPACE = 3;
const SENTENCE = 4;
const LINE = 5;
const PARAGRAPH = 6;

/** A no-break space is not a blank. */
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
  const best = findPlace(stretch, BETWEEN_CHARACTERS, PARAGRAPH);
  if (best?.rank !== BETWEEN_WORDS) return best?.offset;
  // Which characters are one word in Chinese is not to be seen from what they are.
  const { text, spans, at, from } = stretch;
  const start = wordStart(text, at, best.offset);
  const isPlace = start >= from && rankAt(text, start, ...spansAround(spans, start)) >= BETWEEN_WORDS;
  return isPlace ? start : best.offset;
}

/** The last place of any kind, but between two characters of a word. */
export function lastPlace(stretch: Stretch): number | undefined {
  return findPlace(stretch, BETWEEN_WORDS, BETWEEN_WORDS)?.offset;
}

/** The best place of rank `least` or better, looked for from the end on, until one of rank `most` is found. */
function findPlace(
  { text, spans, at, from, end }: Stretch,
  least: number,
  most: number,
): Place | undefined {
  let best: Place | undefined;
  for (let place = end, due = least; place >= from && due <= most; ) {
    const [before, behind] = spansAround(spans, place);
    if (before !== undefined && place < before.end) {
      place = before.start;
      continue;
    }
    const rank = rankAt(text, place, before, behind);
    const start = rank < due ? place - 1 : graphemeStart(text, at, place);
    if (start === place) {
      best = { offset: place, rank };
      due = rank + 1;
    }
    place = Math.min(start, place - 1);
  }
  return best;
}

type Around = readonly [before: Span | undefined, behind: Span | undefined];

const NONE_AROUND: Around = [undefined, undefined];

/** The span that starts before a place, and the one that starts there or behind. */
function spansAround(spans: readonly Span[], place: number): Around {
  if (spans.length === 0) return NONE_AROUND;
  const index = lastAt(spans, place - 1);
  return [index < 0 ? undefined : spans[index], spans[index + 1]];
}

/** For a place that is within no span, between two of them. */
function rankAt(text: string, place: number, ...[before, behind]: Around): number {
  const isEnd = before?.end === place;
  const isStart = behind?.start === place;
  if (!isEnd && !isStart) return isWithinWord(text, place) ? 0 : rankBetween(text, place);
  if ((isEnd && before.edges === "start") || (isStart && behind.edges === "end")) return 0;
  return Math.max(rankBetween(text, place), rankOfCharacters(text, place));
}

/** Most places are: they are passed by without more. */
function isWithinWord(text: string, place: number): boolean {
  return isWordUnit(text.charCodeAt(place - 1)) && isWordUnit(text.charCodeAt(place));
}

function rankBetween(text: string, place: number): number {
  if (isWithinWord(text, place)) return 0;
  const before = text.charCodeAt(place - 1);
  if (isHan(before) && isHan(text.charCodeAt(place))) return BETWEEN_WORDS;
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
