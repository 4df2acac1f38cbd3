/**
 * XML to look at: in colours, and token by token.
 *
 * @module
 */
import { codeBlock, h } from "./dom.js";
import { t } from "./language.js";
import { visible } from "./visible.js";

/** @typedef {import("./xml.js").Token} Token */

/** More would slow the page down and teach nothing. */
const MOST_TOKENS = 400;
const MOST_CHARACTERS = 4000;

/**
 * @param {readonly Token[]} tokens
 * @returns {HTMLElement}
 */
export function xmlSource(tokens) {
  return codeBlock(
    "xml",
    tokens.slice(0, MOST_TOKENS).map(tokenElement),
    tokens.length > MOST_TOKENS ? "…" : null,
  );
}

/** @param {Token} token */
function tokenElement({ type, source, text }) {
  const className = `xml-${type}`;
  // The marks of CDATA are paler than what it holds.
  return type === "cdata"
    ? h("span", { class: className }, edge("<![CDATA["), visible(shortened(text)), edge("]]>"))
    : h("span", { class: className }, visible(shortened(source)));
}

/** @param {string} mark */
function edge(mark) {
  return h("span", { class: "xml-edge" }, mark);
}

/**
 * @param {readonly Token[]} tokens
 * @returns {HTMLElement}
 */
export function tokensTable(tokens) {
  return h(
    "ol",
    { class: "tokens" },
    tokens
      .slice(0, MOST_TOKENS)
      .map(({ type, name, text }) =>
        h(
          "li",
          { class: "token" },
          h("span", { class: `token-type xml-${type}` }, t(`token.${type}`)),
          h("span", { class: "mono" }, name === "" ? visible(quoted(shortened(text))) : name),
        ),
      ),
  );
}

/** @param {string} text */
function shortened(text) {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** @param {string} text */
function quoted(text) {
  return text.trim() === "" ? JSON.stringify(text) : text;
}
