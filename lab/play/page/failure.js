/**
 * A handler that threw: what, and in which line of the bot.
 *
 * @module
 */
import { codeBlock, h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";
import { visible } from "./visible.js";

/** @typedef {import("../view.ts").FailureView} FailureView */

/**
 * In one sentence, with the place as a link has it: `bot.mjs:2`.
 *
 * @param {FailureView} failure
 * @returns {string}
 */
export function failureSentence({ of, place, message }) {
  if (place === undefined) return t(of === "stray" ? "stray" : "threw", { message });
  const values = { message, place: `${place.file}:${place.line}` };
  return t(of === "stray" ? "stray.at" : "threw.at", values);
}

/**
 * With the line itself, and what it means for the follower.
 *
 * @param {FailureView} failure
 * @returns {HTMLElement}
 */
export function failureElement(failure) {
  const { of, place, code } = failure;
  return h(
    "div",
    { class: `finding failure ${of === "stray" ? "is-warn" : "is-bad"}` },
    icon(of === "stray" ? ICONS.warning : ICONS.cross),
    h(
      "div",
      null,
      h("p", null, visible(failureSentence(failure)), " ", h("code", { class: "faint" }, code)),
      place === undefined || place.text === ""
        ? null
        : codeBlock(
            "wrap failure-line",
            h("span", { class: "faint" }, `${place.line}  `),
            visible(place.text),
          ),
      h("p", { class: "note" }, t(of === "stray" ? "stray.why" : "threw.why")),
    ),
  );
}
