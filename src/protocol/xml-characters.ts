/**
 * The characters of XML 1.0 (fifth edition): which may stand in a document (§2.2), which in a
 * name (§2.3), and what the references `&amp;` and `&#20320;` stand for (§4.1, §4.6).
 *
 * @module
 */

/** The code units that markup is made of. */
export const LESS_THAN = 0x3c;
export const GREATER_THAN = 0x3e;
export const SLASH = 0x2f;
export const EXCLAMATION = 0x21;
export const QUESTION = 0x3f;
export const EQUALS = 0x3d;
export const DOUBLE_QUOTE = 0x22;
export const SINGLE_QUOTE = 0x27;

/** §2.2 Char. Everything but most control characters, halves of surrogate pairs, U+FFFE, U+FFFF. */
export function isXmlCharacter(codePoint: number): boolean {
  return (
    (codePoint >= 0x20 && codePoint <= 0xd7ff) ||
    codePoint === 0x0a ||
    codePoint === 0x09 ||
    codePoint === 0x0d ||
    (codePoint >= 0xe000 && codePoint <= 0xfffd) ||
    (codePoint >= 0x10000 && codePoint <= 0x10ffff)
  );
}

/** The control characters that XML 1.0 forbids even as a reference. */
export const FORBIDDEN_CONTROL: RegExp = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/;

/** The two code points that are no characters. */
export const NONCHARACTER: RegExp = /[\uFFFE\uFFFF]/;

/** What else XML 1.0 forbids: U+FFFE, U+FFFF and halves of surrogate pairs. */
export const FORBIDDEN_OTHER: RegExp =
  /[\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** §2.3 S: space, tab, line feed, carriage return. */
export function isSpace(codeUnit: number): boolean {
  return codeUnit === 0x20 || codeUnit === 0x0a || codeUnit === 0x09 || codeUnit === 0x0d;
}

/** True when the text holds nothing but S. */
export function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    if (!isSpace(text.charCodeAt(i))) return false;
  }
  return true;
}

/** One entry for each ASCII character: 0 no name character, 1 inside a name, 2 also at its start. */
const ASCII_NAME: Uint8Array = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:") {
  ASCII_NAME[character.charCodeAt(0)] = 2;
}
for (const character of "0123456789-.") ASCII_NAME[character.charCodeAt(0)] = 1;

/** §2.3 [4] and [4a], without the ASCII part. */
const NAME_START =
  /[\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\u{10000}-\u{EFFFF}]/u;
const NAME_INSIDE = /[\u00B7\u0300-\u036F\u203F\u2040]/u;

/** The offset behind the name that starts at `start`; `start` itself when none starts there. */
export function endOfName(source: string, start: number): number {
  let at = start;
  for (;;) {
    const unit = source.charCodeAt(at);
    if (unit < 128) {
      const role = ASCII_NAME[unit];
      if (role !== 2 && (role !== 1 || at === start)) return at;
      at += 1;
      continue;
    }
    // Behind the end `unit` is NaN and `codePoint` is undefined.
    const codePoint = source.codePointAt(at);
    if (codePoint === undefined) return at;
    const character = String.fromCodePoint(codePoint);
    if (!NAME_START.test(character) && (at === start || !NAME_INSIDE.test(character))) return at;
    at += character.length;
  }
}

const REFERENCE = /&(?:(lt|gt|amp|apos|quot)|#([0-9]+|x[0-9a-fA-F]+));/y;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["apos", "'"],
  ["quot", '"'],
]);

/** §3.3.3: in the value of an attribute, line ends and tabs that stand there as such are spaces. */
export function normalizeSpace(text: string): string {
  return text.replace(/\r\n|[\t\n\r]/g, " ");
}

/**
 * Replaces the references in a text.
 *
 * @param literal makes of what stands between references what it means
 * @param refuse throws, for the `&` at an offset that starts no reference, or one to a character
 *   that XML forbids
 */
export function resolveReferences(
  raw: string,
  literal: (text: string) => string,
  refuse: (offset: number) => never,
): string {
  let text = "";
  let at = 0;
  for (let start = raw.indexOf("&"); start !== -1; start = raw.indexOf("&", at)) {
    REFERENCE.lastIndex = start;
    const match = REFERENCE.exec(raw);
    const character = match === null ? undefined : characterOf(match);
    if (match === null || character === undefined) return refuse(start);
    text += literal(raw.slice(at, start)) + character;
    at = start + match[0].length;
  }
  return text + literal(raw.slice(at));
}

function characterOf([, entity, number]: RegExpExecArray): string | undefined {
  if (entity !== undefined) return ENTITIES.get(entity);
  // "65" and "x41" both are numbers in JavaScript with a zero before them.
  const codePoint = Number(`0${number}`);
  return isXmlCharacter(codePoint) ? String.fromCodePoint(codePoint) : undefined;
}
