/**
 * Something that was found wrong: in Chinese its cause and what to do, and between them what the platform
 * saw, which is in English.
 *
 * @module
 */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { currentLanguage, t } from "./language.js";
import { visible } from "./visible.js";

/** @typedef {import("../view.ts").FindingView} Finding */
/** @typedef {import("./dom.js").Child} Child */

const TONES = /** @type {const} */ ({ error: "bad", warning: "warn", note: "note" });

/**
 * @param {Finding} finding
 * @returns {HTMLElement}
 */
export function findingElement(finding) {
  const { code, severity, message } = finding;
  const tone = TONES[severity];
  const chinese = inChinese(finding);
  const fix = chinese?.[1] ?? finding.fix;
  return h(
    "li",
    { class: `finding is-${tone}` },
    icon(tone === "bad" ? ICONS.cross : ICONS.warning),
    h(
      "div",
      null,
      h(
        "p",
        null,
        chinese === undefined ? visible(message) : chinese[0],
        " ",
        h("code", { class: "faint" }, code),
      ),
      chinese === undefined
        ? null
        : h("p", { class: "note", attributes: { lang: "en" } }, visible(message)),
      fix === ""
        ? null
        : h(
            "p",
            { class: "fix note" },
            `${t("verdict.fix")} `,
            chinese === undefined ? h("span", { attributes: { lang: "en" } }, visible(fix)) : visible(fix),
          ),
    ),
  );
}

/**
 * The finding in one sentence, in the reader's language as far as there is one.
 *
 * @param {Finding} finding
 * @returns {Child[]}
 */
export function findingSentence(finding) {
  const chinese = inChinese(finding);
  return chinese === undefined ? visible(finding.message) : [chinese[0]];
}

/**
 * @param {Finding} finding
 * @returns {readonly [cause: string, fix: string] | undefined} where the reader's language is Chinese
 */
function inChinese({ chinese }) {
  return currentLanguage() === "zh" ? chinese : undefined;
}
