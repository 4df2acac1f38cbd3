/**
 * Foreign text on its way to a log or a terminal: what a follower, a peer, a server, the platform
 * or a handler's error says. A control character would colour or clear the terminal, a line feed
 * would begin a line that looks like one of ours, and a bidi control would show a text in another
 * order than it is read. They are written as `\u001b`, and the length is bounded.
 *
 * @module
 */

/** C0, DEL, C1, line and paragraph separators, bidi controls, and halves of surrogate pairs. */
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Finds them all, and whole pairs as well: most texts have neither, and are to cost little. */
const PERHAPS_INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/;

/** Enough for a sentence; what is longer was written to fill a log. */
const LONGEST_TEXT = 1000;

/** Enough for the stack of an error with its causes, and for an answer that somebody reads. */
const LONGEST_LINES = 16_000;

/**
 * @returns the text as one line without control characters, of at most `maxLength` code units
 *
 * @example
 * visible("a\u001b[31mb\nc"); // "a\\u001b[31mb\\u000ac"
 */
export function visible(text: string, maxLength: number = LONGEST_TEXT): string {
  if (text.length <= maxLength && !PERHAPS_INVISIBLE.test(text)) return text;
  return cut(escape(cut(text, maxLength)), maxLength);
}

/**
 * As `visible`, but line feeds stay, for a stack or a document. Each line behind the first one is
 * indented, so that it cannot be taken for a line of ours.
 *
 * @example
 * visibleLines("Error: a\nforged\n    at f"); // "Error: a\n  forged\n    at f"
 */
export function visibleLines(text: string, maxLength: number = LONGEST_LINES): string {
  const lines = cut(text, maxLength).split("\n").map(escape);
  return cut(lines.map(indented).join("\n"), maxLength);
}

/** As `visible`, of any length and with its lines as they are: for what was asked for. */
export function visibleText(text: string): string {
  return text.split("\n").map(escape).join("\n");
}

function indented(line: string, index: number): string {
  return index === 0 || line === "" || line.startsWith("  ") ? line : `  ${line}`;
}

function escape(text: string): string {
  return text.replace(INVISIBLE, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A pair of surrogates is not cut in two. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, maxLength - 1);
  return `${/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head}…`;
}
