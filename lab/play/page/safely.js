/**
 * Draws what was made of foreign data so that a fault in one piece stays with that piece: it is
 * replaced by a line that says so, and everything else on the page goes on.
 *
 * @module
 */
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";

/**
 * @template T
 * @param {() => T} draw
 * @param {(note: HTMLElement) => T} instead what takes its place, made around the line
 * @returns {T}
 *
 * @example
 * safely(() => deliveryElement(page, delivery), (note) => h("li", null, note));
 */
export function safely(draw, instead) {
  try {
    return draw();
  } catch (error) {
    reportError(error);
    const note = t("undrawn", { error: String(error).slice(0, 300) });
    return instead(h("p", { class: "undrawn" }, icon(ICONS.warning), h("span", null, note)));
  }
}
