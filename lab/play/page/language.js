/**
 * Chinese or English: as the browser prefers, until the reader switches.
 *
 * @module
 */
import { INSPECTOR_TEXTS } from "./texts-inspector.js";
import { TEXTS } from "./texts.js";

/** @typedef {"zh" | "en"} Language */
/** @typedef {keyof typeof ALL} TextName */

const ALL = { ...TEXTS, ...INSPECTOR_TEXTS };
const KEY = "echostr-play-language";

/** @type {Language} */
let language = chosen() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

/** @returns {Language | undefined} */
function chosen() {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "zh" || kept === "en" ? kept : undefined;
  } catch {
    return undefined; // A window that keeps nothing follows the browser.
  }
}

/** @returns {Language} */
export function currentLanguage() {
  return language;
}

/** Switches to the other language; the page must be drawn again. */
export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // As above.
  }
}

/**
 * A text in the reader's language.
 *
 * @param {TextName} name
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 *
 * @example
 * t("chat", { name: "Alice" }); // "Conversation with Alice"
 */
export function t(name, values = {}) {
  return ALL[name][language].replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

/**
 * A text whose name is put together, such as `kind.text`; the fallback if there is none.
 *
 * @param {string} name
 * @param {string} fallback
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function tOr(name, fallback, values) {
  return Object.hasOwn(ALL, name) ? t(/** @type {TextName} */ (name), values) : fallback;
}

/**
 * @param {number} at milliseconds since 1970
 * @returns {string} the time of day, with seconds
 */
export function timeOf(at) {
  return new Date(at).toTimeString().slice(0, 8);
}
