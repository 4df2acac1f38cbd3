/**
 * Cuts XML into tokens for reading, not for judging: whatever is broken becomes a token of its own,
 * for an answer that is no XML is shown too.
 *
 * @module
 */

/** @typedef {"declaration" | "instruction" | "comment" | "text" | "cdata"} TextToken */
/** @typedef {TextToken | "start" | "empty" | "end" | "broken"} TokenType */

/**
 * @typedef {object} Token
 * @property {TokenType} type
 * @property {string} source as in the document
 * @property {string} name of a tag
 * @property {string} text what it says
 */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {number} depth from 0, below the root
 * @property {string | undefined} text `undefined` where other fields are inside
 */

/** Beginnings and ends of what is not an element. */
const SECTIONS = /** @type {const} */ ([
  ["<![CDATA[", "]]>", "cdata"],
  ["<!--", "-->", "comment"],
  ["<?", "?>", "instruction"],
]);

const TAG = /^<(\/?)([^\s<>/!?][^\s<>/]*)(\s[^<>]*?)?(\/?)>/;

/**
 * @param {string} xml
 * @returns {Token[]}
 */
export function tokenize(xml) {
  /** @type {Token[]} */
  const tokens = [];
  let at = 0;
  while (at < xml.length) {
    const token = tokenAt(xml, at);
    tokens.push(token);
    at += token.source.length;
  }
  return tokens;
}

/**
 * @param {string} xml
 * @param {number} at
 * @returns {Token}
 */
function tokenAt(xml, at) {
  if (xml[at] !== "<") {
    const source = xml.slice(at, endOf(xml, "<", at, 0));
    return { type: "text", source, name: "", text: decode(source) };
  }
  for (const [begin, close, type] of SECTIONS) {
    if (!xml.startsWith(begin, at)) continue;
    const end = xml.indexOf(close, at + begin.length);
    if (end === -1) return { type: "broken", source: xml.slice(at), name: "", text: "" };
    const source = xml.slice(at, end + close.length);
    const isDeclaration = type === "instruction" && /^<\?xml\s/.test(source);
    return {
      type: isDeclaration ? "declaration" : type,
      source,
      name: "",
      text: xml.slice(at + begin.length, end),
    };
  }
  const source = xml.slice(at, endOf(xml, ">", at, 1));
  const tag = TAG.exec(source);
  if (tag === null) return { type: "broken", source, name: "", text: "" };
  const [whole, isEnd, name = "", , isEmpty] = tag;
  return { type: isEnd ? "end" : isEmpty ? "empty" : "start", source: whole, name, text: "" };
}

/**
 * @param {string} xml
 * @param {string} sought
 * @param {number} at
 * @param {number} more
 */
function endOf(xml, sought, at, more) {
  const found = xml.indexOf(sought, at + 1);
  return found === -1 ? xml.length : found + more;
}

/**
 * The elements below the root, in order, with their depth.
 *
 * @param {readonly Token[]} tokens
 * @returns {Field[]}
 */
export function fieldsOf(tokens) {
  /** @type {Field[]} */
  const fields = [];
  /** @type {{ at: number, text: string, hasCdata: boolean, isParent: boolean }[]} */
  const open = [];
  for (const { type, name, text } of tokens) {
    const parent = open.at(-1);
    if (type === "start" || type === "empty") {
      if (parent !== undefined) parent.isParent = true;
      if (open.length > 0) fields.push({ name, depth: open.length - 1, text: "" });
      if (type === "start")
        open.push({ at: fields.length - 1, text: "", hasCdata: false, isParent: false });
    } else if (type === "cdata" && parent !== undefined) {
      parent.text = parent.hasCdata ? parent.text + text : text;
      parent.hasCdata = true;
    } else if (
      type === "text" &&
      parent !== undefined &&
      !(parent.hasCdata && text.trim() === "")
    ) {
      parent.text += text;
    } else if (type === "end") {
      const done = open.pop();
      const field = done === undefined ? undefined : fields[done.at];
      if (done === undefined || field === undefined || open.length === 0) continue;
      fields[done.at] = { ...field, text: done.isParent ? undefined : done.text };
    }
  }
  return fields;
}

const REFERENCES = /** @type {Record<string, string>} */ ({
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
});

/**
 * A text with the five references of XML replaced by what they stand for.
 *
 * @param {string} text
 * @returns {string}
 */
export function decode(text) {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (whole, name) => REFERENCES[name] ?? whole);
}
