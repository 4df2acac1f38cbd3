/**
 * Markdown as text that reads well in WeChat, which shows `**` and `##` as they stand.
 *
 * The lines stay where they are. Each is looked at once, from the first to the last, so that the time
 * grows with the length of the text. Where something may be Markdown or plain text, it is left as it is.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { plainSpans } from "./plain-spans.ts";
import { isDividingLine, plainTable, tableCells } from "./plain-table.ts";

const RULE = "──────────";
const QUOTE = "│ ";

const FENCE = /^([ \t]*)(`{3,}(?=[^`]*$)|~{3,})/;
const HEADING = /^ {0,3}#{1,6}[ \t]+(?=\S)/;
/** Three of them are the prompt of Python. */
const QUOTED = /^ {0,3}>{1,2}(?:[ \t]|$)/;
const BULLET = /^([ \t]*)[-*+][ \t]+(?=\S)/;
const NUMBERED = /^[ \t]*\d{1,9}[.)][ \t]+(?=\S)/;
const BOX = /^\[([ xX])\][ \t]+/;
const INDENTED = /^(?: {4}|\t)/;
/** Without spaces between them. */
const RULER = /^(?:-{3,}|\*{3,}|_{3,})$/;

/**
 * Turns Markdown, the format of language models' answers, into text for WeChat. Headings, bold, italic and
 * struck words lose their marks; lists get dots and boxes; a link becomes its words and its address, each row
 * of a table a line. Code only loses the backticks around it. Escapes are replaced by their characters, HTML
 * and its entities stay unchanged. Text that is not Markdown stays unchanged: `2*3*4`, `snake_case`,
 * `C:\_new\*.txt`, `(*^_^*)`.
 *
 * @throws EchostrError `REPLY_INVALID` when it is not a text
 *
 * @example
 * plainText("## 步骤\n- **安装** [Node](https://nodejs.org)"); // "步骤\n• 安装 Node https://nodejs.org"
 */
export function plainText(markdown: string): string {
  if (typeof markdown !== "string") {
    throw new EchostrError("REPLY_INVALID", `Markdown must be a text, got ${typeof markdown}`);
  }
  const lines = markdown.split(/\r\n|\r|\n/);
  // One line of stars divides nothing.
  if (isRule(markdown)) return markdown;
  return new Blocks(lines).read().join("\n");
}

/** A text line by line. */
class Blocks {
  readonly #lines: readonly string[];
  readonly #out: string[] = [];
  /** Lines that are read as one, since emphasis and links may go on in the next. */
  #paragraph: string[] = [];
  #at = 0;
  /** Indented lines belong to the list. */
  #isInList = false;
  /** The next line is set apart from the previous ones. */
  #isApart = false;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): readonly string[] {
    while (this.#at < this.#lines.length) {
      const line = this.#line(this.#at);
      const isBlock =
        this.#readFence(line) || this.#readIndented(line) || this.#readQuote(line) || this.#readTable(line);
      if (!isBlock) this.#readLine(line);
    }
    this.#flush();
    return this.#out;
  }

  #readFence(line: string): boolean {
    const [, indent = "", fence = ""] = FENCE.exec(line) ?? [];
    if (fence === "") return false;
    const closing = (text: string): boolean => {
      const mark = text.trim();
      return mark.length >= fence.length && mark === fence.charAt(0).repeat(mark.length);
    };
    this.#flush();
    this.#isApart = this.#out.length > 0;
    for (this.#at += 1; this.#at < this.#lines.length; this.#at += 1) {
      const code = this.#line(this.#at);
      if (closing(code)) break;
      this.#put(code.slice(Math.min(indent.length, code.length - code.trimStart().length)));
    }
    this.#at += 1;
    this.#isApart = true;
    return true;
  }

  /** Code that is indented, behind an empty line and in no list. */
  #readIndented(line: string): boolean {
    const isCode = !this.#isInList && this.#paragraph.length === 0 && line.trim() !== "" && INDENTED.test(line);
    if (isCode) {
      this.#put(line);
      this.#at += 1;
    }
    return isCode;
  }

  /** What is quoted is a text of its own; quotes in it are not told apart. */
  #readQuote(line: string): boolean {
    if (!QUOTED.test(line)) return false;
    this.#flush();
    const quoted: string[] = [];
    for (; QUOTED.test(this.#line(this.#at)); this.#at += 1) quoted.push(unquote(this.#line(this.#at)));
    for (const each of new Blocks(quoted).read()) this.#put((QUOTE + each).trimEnd());
    return true;
  }

  #readTable(line: string): boolean {
    const next = this.#lines[this.#at + 1];
    if (next === undefined || !line.includes("|") || !isDividingLine(next)) return false;
    const header = tableCells(line);
    if (header.length !== tableCells(next).length) return false;
    this.#flush();
    const rows: string[] = [];
    for (this.#at += 2; this.#line(this.#at).includes("|"); this.#at += 1) rows.push(this.#line(this.#at));
    for (const row of plainTable(header, rows.map(tableCells))) this.#put(row);
    return true;
  }

  #readLine(line: string): void {
    this.#at += 1;
    const heading = HEADING.exec(line);
    if (isRule(line)) {
      this.#flush();
      this.#put(RULE);
    } else if (heading !== null) {
      this.#flush();
      this.#isApart = this.#out.length > 0;
      this.#paragraph.push(withoutClosing(line.slice(heading[0].length)));
      this.#flush();
    } else if (line.trim() === "") {
      this.#flush();
      this.#put("");
    } else {
      this.#readText(line);
    }
  }

  #readText(line: string): void {
    const bullet = BULLET.exec(line);
    const numbered = NUMBERED.exec(line);
    const mark = bullet?.[0] ?? numbered?.[0] ?? "";
    if (mark !== "") {
      this.#flush();
      this.#isInList = true;
    } else if (!/^\s/.test(line) && this.#paragraph.length === 0) {
      this.#isInList = false;
    }
    const rest = line.slice(mark.length);
    const box = mark === "" ? null : BOX.exec(rest);
    const words = box === null ? rest : rest.slice(box[0].length);
    const shown = box === null ? "• " : box[1] === " " ? "☐ " : "☑ ";
    const start = bullet !== null ? `${bullet[1] ?? ""}${shown}` : mark + (box === null ? "" : shown);
    this.#paragraph.push((start + words).trimEnd());
  }

  #flush(): void {
    if (this.#paragraph.length === 0) return;
    const lines = plainSpans(this.#paragraph.join("\n")).split("\n");
    this.#paragraph = [];
    for (const line of lines) this.#put(line);
  }

  #put(line: string): void {
    if (this.#isApart && line !== "" && this.#out.at(-1) !== "") this.#out.push("");
    this.#isApart = false;
    this.#out.push(line);
  }

  #line(at: number): string {
    return this.#lines[at] ?? "";
  }
}

function isRule(line: string): boolean {
  return RULER.test(line.replace(/[ \t]/g, ""));
}

function unquote(line: string): string {
  let rest = line;
  let start = 0;
  while (QUOTED.test(rest)) {
    start += rest.indexOf(">") + 1;
    if (line.charAt(start) === " ") start += 1;
    rest = line.slice(start, start + 8);
  }
  return line.slice(start);
}

/** `## 标题 ##` */
function withoutClosing(heading: string): string {
  const text = heading.trimEnd();
  let end = text.length;
  while (text.charAt(end - 1) === "#") end -= 1;
  return end < text.length && /[ \t]/.test(text.charAt(end - 1)) ? text.slice(0, end).trimEnd() : text;
}
