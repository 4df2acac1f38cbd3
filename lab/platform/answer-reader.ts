/**
 * Reads the XML of an answer, strictly: what is not well formed by XML 1.0 is refused with the
 * place and the reason.
 *
 * It is written a second time on purpose. The server under test may be built from the parser in
 * `protocol`; were its answers read by the same code, a fault there would judge itself innocent.
 *
 * @module
 */

/** An element of an answer. */
export interface AnswerElement {
  readonly name: string;
  readonly children: readonly AnswerElement[];
  /** Text and CDATA, in order; where there is CDATA, blanks around it are left out. */
  readonly text: string;
  /** There are blanks around a section of CDATA. */
  readonly blanksAroundCdata: boolean;
  /** There is a reference by number, such as `&#20320;`. */
  readonly numericReference: boolean;
  /** There are blanks inside one of its tags. */
  readonly blanksInTag: boolean;
}

/** Why something is not well formed, and at which character. */
export class AnswerXmlError extends Error {
  readonly kind: "syntax" | "doctype" | "character" | "cdata-end";
  readonly position: number;

  constructor(kind: AnswerXmlError["kind"], position: number, message: string) {
    super(message);
    this.kind = kind;
    this.position = position;
  }

  override get name(): string {
    return "AnswerXmlError";
  }
}

const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const BLANKS = /[ \t\n\r]*/y;
const NAME = /[\p{L}_:][\p{L}\p{N}_:.\-]*/uy;
const ATTRIBUTE =
  /[ \t\n\r]+[\p{L}_:][\p{L}\p{N}_:.\-]*[ \t\n\r]*=[ \t\n\r]*(?:"[^"<]*"|'[^'<]*')/uy;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));/y;
const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

/** No answer is nested deeper than four; this only keeps the stack from running out. */
const MAX_DEPTH = 32;

/**
 * @returns the root
 * @throws AnswerXmlError
 */
export function readAnswerXml(source: string): AnswerElement {
  const forbidden = FORBIDDEN.exec(source);
  if (forbidden !== null) {
    const code = (forbidden[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw new AnswerXmlError("character", forbidden.index, `U+${code} is not a character of XML 1.0`);
  }
  return new Reader(source).readDocument();
}

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  readDocument(): AnswerElement {
    if (this.#looksAt("<?xml")) this.#skipPast("?>", "the XML declaration");
    this.#skipMisc();
    const root = this.#readElement(1);
    this.#skipMisc();
    if (this.#at < this.#source.length) throw this.#error("something follows the root element");
    return root;
  }

  /** Blanks, comments and processing instructions. */
  #skipMisc(): void {
    for (;;) {
      this.#take(BLANKS);
      if (this.#looksAt("<!--")) this.#skipPast("-->", "a comment");
      else if (this.#looksAt("<?")) this.#skipPast("?>", "a processing instruction");
      else return;
    }
  }

  #readElement(depth: number): AnswerElement {
    if (this.#looksAt("<!DOCTYPE")) {
      throw new AnswerXmlError("doctype", this.#at, "there is a document type declaration");
    }
    if (!this.#looksAt("<")) throw this.#error("an element was expected");
    if (depth > MAX_DEPTH) throw this.#error(`elements are nested more than ${MAX_DEPTH} deep`);
    this.#at += 1;
    const name = this.#take(NAME);
    if (name === "") throw this.#error("a tag must begin with a name, right behind the <");
    while (this.#take(ATTRIBUTE) !== "");
    const blanks = this.#take(BLANKS) !== "";
    if (this.#looksAt("/>")) {
      this.#at += 2;
      return { ...EMPTY, name, blanksInTag: blanks };
    }
    if (!this.#looksAt(">")) throw this.#error(`the tag <${name} is not closed with >`);
    this.#at += 1;
    return this.#readContent(name, blanks, depth);
  }

  #readContent(name: string, blanksInStart: boolean, depth: number): AnswerElement {
    const children: AnswerElement[] = [];
    const pieces: Piece[] = [];
    while (!this.#looksAt("</")) {
      if (this.#looksAt("<![CDATA[")) pieces.push({ text: this.#readCdata(), isCdata: true });
      else if (this.#looksAt("<!--")) this.#skipPast("-->", "a comment");
      else if (this.#looksAt("<?")) this.#skipPast("?>", "a processing instruction");
      else if (this.#looksAt("<")) children.push(this.#readElement(depth + 1));
      else pieces.push(this.#readText(name));
    }
    this.#at += 2;
    const closed = this.#take(NAME);
    if (closed !== name) throw this.#error(`<${name}> is closed by </${closed}>`);
    const blanksInEnd = this.#take(BLANKS) !== "";
    if (!this.#looksAt(">")) throw this.#error(`the tag </${name} is not closed with >`);
    this.#at += 1;
    return { name, children, ...textOf(pieces), blanksInTag: blanksInStart || blanksInEnd };
  }

  #readCdata(): string {
    const start = this.#at + "<![CDATA[".length;
    this.#skipPast("]]>", "a section of CDATA");
    return this.#source.slice(start, this.#at - "]]>".length);
  }

  /** Up to the next `<`. */
  #readText(name: string): Piece {
    let text = "";
    let numeric = false;
    while (!this.#looksAt("<")) {
      if (this.#at >= this.#source.length) throw this.#error(`<${name}> is never closed`);
      if (this.#looksAt("]]>")) {
        throw new AnswerXmlError(
          "cdata-end",
          this.#at,
          `"]]>" occurs in <${name}> outside of CDATA`,
        );
      }
      if (this.#looksAt("&")) {
        const { character, isNumeric } = this.#readReference();
        text += character;
        numeric ||= isNumeric;
      } else {
        text += this.#source[this.#at] ?? "";
        this.#at += 1;
      }
    }
    return { text, isCdata: false, numeric };
  }

  #readReference(): { character: string; isNumeric: boolean } {
    const start = this.#at;
    REFERENCE.lastIndex = start;
    const [whole, decimal, hexadecimal, entity] = REFERENCE.exec(this.#source) ?? [];
    if (whole === undefined) throw this.#error("an & that begins no reference must be &amp;");
    this.#at += whole.length;
    if (entity !== undefined) {
      const character = ENTITIES[entity];
      if (character !== undefined) return { character, isNumeric: false };
      throw new AnswerXmlError("syntax", start, `the entity &${entity}; is not defined`);
    }
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hexadecimal ?? "", 16);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : "\0";
    if (FORBIDDEN.test(character)) {
      throw new AnswerXmlError("character", start, `${whole} is not a character of XML 1.0`);
    }
    return { character, isNumeric: true };
  }

  #looksAt(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#source)?.[0] ?? "";
    this.#at += taken.length;
    return taken;
  }

  #skipPast(end: string, what: string): void {
    const found = this.#source.indexOf(end, this.#at);
    if (found < 0) throw this.#error(`${what} does not end`);
    this.#at = found + end.length;
  }

  #error(message: string): AnswerXmlError {
    return new AnswerXmlError("syntax", this.#at, message);
  }
}

interface Piece {
  readonly text: string;
  readonly isCdata: boolean;
  readonly numeric?: boolean;
}

type Text = Pick<AnswerElement, "text" | "blanksAroundCdata" | "numericReference">;

const EMPTY: AnswerElement = {
  name: "",
  children: [],
  text: "",
  blanksAroundCdata: false,
  numericReference: false,
  blanksInTag: false,
};

function textOf(pieces: readonly Piece[]): Text {
  const hasCdata = pieces.some(({ isCdata }) => isCdata);
  const isBlank = ({ text, isCdata }: Piece): boolean => !isCdata && text.trim() === "";
  const kept = hasCdata ? pieces.filter((piece) => !isBlank(piece)) : pieces;
  return {
    text: kept.map(({ text }) => text).join(""),
    blanksAroundCdata: hasCdata && kept.length < pieces.length,
    numericReference: pieces.some(({ numeric }) => numeric === true),
  };
}
