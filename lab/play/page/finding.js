/**
 * Something that was found wrong: in Chinese a sentence of ours first, since the platform's own
 * finding, with what it saw, is in English.
 *
 * @module
 */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { currentLanguage, t } from "./language.js";
import { ZH_FINDINGS } from "./texts-zh-findings.js";
import { visible } from "./visible.js";

/** @typedef {import("../view.ts").Finding} Finding */
/** @typedef {import("./dom.js").Child} Child */

const TONES = /** @type {const} */ ({ error: "bad", warning: "warn", note: "note" });

/**
 * @param {Finding} finding
 * @returns {HTMLElement}
 */
export function findingElement(finding) {
  const { code, severity, message, fix } = finding;
  const tone = TONES[severity];
  const chinese = inChinese(finding);
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
        chinese === "" ? visible(message) : chinese,
        " ",
        h("code", { class: "faint" }, code),
      ),
      chinese === ""
        ? null
        : h("p", { class: "note", attributes: { lang: "en" } }, visible(message)),
      fix === ""
        ? null
        : h(
            "p",
            { class: "fix note" },
            `${t("verdict.fix")} `,
            h("span", { attributes: { lang: "en" } }, visible(fix)),
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
  return chinese === "" ? visible(finding.message) : [chinese];
}

/** @param {Finding} finding */
function inChinese({ code }) {
  const texts = /** @type {Record<string, string>} */ (ZH_FINDINGS);
  return currentLanguage() === "zh" && Object.hasOwn(texts, code) ? (texts[code] ?? "") : "";
}
