/**
 * The markup in which WeChat says nothing: attributes, comments, processing instructions and the
 * declaration. WeChat sends none of it, but tools that play WeChat do. So it is checked as XML
 * demands, an attribute is counted, and no word of it is kept.
 *
 * @module
 */
import { FORBIDDEN_CONTROL } from "./xml-characters.ts";
import { nameOfCharacter, seenAt } from "./xml-error.ts";
import type { XmlError } from "./xml-error.ts";

/** What the tokenizer lends to these functions. */
export interface XmlScanner {
  readonly source: string;
  /** The name of the tag, or the target of the instruction. */
  readonly name: string;
  attributes: number;
  error(problem: string, offset: number): XmlError;
  endOfName(start: number, what: string): number;
  skipSpace(start: number): number;
  resolve(raw: string, start: number): string;
}

/** Passes over attributes up to the `>` or `/>`; returns its offset. */
export function passAttributes(scanner: XmlScanner, start: number): number {
  const { source } = scanner;
  const names = new Set<string>();
  let at = start;
  for (;;) {
    const nameStart = scanner.skipSpace(at);
    if (nameStart >= source.length || source[nameStart] === ">" || source[nameStart] === "/") {
      scanner.attributes = names.size;
      return nameStart;
    }
    if (nameStart === at) {
      const seen = seenAt(source, at);
      throw scanner.error(`Space or ">" expected in <${scanner.name}>, got ${seen}`, at);
    }
    at = scanner.endOfName(nameStart, "Attribute name");
    const name = source.slice(nameStart, at);
    if (names.has(name)) throw scanner.error(`Attribute ${name} occurs twice`, nameStart);
    names.add(name);
    at = scanner.skipSpace(at);
    if (source[at] !== "=") {
      throw scanner.error(`"=" expected after attribute ${name}, got ${seenAt(source, at)}`, at);
    }
    at = passValue(scanner, scanner.skipSpace(at + 1), name);
  }
}

function passValue(scanner: XmlScanner, start: number, name: string): number {
  const { source } = scanner;
  const quote = source[start];
  if (quote !== '"' && quote !== "'") {
    throw scanner.error(`Quote expected before the value of ${name}`, start);
  }
  const end = source.indexOf(quote, start + 1);
  if (end === -1) throw scanner.error(`The value of ${name} does not end`, start);
  const value = source.slice(start + 1, end);
  const bracket = value.indexOf("<");
  if (bracket !== -1) throw scanner.error('"<" in an attribute value', start + 1 + bracket);
  refuseControl(scanner, start + 1, end);
  scanner.resolve(value, start + 1);
  return end + 1;
}

/** Passes over `<!--…-->`; returns the offset behind it. */
export function passComment(scanner: XmlScanner, start: number): number {
  const end = scanner.source.indexOf("--", start + 4);
  if (end === -1) throw scanner.error("Comment does not end", start);
  if (scanner.source[end + 2] !== ">") throw scanner.error('"--" in a comment', end);
  refuseControl(scanner, start + 4, end);
  return end + 3;
}

/** Passes over `<?…?>` from behind its target on; returns the offset behind it. */
export function passInstruction(scanner: XmlScanner, start: number): number {
  const { source, name } = scanner;
  const nameEnd = start + 2 + name.length;
  const end = source.indexOf("?>", nameEnd);
  if (end === -1) throw scanner.error("Processing instruction does not end", start);
  if (name.toLowerCase() === "xml") {
    checkDeclaration(scanner, start);
  } else if (end !== nameEnd && scanner.skipSpace(nameEnd) === nameEnd) {
    throw scanner.error(`Space expected after <?${name}`, nameEnd);
  }
  refuseControl(scanner, nameEnd, end);
  return end + 2;
}

const SPACE = "[ \\t\\r\\n]";
const EQUALS = `${SPACE}*=${SPACE}*`;
const VERSION = `${SPACE}+version${EQUALS}(?:"1\\.[0-9]+"|'1\\.[0-9]+')`;
const NAME = "[A-Za-z][A-Za-z0-9._-]*";
const ENCODING = `${SPACE}+encoding${EQUALS}(?:"(${NAME})"|'(${NAME})')`;
const STANDALONE = `${SPACE}+standalone${EQUALS}(?:"(?:yes|no)"|'(?:yes|no)')`;

/** §2.8 [23], `<?xml version="1.0" encoding="UTF-8"?>`. */
const DECLARATION = /* @__PURE__ */ new RegExp(
  `<\\?xml${VERSION}(?:${ENCODING})?(?:${STANDALONE})?${SPACE}*\\?>`,
  "y",
);

/** UTF-8 and a part of it. */
const READABLE_ENCODING = /^(?:utf-?8|us-ascii)$/i;

function checkDeclaration(scanner: XmlScanner, start: number): void {
  const { source } = scanner;
  if (start !== (source.startsWith("\uFEFF") ? 1 : 0)) {
    throw scanner.error("XML declaration must stand at the very start", start);
  }
  DECLARATION.lastIndex = start;
  const match = DECLARATION.exec(source);
  if (match === null) throw scanner.error("XML declaration is malformed", start);
  const encoding = match[1] ?? match[2] ?? "UTF-8";
  if (READABLE_ENCODING.test(encoding)) return;
  throw scanner.error(`Encoding must be UTF-8, got ${encoding}`, start);
}

function refuseControl(scanner: XmlScanner, start: number, end: number): void {
  const offset = scanner.source.slice(start, end).search(FORBIDDEN_CONTROL);
  if (offset === -1) return;
  const name = nameOfCharacter(scanner.source.charCodeAt(start + offset));
  throw scanner.error(`${name} is not allowed here`, start + offset);
}
