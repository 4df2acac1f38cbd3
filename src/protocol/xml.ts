/**
 * Reads a document into a small tree.
 *
 * Here is checked what the tokenizer cannot see: that tags match, that there is one root and
 * nothing beside it but space, comments and instructions, and that the document is neither deeper
 * nor larger than a callback can be. Open elements are kept in a list, not on the call stack, so
 * that depth costs nothing but its limit.
 *
 * @module
 */
import { decodeUtf8 } from "./utf8.ts";
import { isBlank } from "./xml-characters.ts";
import type { XmlAttribute } from "./xml-token.ts";
import { XmlTokenizer } from "./xml-tokenizer.ts";

/** WeChat's own documents are at most five deep. */
export const MAX_XML_DEPTH = 32;

/** Elements, attributes, pieces of text and CDATA, comments and instructions together. */
export const MAX_XML_NODES = 10_000;

/** An element of the tree. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /**
   * The character data that stands directly in the element, references resolved. Where all of it
   * is CDATA, space around the CDATA is layout and left out: `<A> <![CDATA[ x ]]> </A>` is `" x "`.
   */
  readonly text: string;
}

class XmlNode implements XmlElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: XmlNode[] = [];
  text = "";
  #cdata: string | undefined;
  #onlyCdata = true;

  constructor(name: string, attributes: readonly XmlAttribute[]) {
    this.name = name;
    this.attributes = attributes;
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
      nodes += 1 + tokens.attributes.length;
      if (nodes > MAX_XML_NODES) {
        const problem = `Document must have at most ${MAX_XML_NODES} nodes`;
        throw tokens.error(problem, tokens.start, "XML_LIMIT");
      }
    }
    switch (tokens.type) {
      case "start":
      case "empty": {
        if (current === undefined && root !== undefined) {
          throw tokens.error(`One root element expected, got <${tokens.name}> too`, tokens.start);
        }
        if (open.length >= MAX_XML_DEPTH) {
          const problem = `Elements must be at most ${MAX_XML_DEPTH} deep`;
          throw tokens.error(problem, tokens.start, "XML_LIMIT");
        }
        const node = new XmlNode(tokens.name, tokens.attributes);
        if (current === undefined) root = node;
        else current.children.push(node);
        if (tokens.type === "start") {
          open.push(node);
          current = node;
        }
        break;
      }
      case "end":
        if (current?.name !== tokens.name) throw unexpectedEnd(tokens, current);
        current.close();
        open.pop();
        current = open[open.length - 1];
        break;
      case "text":
        if (current === undefined) refuseOutside(tokens);
        else current.addText(tokens.text);
        break;
      case "cdata":
        if (current === undefined) {
          throw tokens.error("CDATA outside of the root element", tokens.start);
        }
        current.addCdata(tokens.text);
        break;
      default: // A declaration, a comment or an instruction says nothing.
    }
  }
  const end = tokens.source.length;
  if (current !== undefined) {
    throw tokens.error(`End tag </${current.name}> expected, got the end of the document`, end);
  }
  if (root === undefined) throw tokens.error("Root element expected, got none", end);
  return root;
}

function unexpectedEnd(tokens: XmlTokenizer, current: XmlNode | undefined): Error {
  const expected = current === undefined ? "No end tag" : `End tag </${current.name}>`;
  return tokens.error(`${expected} expected, got </${tokens.name}>`, tokens.start);
}

/** Beside the root only space may stand, and that not as a reference. */
function refuseOutside(tokens: XmlTokenizer): void {
  if (isBlank(tokens.source.slice(tokens.start, tokens.end))) return;
  const text = tokens.source.slice(tokens.start, tokens.end);
  const offset = Math.max(0, text.search(/[^ \t\r\n]/));
  throw tokens.error("Text outside of the root element", tokens.start + offset);
}
