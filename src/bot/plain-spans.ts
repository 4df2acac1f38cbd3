/**
 * What stands within a line of Markdown: code, links, pictures, emphasis, escapes.
 *
 * The text is read once from its beginning to its end. What is code, an address, a tag or a path is
 * taken over as a whole, so that nothing in it is taken for a mark.
 *
 * @module
 */
import { isOfWord, markRun, pairMarks } from "./plain-emphasis.ts";
import type { MarkRun } from "./plain-emphasis.ts";

/** A part of the result: words, a run of marks that may go, or a bracket that may begin a link. */
type Part = string | MarkRun;

interface Bracket {
  /** Its place among the parts, and in the text. */
  readonly part: number;
  readonly at: number;
  readonly isImage: boolean;
}

/** What means nothing to Markdown. */
const WORDS = /[^\\`*_~[\]!<:]+/y;
const TICKS = /`+/y;
/** An address, a tag and a path end where they cannot go on. */
const ADDRESS = /:\/\/[^\s<>[\]"`\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+/y;
const ADDRESS_END = /[?!.,:;*_~'")]/;
const TAG = /<\/?[A-Za-z][^<>]*>/y;
const AUTOLINK = /<([A-Za-z][\w+.-]*:[^\s<>]*|[\w.+-]+@[\w.-]+)>/y;
const LINE_BREAK = /<br *\/?>/iy;
const PATH = /\\(?:[^\s"<>|`*，。；：！？、）]|\*(?=[.\\\w]))*/y;
/** `*.js` */
const PATTERN = /\*\.[A-Za-z]/y;
/** Names that Python gives, which look like bold ones. */
const PYTHON_NAME =
  /__(?:all|call|class|del|dict|doc|enter|eq|exit|file|getitem|hash|init|iter|len|main|name|new|next|repr|setitem|str|version)__/y;
/** Windows: `C:\`, `\\server`. Behind a letter or digit they are something else. */
const DRIVE = /[A-Za-z]:\\/y;
const SERVER = /\\\\[A-Za-z0-9]/y;
/** Marks that a backslash makes characters. Two backslashes stay: they are as likely a path or TeX. */
const ESCAPED = /[`*_{}[\]()#+\-.!|<>~]/;
/** `![alt](address "title")` behind its closing bracket. */
const BLANKS = /[ \t\n]*/y;
const TARGET_IN_ANGLES = /<([^<>\n]*)>/y;
const TITLE = /"[^"]*"|'[^']*'|\([^()]*\)/y;
/** Marks that will be gone, and then space or the end. */
const APART = /[*_~]*(?=\s|$)/y;
/** What an address has and an argument of a function has not. */
const OF_ADDRESS = /[/.:#@]/;
const MOST_PARENTHESES = 8;

/** One paragraph, or the line of a list or a table, without its marks. */
export function plainSpans(text: string): string {
  return new Spans(text).read();
}

class Spans {
  readonly #text: string;
  readonly #parts: Part[] = [];
  readonly #brackets: Bracket[] = [];
  readonly #closingTicks: ReadonlyMap<number, number>;
  #at = 0;
  #letters = 0;

  constructor(text: string) {
    this.#text = text;
    this.#closingTicks = pairTicks(text);
  }

  read(): string {
    while (this.#at < this.#text.length) this.#step();
    pairMarks(this.#parts.filter((part) => typeof part !== "string"));
    return this.#parts
      .map((part) => (typeof part === "string" ? part : part.mark.repeat(part.left)))
      .join("");
  }

  #step(): void {
    const words = this.#match(WORDS);
    if (words !== undefined) {
      this.#readWords(words);
      return;
    }
    const character = this.#text.charAt(this.#at);
    const taken = READERS[character]?.(this) ?? false;
    if (!taken) this.#put(character);
  }

  /** Words, up to a path that begins in them. */
  #readWords(words: string): void {
    const start = this.#at;
    this.#put(words);
    // The letter of a drive is the last of the words.
    const before = this.#text.charAt(this.#at - 2);
    DRIVE.lastIndex = this.#at - 1;
    const isDrive = DRIVE.test(this.#text) && (this.#at - 1 === start ? !this.#isBehindWord(start) : !isOfWord(before));
    if (!isDrive) return;
    this.#put(":");
    this.#put(this.#match(PATH) ?? "");
  }

  readBackslash(): boolean {
    if (this.#match(SERVER) !== undefined && !this.#isBehindWord(this.#at)) {
      this.#put("\\");
      return this.#take(this.#match(PATH));
    }
    const next = this.#text.charAt(this.#at + 1);
    if (next === "\\") return this.#take("\\\\");
    const isShrug = this.#text.charAt(this.#at - 1) === "¯";
    if (isShrug && next === "_") return this.#take("\\_");
    if (!ESCAPED.test(next) || next === "") return false;
    this.#at += 1;
    return this.#take(next);
  }

  readCode(): boolean {
    const ticks = this.#match(TICKS) ?? "";
    const start = this.#at + ticks.length;
    const end = this.#closingTicks.get(this.#at);
    if (end === undefined) return this.#take(ticks);
    const code = this.#text.slice(start, end);
    // A space on both sides makes room for backticks.
    const isPadded = code.startsWith(" ") && code.endsWith(" ") && code.trim() !== "";
    this.#parts.push(isPadded ? code.slice(1, -1) : code);
    this.#letters += 1;
    this.#at = end + ticks.length;
    return true;
  }

  readMarks(mark: string): boolean {
    const name = this.#match(PATTERN) ?? this.#match(PYTHON_NAME);
    if (name !== undefined) return this.#take(name);
    let end = this.#at;
    while (this.#text.charAt(end) === mark) end += 1;
    const [before, after] = [characterBefore(this.#text, this.#at), characterAt(this.#text, end)];
    this.#parts.push(markRun(mark, end - this.#at, before, after, this.#letters));
    this.#at = end;
    return true;
  }

  readBracket(isImage: boolean): boolean {
    if (isImage && this.#text.charAt(this.#at + 1) !== "[") return false;
    this.#brackets.push({ part: this.#parts.length, at: this.#at, isImage });
    return this.#take(isImage ? "![" : "[");
  }

  /** Makes a link of the text in brackets, if an address follows. */
  readClosing(): boolean {
    const bracket = this.#brackets.pop();
    if (bracket === undefined || this.#text.charAt(this.#at + 1) !== "(") return false;
    const label = this.#text.slice(bracket.at + (bracket.isImage ? 2 : 1), this.#at);
    const target = readTarget(this.#text, this.#at + 2);
    if (target === undefined || this.#isCall(bracket, target.address)) return false;
    // A place in the document and a picture within the text lead nowhere.
    const address = /^(?:#|data:)/.test(target.address) ? "" : target.address.replace(/^mailto:/, "");
    this.#parts[bracket.part] = "";
    this.#at = target.end;
    if (address === "") return true;
    if (isSame(label, address)) this.#parts.length = bracket.part;
    else if (label !== "") this.#parts.push(" ");
    this.#putAddress(address);
    return true;
  }

  readAngle(): boolean {
    const address = this.#match(AUTOLINK, 1);
    const lineBreak = this.#match(LINE_BREAK);
    if (lineBreak !== undefined) {
      this.#at += lineBreak.length;
      this.#parts.push("\n");
      return true;
    }
    if (address === undefined) return this.#take(this.#match(TAG));
    this.#at += address.length + 2;
    this.#putAddress(address);
    return true;
  }

  /** The scheme is read already: it is a word. */
  readAddress(): boolean {
    // The word first: of many `://` in a row each would be read to the end of the text, and for nothing.
    const found = this.#isBehindWord(this.#at) ? this.#match(ADDRESS) : undefined;
    if (found === undefined) return false;
    let { length } = found;
    while (ADDRESS_END.test(found.charAt(length - 1))) length -= 1;
    return this.#take(found.slice(0, length));
  }

  /** `handlers[0](event)` is not a link. */
  #isCall({ at, isImage }: Bracket, address: string): boolean {
    return !isImage && /[\w)\]]/.test(this.#text.charAt(at - 1)) && !OF_ADDRESS.test(address);
  }

  /** The reader must be able to tap it on a phone: no character may follow it directly. */
  #putAddress(address: string): void {
    this.#parts.push(this.#match(APART) === undefined ? `${address} ` : address);
    this.#letters += 1;
  }

  #isBehindWord(at: number): boolean {
    return isOfWord(characterBefore(this.#text, at));
  }

  #match(pattern: RegExp, group = 0): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[group];
  }

  #take(text: string | undefined): boolean {
    if (text === undefined || text === "") return false;
    this.#put(text);
    return true;
  }

  #put(text: string): void {
    this.#parts.push(text);
    this.#at += text.length;
    if (isOfWord(text)) this.#letters += 1;
  }
}

const READERS: Readonly<Record<string, (spans: Spans) => boolean>> = {
  "\\": (spans) => spans.readBackslash(),
  "`": (spans) => spans.readCode(),
  "*": (spans) => spans.readMarks("*"),
  _: (spans) => spans.readMarks("_"),
  "~": (spans) => spans.readMarks("~"),
  "[": (spans) => spans.readBracket(false),
  "!": (spans) => spans.readBracket(true),
  "]": (spans) => spans.readClosing(),
  "<": (spans) => spans.readAngle(),
  ":": (spans) => spans.readAddress(),
};

/** Where each run of backticks is that the code closes with; by the place of the one that opens it. */
function pairTicks(text: string): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const next = new Map<number, number>();
  for (const { 0: ticks, index } of [...text.matchAll(/`+/g)].reverse()) {
    const end = next.get(ticks.length);
    if (end !== undefined) closing.set(index, end);
    next.set(ticks.length, index);
  }
  return closing;
}

function readTarget(text: string, from: number): { address: string; end: number } | undefined {
  let at = skip(text, from);
  TARGET_IN_ANGLES.lastIndex = at;
  const inAngles = TARGET_IN_ANGLES.exec(text);
  const end = inAngles === null ? endOfTarget(text, at) : at + inAngles[0].length;
  const address = inAngles?.[1] ?? text.slice(at, end);
  at = skip(text, end);
  if (at > end) {
    TITLE.lastIndex = at;
    at = skip(text, at + (TITLE.exec(text)?.[0].length ?? 0));
  }
  return text.charAt(at) === ")" ? { address, end: at + 1 } : undefined;
}

/** Parentheses in an address come in pairs; a few of them, so that no text is read again and again. */
function endOfTarget(text: string, from: number): number {
  let opened = 0;
  let seen = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "(") {
      opened += 1;
      seen += 1;
    }
    if (character === ")") opened -= 1;
    if (opened < 0 || seen > MOST_PARENTHESES || /\s/.test(character)) return at;
  }
  return text.length;
}

function skip(text: string, from: number): number {
  BLANKS.lastIndex = from;
  return from + (BLANKS.exec(text)?.[0].length ?? 0);
}

/** Whether a label is only the address, with or without its scheme. */
function isSame(label: string, address: string): boolean {
  const scheme = address.slice(0, Math.max(0, address.length - label.length));
  return address.endsWith(label) && /^(?:[a-z]+:\/\/)?$/.test(scheme);
}

/** The character at a place, whole where it is a pair of surrogates; "" at the end. */
function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

function characterBefore(text: string, at: number): string {
  const last = text.charAt(at - 1);
  return /[\udc00-\udfff]/.test(last) ? text.slice(at - 2, at) : last;
}
