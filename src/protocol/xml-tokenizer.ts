/**
 * Cuts an XML document into tokens: tags with their attributes, text, CDATA, comments,
 * processing instructions, the declaration.
 *
 * The subset: XML 1.0 (fifth edition) without a document type. Names with a colon are names;
 * namespaces mean nothing here. Every DOCTYPE is refused, and with it every way to declare an
 * entity. That tags match and that there is one root is the business of `xml.ts`.
 *
 * Exactly two rules are more lenient than XML, because WeChat sends such documents:
 *
 * 1. **Control characters in text and CDATA are kept as they came.** A follower's message may hold
 *    U+0002 or U+0000, which XML forbids; WeChat puts it into CDATA raw. (So are carriage returns
 *    kept, which XML would turn into line feeds.) As a reference, `&#2;`, they stay forbidden.
 * 2. **A bare `]]>` in text is kept as text.** WeChat does not split it in what followers write.
 *
 * The tokenizer never looks back, and every character is looked at a fixed number of times at
 * most, so its time is linear in the length of the document, whatever stands in it.
 *
 * @module
 */
import {
  DOUBLE_QUOTE,
  endOfName,
  EQUALS,
  EXCLAMATION,
  FORBIDDEN_CONTROL,
  FORBIDDEN_OTHER,
  GREATER_THAN,
  isSpace,
  LESS_THAN,
  NONCHARACTER,
  normalizeSpace,
  QUESTION,
  resolveReferences,
  SINGLE_QUOTE,
  SLASH,
} from "./xml-characters.ts";
import { isReadable, readDeclaration } from "./xml-declaration.ts";
import { nameOfCharacter, seenAt, XmlError } from "./xml-error.ts";
import type { XmlErrorCode } from "./xml-error.ts";
import type { XmlAttribute, XmlTokenType } from "./xml-token.ts";

const NO_ATTRIBUTES: readonly XmlAttribute[] = [];

/**
 * Reads one token after the other. The tokenizer is itself the current token, so that a document
 * costs no object per token: read what you need before the next call of `next`.
 *
 * @example
 * const tokens = new XmlTokenizer("<a>1</a>");
 * while (tokens.next()) console.log(tokens.type, tokens.name, tokens.text);
 * // start a, text 1, end a
 */
export class XmlTokenizer {
  readonly source: string;
  type: XmlTokenType = "text";
  /** The name of a tag, or the target of a processing instruction. */
  name = "";
  /** The character data, references resolved; the inside of a comment or an instruction. */
  text = "";
  attributes: readonly XmlAttribute[] = NO_ATTRIBUTES;
  /** Where the token starts and ends in `source`. */
  start = 0;
  end = 0;

  /** @throws XmlError `XML_INVALID` for characters that may stand nowhere in a document. */
  constructor(source: string) {
    this.source = source;
    if (source.charCodeAt(0) === 0xfeff) this.end = 1;
    if (!source.isWellFormed() || NONCHARACTER.test(source)) {
      const offset = source.search(FORBIDDEN_OTHER);
      const name = nameOfCharacter(source.charCodeAt(offset));
      throw this.error(`${name} is not allowed in XML`, offset);
    }
  }

  /**
   * Goes to the next token.
   *
   * @returns false at the end of the document
   * @throws XmlError `XML_INVALID` with the place, or `XML_DOCTYPE`
   */
  next(): boolean {
    const start = this.end;
    this.start = start;
    if (start >= this.source.length) return false;
    this.attributes = NO_ATTRIBUTES;
    if (this.source.charCodeAt(start) !== LESS_THAN) {
      this.#readText(start);
      return true;
    }
    switch (this.source.charCodeAt(start + 1)) {
      case SLASH:
        this.#readEndTag(start);
        break;
      case EXCLAMATION:
        this.#readCdataOrComment(start);
        break;
      case QUESTION:
        this.#readInstruction(start);
        break;
      default:
        this.#readStartTag(start);
    }
    return true;
  }

  /** An error at an offset of the document. */
  error(problem: string, offset: number, code: XmlErrorCode = "XML_INVALID"): XmlError {
    return new XmlError(code, problem, this.source, offset);
  }

  #readText(start: number): void {
    const next = this.source.indexOf("<", start);
    this.end = next === -1 ? this.source.length : next;
    this.type = "text";
    this.name = "";
    this.text = this.#resolve(this.source.slice(start, this.end), start);
  }

  #readStartTag(start: number): void {
    const nameEnd = this.#readName(start + 1, "Element name");
    this.text = "";
    let at = nameEnd;
    if (this.source.charCodeAt(at) !== GREATER_THAN) at = this.#readAttributes(nameEnd);
    if (this.source.charCodeAt(at) === SLASH) {
      this.type = "empty";
      at += 1;
    } else {
      this.type = "start";
    }
    if (this.source.charCodeAt(at) !== GREATER_THAN) {
      throw this.error(`">" expected in <${this.name}>, got ${seenAt(this.source, at)}`, at);
    }
    this.end = at + 1;
  }

  /** Reads attributes up to the `>` or `/>`; returns its offset. */
  #readAttributes(start: number): number {
    const element = this.name;
    const attributes: XmlAttribute[] = [];
    const names = new Set<string>();
    let at = start;
    for (;;) {
      const nameStart = this.#skipSpace(at);
      const unit = this.source.charCodeAt(nameStart);
      if (unit === GREATER_THAN || unit === SLASH || nameStart >= this.source.length) {
        this.attributes = attributes;
        this.name = element;
        return nameStart;
      }
      if (nameStart === at) {
        throw this.error(`Space or ">" expected in <${element}>, got ${seenAt(this.source, at)}`, at);
      }
      at = this.#readName(nameStart, "Attribute name");
      const name = this.name;
      if (names.has(name)) throw this.error(`Attribute ${name} stands twice`, nameStart);
      names.add(name);
      at = this.#skipSpace(at);
      if (this.source.charCodeAt(at) !== EQUALS) {
        throw this.error(`"=" expected after attribute ${name}, got ${seenAt(this.source, at)}`, at);
      }
      at = this.#skipSpace(at + 1);
      const valueEnd = this.#findQuote(at, name);
      attributes.push({ name, value: this.#attributeValue(at + 1, valueEnd) });
      at = valueEnd + 1;
    }
  }

  #findQuote(start: number, name: string): number {
    const quote = this.source.charCodeAt(start);
    if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) {
      throw this.error(`Quote expected before the value of ${name}`, start);
    }
    const end = this.source.indexOf(quote === DOUBLE_QUOTE ? '"' : "'", start + 1);
    if (end === -1) throw this.error(`The value of ${name} does not end`, start);
    return end;
  }

  #attributeValue(start: number, end: number): string {
    const raw = this.source.slice(start, end);
    const bracket = raw.indexOf("<");
    if (bracket !== -1) throw this.error('"<" in an attribute value', start + bracket);
    this.#refuseControl(raw, start);
    return this.#resolve(raw, start, normalizeSpace);
  }

  #readEndTag(start: number): void {
    const nameEnd = this.#readName(start + 2, "Element name");
    const at = this.#skipSpace(nameEnd);
    if (this.source.charCodeAt(at) !== GREATER_THAN) {
      throw this.error(`">" expected in </${this.name}>, got ${seenAt(this.source, at)}`, at);
    }
    this.type = "end";
    this.text = "";
    this.end = at + 1;
  }

  #readCdataOrComment(start: number): void {
    const { source } = this;
    this.name = "";
    if (source.startsWith("<![CDATA[", start)) {
      const end = source.indexOf("]]>", start + 9);
      if (end === -1) throw this.error("CDATA section does not end", start);
      this.type = "cdata";
      this.text = source.slice(start + 9, end);
      this.end = end + 3;
      return;
    }
    if (source.startsWith("<!--", start)) {
      const end = source.indexOf("--", start + 4);
      if (end === -1) throw this.error("Comment does not end", start);
      if (source.charCodeAt(end + 2) !== GREATER_THAN) {
        throw this.error('"--" in a comment', end);
      }
      this.type = "comment";
      this.text = source.slice(start + 4, end);
      this.#refuseControl(this.text, start + 4);
      this.end = end + 3;
      return;
    }
    if (source.slice(start, start + 9).toLowerCase() === "<!doctype") {
      throw this.error("A document type is not accepted", start, "XML_DOCTYPE");
    }
    throw this.error('Comment or CDATA section expected after "<!"', start);
  }

  #readInstruction(start: number): void {
    const nameEnd = this.#readName(start + 2, "Target of a processing instruction");
    const end = this.source.indexOf("?>", nameEnd);
    if (end === -1) throw this.error("Processing instruction does not end", start);
    this.end = end + 2;
    if (this.name.toLowerCase() === "xml") {
      this.#readDeclaration(start);
      return;
    }
    if (end !== nameEnd && !isSpace(this.source.charCodeAt(nameEnd))) {
      throw this.error(`Space expected after <?${this.name}`, nameEnd);
    }
    const textStart = this.#skipSpace(nameEnd);
    this.type = "instruction";
    this.text = this.source.slice(textStart, end);
    this.#refuseControl(this.text, textStart);
  }

  #readDeclaration(start: number): void {
    const first = this.source.charCodeAt(0) === 0xfeff ? 1 : 0;
    if (start !== first) {
      throw this.error("XML declaration must stand at the very start", start);
    }
    const declaration = readDeclaration(this.source, start);
    if (declaration === undefined) throw this.error("XML declaration is malformed", start);
    if (!isReadable(declaration.encoding)) {
      throw this.error(`Encoding must be UTF-8, got ${declaration.encoding}`, start);
    }
    this.type = "declaration";
    this.text = declaration.text;
  }

  /** Reads a name into `this.name`; returns the offset behind it. */
  #readName(start: number, what: string): number {
    const end = endOfName(this.source, start);
    if (end === start) throw this.error(`${what} expected, got ${seenAt(this.source, start)}`, start);
    this.name = this.source.slice(start, end);
    return end;
  }

  #skipSpace(start: number): number {
    let at = start;
    while (isSpace(this.source.charCodeAt(at))) at += 1;
    return at;
  }

  /** Replaces references. `start` is where `raw` stands, for the error. */
  #resolve(raw: string, start: number, literal: (text: string) => string = same): string {
    if (!raw.includes("&")) return literal(raw);
    return resolveReferences(raw, literal, (offset) => {
      throw this.error('"&" does not start a reference that XML knows', start + offset);
    });
  }

  #refuseControl(text: string, start: number): void {
    const offset = text.search(FORBIDDEN_CONTROL);
    if (offset === -1) return;
    const name = nameOfCharacter(text.charCodeAt(offset));
    throw this.error(`${name} is not allowed here`, start + offset);
  }
}

function same(text: string): string {
  return text;
}
