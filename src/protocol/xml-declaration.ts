/**
 * The XML declaration, `<?xml version="1.0" encoding="UTF-8"?>` (§2.8 [23]). WeChat sends none;
 * tools that play WeChat do.
 *
 * @module
 */

const SPACE = "[ \\t\\r\\n]";
const EQUALS = `${SPACE}*=${SPACE}*`;
const VERSION = `${SPACE}+version${EQUALS}(?:"1\\.[0-9]+"|'1\\.[0-9]+')`;
const NAME = "[A-Za-z][A-Za-z0-9._-]*";
const ENCODING = `${SPACE}+encoding${EQUALS}(?:"(${NAME})"|'(${NAME})')`;
const STANDALONE = `${SPACE}+standalone${EQUALS}(?:"(?:yes|no)"|'(?:yes|no)')`;
const DECLARATION = new RegExp(
  `<\\?xml${VERSION}(?:${ENCODING})?(?:${STANDALONE})?${SPACE}*\\?>`,
  "y",
);

/** What a declaration says. */
export interface XmlDeclaration {
  readonly text: string;
  readonly encoding: string | undefined;
}

/** Reads the declaration at an offset; `undefined` when it is malformed. */
export function readDeclaration(source: string, start: number): XmlDeclaration | undefined {
  DECLARATION.lastIndex = start;
  const match = DECLARATION.exec(source);
  return match === null ? undefined : { text: match[0], encoding: match[1] ?? match[2] };
}

/** Whether the encoding is UTF-8 or a part of it. */
export function isReadable(encoding: string | undefined): boolean {
  return encoding === undefined || /^(?:utf-?8|us-ascii)$/i.test(encoding);
}
