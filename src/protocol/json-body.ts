/**
 * The body of a delivery in the other format: JSON (RFC 8259), which mini programs and 微信云托管 may be
 * set to. The fields are those of XML, so it is read into the same tree, as if it had come as `<xml>`:
 *
 * ```text
 * {"CreateTime":1482048670,"ScanCodeInfo":{"ScanType":"qrcode"}}
 * <xml><CreateTime>1482048670</CreateTime><ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo></xml>
 * ```
 *
 * Numbers stay as they were written: ids have 64 bits, and `JSON.parse` would round them. An array is
 * an element with an `<item>` for each of its values, and `null` is a field that did not come. Control
 * characters in strings, which JSON forbids, are kept as those of XML are: followers send them.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { MAX_XML_DEPTH, MAX_XML_NODES } from "./xml.ts";
import type { XmlElement } from "./xml.ts";

/** The two formats of 数据格式. */
export type BodyFormat = "xml" | "json";

/**
 * Reads a document.
 *
 * @param source with or without a byte order mark
 * @returns the root element, `xml`
 * @throws EchostrError `JSON_INVALID` when it is no JSON object, is deeper than 32 values or has more
 *   than 10,000 of them
 *
 * @example
 * parseJsonBody('{"MsgId":7287429385930260481}').children[0]?.text; // "7287429385930260481"
 */
export function parseJsonBody(source: string): XmlElement {
  return new JsonReader(source).document();
}

const SPACE = /[ \t\n\r]*/y;
const WORD = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
const PLAIN_CHARACTERS = /[^"\\]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const ESCAPED: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class JsonReader {
  readonly #source: string;
  #at = 0;
  #values = 0;

  constructor(source: string) {
    this.#source = source;
    if (source.startsWith("\ufeff")) this.#at = 1;
  }

  document(): XmlElement {
    this.#match(SPACE);
    if (this.#source[this.#at] !== "{") throw this.#expected("An object");
    const root = this.#object("xml", 1);
    if (this.#next() !== undefined) throw this.#expected("The end");
    return root;
  }

  /** @returns `undefined` for `null` */
  #value(name: string, depth: number): XmlElement | undefined {
    this.#values += 1;
    if (this.#values > MAX_XML_NODES) throw this.#expected(`At most ${MAX_XML_NODES} values`);
    if (depth > MAX_XML_DEPTH) throw this.#expected(`Values at most ${MAX_XML_DEPTH} deep`);
    switch (this.#next()) {
      case "{":
        return this.#object(name, depth);
      case "[":
        return this.#array(name, depth);
      case '"':
        return { name, children: [], text: this.#string() };
      default: {
        const word = this.#match(WORD);
        if (word === "") throw this.#expected("A value");
        return word === "null" ? undefined : { name, children: [], text: word };
      }
    }
  }

  #object(name: string, depth: number): XmlElement {
    const children = this.#list("}", () => {
      if (this.#next() !== '"') throw this.#expected("A name in quotation marks");
      // A sample of WeChat's own has a space before a name.
      const key = this.#string().trim();
      if (this.#next() !== ":") throw this.#expected("A colon");
      this.#at += 1;
      return this.#value(key, depth + 1);
    });
    return { name, children, text: "" };
  }

  #array(name: string, depth: number): XmlElement {
    const children = this.#list("]", () => this.#value("item", depth + 1));
    return { name, children, text: "", isArray: true };
  }

  /** What stands between two brackets, with commas between. */
  #list(end: string, read: () => XmlElement | undefined): XmlElement[] {
    const children: XmlElement[] = [];
    this.#at += 1;
    for (let isFirst = true; this.#next() !== end || !isFirst; isFirst = false) {
      const child = read();
      if (child !== undefined) children.push(child);
      const separator = this.#next();
      if (separator === end) break;
      if (separator !== ",") throw this.#expected(`A comma or ${end}`);
      this.#at += 1;
    }
    this.#at += 1;
    return children;
  }

  #string(): string {
    this.#at += 1;
    let text = this.#match(PLAIN_CHARACTERS);
    while (this.#source[this.#at] === "\\") {
      const escape = this.#match(ESCAPE);
      if (escape === "") throw this.#expected("An escape of JSON");
      const code = escape.charAt(1);
      text += code === "u" ? String.fromCharCode(parseInt(escape.slice(2), 16)) : (ESCAPED[code] ?? code);
      text += this.#match(PLAIN_CHARACTERS);
    }
    if (this.#source[this.#at] !== '"') throw this.#expected("The end of a string");
    this.#at += 1;
    return text;
  }

  /** The next character that is not a space. */
  #next(): string | undefined {
    this.#match(SPACE);
    return this.#source[this.#at];
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  /** It may be a follower's text, so only its position is reported. */
  #expected(what: string): EchostrError {
    const isEnd = this.#at >= this.#source.length;
    const got = isEnd ? "the end of the body" : `another character at ${this.#at}`;
    return new EchostrError("JSON_INVALID", `${what} expected in JSON, got ${got}`);
  }
}
