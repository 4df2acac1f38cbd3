/**
 * Text whose invisible characters can be seen: a control character has a sign of its own, what
 * turns or hides text is named by its number.
 *
 * @module
 */
import { h } from "./dom.js";

/** What a reader could not see, line feeds and tabs aside. */
const INVISIBLE = [
  "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f", // control characters
  "\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069", // what has no width or turns text
  "\\ufeff\\ufffe\\uffff",
].join("");
const SPLIT = new RegExp(`([${INVISIBLE}])`, "u");

/**
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function visible(text) {
  return text.split(SPLIT).map((piece, index) => (index % 2 === 1 ? sign(piece) : piece));
}

/** @param {string} character */
function sign(character) {
  const code = character.codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  // The control pictures of Unicode: ␀, ␁, …
  const text = code < 0x20 ? String.fromCodePoint(0x2400 + code) : code === 0x7f ? "\u2421" : name;
  return h("span", { class: "control", title: name }, text);
}
