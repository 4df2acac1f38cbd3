/**
 * How a document that cannot be read is reported: with the place, the line itself and a caret.
 *
 * ```text
 * End tag </ToUserName> expected, got </Content> (line 1, column 42)
 *
 *   <xml><ToUserName>gh_1</ToUserName><Content></Content>…
 *                                             ^
 * ```
 *
 * Columns count characters (code points) from 1. The caret is moved by the width a terminal gives
 * a character, so that it stands right under Chinese text too.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";

/** The codes that a document can be refused with. */
export type XmlErrorCode = "XML_INVALID" | "XML_DOCTYPE" | "XML_LIMIT";

/** A document that is not well formed, has a DOCTYPE, or is too deep or too large. */
export class XmlError extends EchostrError {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** The line, or the part of it around the place, and a second line with the caret. */
  readonly excerpt: string;

  constructor(code: XmlErrorCode, problem: string, source: string, offset: number) {
    const place = locate(source, offset);
    super(code, `${shortened(problem)} (line ${place.line}, column ${place.column})\n\n${place.excerpt}`);
    this.line = place.line;
    this.column = place.column;
    this.excerpt = place.excerpt;
  }

  override get name(): string {
    return "XmlError";
  }
}

/**
 * What is said of a document that may have names of any length, and in a broken one even an openid
 * in a name. Neither gets into what is said.
 */
export function shortened(problem: string): string {
  const text = withoutOpenIds(problem);
  return text.length <= 160 ? text : `${text.slice(0, 100)}…${text.slice(-50)}`;
}

/** How much of a long line is shown on each side of the place, in code units. */
const EXCERPT_UNITS = 40;

function locate(
  source: string,
  offset: number,
): { line: number; column: number; excerpt: string } {
  let line = 1;
  let lineStart = 0;
  let lineEnd = source.indexOf("\n");
  while (lineEnd !== -1 && lineEnd < offset) {
    line += 1;
    lineStart = lineEnd + 1;
    lineEnd = source.indexOf("\n", lineStart);
  }
  const text = withoutOpenIds(source.slice(lineStart, lineEnd === -1 ? source.length : lineEnd));
  const at = offset - lineStart;
  const from = Math.max(0, at - EXCERPT_UNITS);
  const to = Math.min(text.length, at + EXCERPT_UNITS);
  const before = (from > 0 ? "…" : "") + printable(text.slice(from, at));
  const after = printable(text.slice(at, to)) + (to < text.length ? "…" : "");
  return {
    line,
    column: countCodePoints(text.slice(0, at)) + 1,
    excerpt: `  ${before}${after}\n  ${" ".repeat(terminalWidth(before))}^`,
  };
}

/** An o and 27 characters of base64; fewer or more, where the fault is in it or beside it. */
const OPENID = /(o[\w-]{3})([\w-]{12,})([\w-]{4})/g;

/** Excerpts get into logs, which name no follower: of an openid, the two ends are left. */
function withoutOpenIds(text: string): string {
  return text.replace(OPENID, (_, start: string, middle: string, end: string) => {
    return start + "·".repeat(middle.length) + end;
  });
}

/** Control characters, line ends and halves of surrogate pairs would spoil the line: show a dot. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\uFEFF]/gu, "·");
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Chinese, Japanese and Korean characters, full-width forms and emoji take two columns. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

function terminalWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** A character as an error names it: `U+FFFE`. */
export function nameOfCharacter(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** What stands at an offset, for an error. */
export function seenAt(source: string, offset: number): string {
  const codePoint = source.codePointAt(offset);
  if (codePoint === undefined) return "the end of the document";
  return codePoint > 0x20 && codePoint < 0x7f
    ? `"${String.fromCodePoint(codePoint)}"`
    : nameOfCharacter(codePoint);
}
