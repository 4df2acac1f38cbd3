/**
 * A button that does something when it is pressed; it never submits a form.
 *
 * @module
 */
import { h } from "./dom.js";

/** @typedef {import("./dom.js").Child} Child */
/** @typedef {NonNullable<import("./dom.js").Properties["attributes"]>} Attributes */

/**
 * @param {string} className
 * @param {() => void} press
 * @param {Attributes} attributes beside its type
 * @param {...Child} children
 * @returns {HTMLButtonElement}
 *
 * @example
 * button("button small", () => run({ do: "restart" }), {}, t("bot.restart"));
 */
export function button(className, press, attributes, ...children) {
  return h(
    "button",
    { class: className, attributes: { type: "button", ...attributes }, on: { click: press } },
    ...children,
  );
}
