/**
 * The body of a delivery: XML 1.0 (fifth edition) in UTF-8, read into a small tree.
 *
 * `XmlTokenizer` cuts a document into tokens, `parseXml` builds the tree from them. The subset: no document
 * type, and with it no way to declare an entity. Names with a colon are names; namespaces have no meaning
 * here. WeChat uses no attributes, comments or instructions: they are checked, but not kept.
 *
 * Exactly two rules are more lenient than XML, because WeChat sends such documents:
 *
 * 1. **Control characters in text and CDATA are kept.** A follower's message may contain U+0002 or U+0000,
 *    which XML forbids; WeChat puts it into CDATA raw. (Carriage returns, which XML would turn into line
 *    feeds, are kept too.) As a reference, `&#2;`, they stay forbidden.
 * 2. **A bare `]]>` in text is kept as text.** WeChat does not split it in what followers write.
 *
 * A document is neither deeper nor larger than a callback can be. Open elements are kept in a list, not on the
 * call stack, so that depth costs nothing but its limit. The tokenizer never goes back, and every character is
 * read a fixed number of times at most, so the time is linear in the length of any document.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import {
  ASCII_NAME,
  FORBIDDEN_OTHER,
  isNameCharacter,
  NONCHARACTER,
  resolveReferences,
} from "./xml-characters.ts";
import { nameOfCharacter, seenAt, XmlError } from "./xml-error.ts";
import type { XmlErrorCode } from "./xml-error.ts";
import { passAttributes, passComment, passInstruction } from "./xml-markup.ts";
import type { XmlScanner } from "./xml-markup.ts";

/** WeChat's own documents are at most five deep. */
export const MAX_XML_DEPTH = 32;

/** Elements, attributes, pieces of text and CDATA, comments and instructions together. */
export const MAX_XML_NODES = 10_000;

/** An element of the tree. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /**
   * The character data that stands directly in the element, references resolved. Where all of it
   * is CDATA, space around the CDATA is layout and left out: `<A> <![CDATA[ x ]]> </A>` is `" x "`.
   */
  readonly text: string;
  /** It was an array of JSON: its children are the values. XML has no such thing. */
  readonly isArray?: true;
}

class XmlNode implements XmlElement {
  readonly name: string;
  readonly children: XmlNode[] = [];
  text = "";
  #cdata: string | undefined;
  #onlyCdata = true;

  constructor(name: string) {
    this.name = name;
  }

  addText(text: string): void {
    this.text += text;
    if (this.#onlyCdata && !isBlank(text)) this.#onlyCdata = false;
  }

  addCdata(text: string): void {
    this.text += text;
    this.#cdata = this.#cdata === undefined ? text : this.#cdata + text;
  }

  close(): void {
    if (this.#cdata !== undefined && this.#onlyCdata) this.text = this.#cdata;
  }
}

/**
 * Reads a document.
 *
 * @param source the text, or its bytes in UTF-8; both with or without a byte order mark
 * @returns the root element
 * @throws XmlError `XML_INVALID` when it is not well formed, `XML_DOCTYPE` when it has a document
 *   type, `XML_LIMIT` when it is deeper than 32 elements or has more than 10,000 nodes
 * @throws EchostrError `UTF8_INVALID` when the bytes are not UTF-8
 *
 * @example
 * parseXml("<xml><Content><![CDATA[你好]]></Content></xml>").children[0]?.text; // "你好"
 */
export function parseXml(source: string | Uint8Array): XmlElement {
  const tokens = new XmlTokenizer(typeof source === "string" ? source : decodeUtf8(source));
  const open: XmlNode[] = [];
  let current: XmlNode | undefined;
  let root: XmlNode | undefined;
  let nodes = 0;

  while (tokens.next()) {
    if (tokens.type !== "end") {
      nodes += 1 + tokens.attributes;
      if (nodes > MAX_XML_NODES) {
        const problem = `Document must have at most ${MAX_XML_NODES} nodes`;
        throw tokens.error(problem, tokens.start, "XML_LIMIT");
      }
    }
    switch (tokens.type) {
      case "start":
      case "empty": {
        if (current === undefined && root !== undefined) {
          throw tokens.error(`One root element expected, got <${tokens.name}> too`);
        }
        if (open.length >= MAX_XML_DEPTH) {
          const problem = `Elements must be at most ${MAX_XML_DEPTH} deep`;
          throw tokens.error(problem, tokens.start, "XML_LIMIT");
        }
        const node = new XmlNode(tokens.name);
        if (current === undefined) root = node;
        else current.children.push(node);
        if (tokens.type === "start") {
          open.push(node);
          current = node;
        }
        break;
      }
      case "end":
        if (current?.name !== tokens.name) {
          const expected = current === undefined ? "No end tag" : `End tag </${current.name}>`;
          throw tokens.error(`${expected} expected, got </${tokens.name}>`);
        }
        current.close();
        open.pop();
        current = open[open.length - 1];
        break;
      case "text":
        if (current === undefined) refuseOutside(tokens);
        else current.addText(tokens.text);
        break;
      case "cdata":
        if (current === undefined) throw tokens.error("CDATA outside of the root element");
        current.addCdata(tokens.text);
        break;
      default: // A comment, an instruction or a declaration says nothing.
        tokens.type satisfies "comment" | "instruction" | "declaration";
    }
  }
  const end = tokens.source.length;
  if (current !== undefined) {
    throw tokens.error(`End tag </${current.name}> expected, got the end of the document`, end);
  }
  if (root === undefined) throw tokens.error("Root element expected, got none", end);
  return root;
}

/** Beside the root only space may stand, and that not as a reference. */
function refuseOutside(tokens: XmlTokenizer): void {
  const offset = tokens.skipSpace(tokens.start);
  if (offset < tokens.end) throw tokens.error("Text outside of the root element", offset);
}

const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes UTF-8, whatever a Content-Type says; a byte order mark stays. What is not UTF-8 is
 * refused, not repaired: a repaired text would not be what was signed.
 * @throws EchostrError `UTF8_INVALID`
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    const got = (bytes as unknown) instanceof Uint8Array ? "other bytes" : typeof bytes;
    throw new EchostrError("UTF8_INVALID", `Body must be UTF-8, got ${got}`, { cause });
  }
}

/** The code units that markup is made of. */
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const SLASH = 0x2f;
const EXCLAMATION = 0x21;
const QUESTION = 0x3f;

/** What a token is. `start` is `<a>`, `empty` is `<a/>`, `end` is `</a>`. */
export type XmlTokenType =
  | "start" | "empty" | "end" | "text" | "cdata" | "comment" | "instruction" | "declaration";

/**
 * Reads one token after the other: `<a>1</a>` is a start, a text and an end. The tokenizer is itself
 * the current token, so that a document costs no object per token.
 */
export class XmlTokenizer implements XmlScanner {
  readonly source: string;
  type: XmlTokenType = "text";
  /** The name of a tag, or the target of a processing instruction. */
  name = "";
  /** The character data, references resolved. */
  text = "";
  /** How many attributes a tag has. */
  attributes = 0;
  /** Where the token starts and ends in `source`. */
  start = 0;
  end = 0;

  /** @throws XmlError `XML_INVALID` for characters that may stand nowhere in a document. */
  constructor(source: string) {
    this.source = source;
    if (source.charCodeAt(0) === 0xfeff) this.end = 1;
    if (source.isWellFormed() && !NONCHARACTER.test(source)) return;
    const offset = source.search(FORBIDDEN_OTHER);
    const name = nameOfCharacter(source.charCodeAt(offset));
    throw this.error(`${name} is not allowed in XML`, offset);
  }

  /**
   * Goes to the next token.
   *
   * @returns false at the end of the document
   * @throws XmlError `XML_INVALID` with the place, or `XML_DOCTYPE`
   */
  next(): boolean {
    const { source, end: start } = this;
    this.start = start;
    if (start >= source.length) return false;
    this.name = "";
    this.text = "";
    this.attributes = 0;
    if (source.charCodeAt(start) !== LESS_THAN) this.#readText(start);
    else if (source.charCodeAt(start + 1) === SLASH) this.#readEndTag(start);
    else if (source.charCodeAt(start + 1) === EXCLAMATION) this.#readCdataOrComment(start);
    else if (source.charCodeAt(start + 1) === QUESTION) this.#readInstruction(start);
    else this.#readStartTag(start);
    return true;
  }

  /** An error at an offset of the document, at first the token's. */
  error(problem: string, offset: number = this.start, code: XmlErrorCode = "XML_INVALID"): XmlError {
    return new XmlError(code, problem, this.source, offset);
  }

  #readText(start: number): void {
    const next = this.source.indexOf("<", start);
    this.end = next === -1 ? this.source.length : next;
    this.type = "text";
    this.text = this.resolve(this.source.slice(start, this.end), start);
  }

  #readStartTag(start: number): void {
    const { source } = this;
    let at = this.#readName(start + 1, "Element name");
    if (source.charCodeAt(at) !== GREATER_THAN) at = passAttributes(this, at);
    this.type = source.charCodeAt(at) === SLASH ? "empty" : "start";
    this.#closeTag(this.type === "empty" ? at + 1 : at, "<");
  }

  #readEndTag(start: number): void {
    const nameEnd = this.#readName(start + 2, "Element name");
    this.type = "end";
    this.#closeTag(this.skipSpace(nameEnd), "</");
  }

  #closeTag(at: number, sign: "<" | "</"): void {
    this.end = at + 1;
    if (this.source.charCodeAt(at) === GREATER_THAN) return;
    const seen = seenAt(this.source, at);
    throw this.error(`">" expected in ${sign}${this.name}>, got ${seen}`, at);
  }

  #readCdataOrComment(start: number): void {
    const { source } = this;
    if (source.startsWith("<![CDATA[", start)) {
      const end = source.indexOf("]]>", start + 9);
      if (end === -1) throw this.error("CDATA section does not end");
      this.type = "cdata";
      this.text = source.slice(start + 9, end);
      this.end = end + 3;
    } else if (source.startsWith("<!--", start)) {
      this.type = "comment";
      this.end = passComment(this, start);
    } else if (source.slice(start, start + 9).toLowerCase() === "<!doctype") {
      throw this.error("DOCTYPE is not accepted", start, "XML_DOCTYPE");
    } else {
      throw this.error('Comment or CDATA section expected after "<!"');
    }
  }

  #readInstruction(start: number): void {
    this.#readName(start + 2, "Target of a processing instruction");
    this.type = this.name.toLowerCase() === "xml" ? "declaration" : "instruction";
    this.end = passInstruction(this, start);
  }

  /** Reads a name into `this.name`; returns the offset behind it. */
  #readName(start: number, what: string): number {
    const end = this.endOfName(start, what);
    this.name = this.source.slice(start, end);
    return end;
  }

  /** The offset behind the name that starts at `start`. */
  endOfName(start: number, what: string): number {
    const { source } = this;
    let at = start;
    for (;;) {
      const unit = source.charCodeAt(at);
      if (unit < 128) {
        const role = ASCII_NAME[unit];
        if (role !== 2 && (role !== 1 || at === start)) break;
        at += 1;
        continue;
      }
      // Behind the end `unit` is NaN and `codePoint` is undefined.
      const codePoint = source.codePointAt(at);
      if (codePoint === undefined) break;
      const character = String.fromCodePoint(codePoint);
      if (!isNameCharacter(character, at === start)) break;
      at += character.length;
    }
    if (at > start) return at;
    throw this.error(`${what} expected, got ${seenAt(source, start)}`, start);
  }

  /** The offset behind the space, if any, that starts at `start`. */
  skipSpace(start: number): number {
    let at = start;
    while (isSpace(this.source.charCodeAt(at))) at += 1;
    return at;
  }

  /** Replaces references. `start` is where `raw` stands, for the error. */
  resolve(raw: string, start: number): string {
    if (!raw.includes("&")) return raw;
    return resolveReferences(raw, (offset) => {
      throw this.error('"&" does not start a valid reference', start + offset);
    });
  }
}

/** §2.3 S: space, tab, line feed, carriage return. */
function isSpace(codeUnit: number): boolean {
  return codeUnit === 0x20 || codeUnit === 0x0a || codeUnit === 0x09 || codeUnit === 0x0d;
}

function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (!isSpace(text.charCodeAt(at))) return false;
  }
  return true;
}
