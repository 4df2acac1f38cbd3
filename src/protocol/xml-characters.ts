/**
 * The characters of XML 1.0 (fifth edition): which are allowed in a document (§2.2) and in a name (§2.3), and
 * what the references `&amp;` and `&#20320;` mean (§4.1, §4.6).
 *
 * @module
 */

/** The control characters that XML 1.0 forbids even as a reference (§2.2). */
export const FORBIDDEN_CONTROL: RegExp = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/;

/** The two code points that are not characters. */
export const NONCHARACTER: RegExp = /[\uFFFE\uFFFF]/;

/** What else XML 1.0 forbids: U+FFFE, U+FFFF and halves of surrogate pairs. */
export const FORBIDDEN_OTHER: RegExp = /[\uFFFE\uFFFF\uD800-\uDFFF]/u;

/** One entry for each ASCII character: 0 no name character, 1 inside a name, 2 also at its start. */
export const ASCII_NAME: Uint8Array = /* @__PURE__ */ Uint8Array.from({ length: 128 }, (_none, unit) => {
  const character = String.fromCharCode(unit);
  return /[A-Za-z_:]/.test(character) ? 2 : /[0-9.-]/.test(character) ? 1 : 0;
});

/** §2.3 [4] and [4a], without the ASCII part. */
const NAME_START =
  /[\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\u{10000}-\u{EFFFF}]/u;
const NAME_INSIDE = /[\u00B7\u0300-\u036F\u203F\u2040]/u;

/** Whether a character that is not ASCII is allowed in a name. */
export function isNameCharacter(character: string, isFirst: boolean): boolean {
  return NAME_START.test(character) || (!isFirst && NAME_INSIDE.test(character));
}

/** A reference that XML knows. */
const REFERENCE = /&(?:(lt|gt|amp|apos|quot)|#([0-9]+|x[0-9a-fA-F]+));/y;

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", apos: "'", quot: '"' };

/**
 * Replaces the references in a text, one after the other: what stands behind a wrong one is not looked at.
 *
 * @param refuse throws, for the `&` at an offset that starts no reference, or one to a character
 *   that XML forbids
 */
export function resolveReferences(raw: string, refuse: (offset: number) => never): string {
  let text = "";
  let end = 0;
  for (let at = raw.indexOf("&"); at !== -1; at = raw.indexOf("&", end)) {
    REFERENCE.lastIndex = at;
    const [whole = "", entity = "", number] = REFERENCE.exec(raw) ?? [];
    const character = number === undefined ? ENTITIES[entity] : characterOf(number);
    text += raw.slice(end, at) + (character ?? refuse(at));
    end = at + whole.length;
  }
  return text + raw.slice(end);
}

function characterOf(number: string): string | undefined {
  // "65" and "x41" both are numbers in JavaScript with a zero before them.
  const codePoint = Number(`0${number}`);
  if (codePoint > 0x10ffff) return undefined;
  const character = String.fromCodePoint(codePoint);
  const isForbidden = FORBIDDEN_CONTROL.test(character) || FORBIDDEN_OTHER.test(character);
  return isForbidden ? undefined : character;
}
