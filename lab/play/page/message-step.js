/**
 * The message: its XML in colours, and its fields.
 *
 * @module
 */
import { copyButton } from "./copy.js";
import { h } from "./dom.js";
import { t, timeOf, tOr } from "./language.js";
import { visible } from "./visible.js";
import { tokensTable, xmlSource } from "./xml-view.js";
import { fieldsOf, tokenize } from "./xml.js";

/** @typedef {import("../view.ts").DeliveryView} DeliveryView */
/** @typedef {import("./xml.js").Field} Field */

/**
 * @param {DeliveryView} delivery
 * @returns {HTMLElement[]}
 */
export function messageStep({ xml }) {
  const tokens = tokenize(xml);
  return [
    h(
      "div",
      { class: "pair" },
      h(
        "div",
        null,
        h(
          "div",
          { class: "label-row" },
          h("h4", null, t("message.source")),
          copyButton(t("copy"), () => xml, "icon"),
        ),
        xmlSource(tokens),
      ),
      h("div", null, h("h4", null, t("message.fields")), fieldsTable(fieldsOf(tokens))),
    ),
    h(
      "details",
      { class: "more", attributes: { "data-fold": "tokens" } },
      h("summary", null, t("message.tokens", { count: tokens.length })),
      tokensTable(tokens),
    ),
  ];
}

/** @param {readonly Field[]} fields */
function fieldsTable(fields) {
  return h(
    "table",
    { class: "fields" },
    h(
      "thead",
      { class: "visually-hidden" },
      h(
        "tr",
        null,
        h("th", { attributes: { scope: "col" } }, t("message.field")),
        h("th", { attributes: { scope: "col" } }, t("message.value")),
      ),
    ),
    h(
      "tbody",
      null,
      fields.map(({ name, depth, text }) =>
        h(
          "tr",
          { style: { "--depth": depth } },
          h("th", { attributes: { scope: "row" } }, name),
          h(
            "td",
            null,
            text === undefined ? null : h("span", { class: "mono value" }, visible(text)),
            noteOf(name, text),
          ),
        ),
      ),
    ),
  );
}

/**
 * @param {string} name
 * @param {string | undefined} text
 */
function noteOf(name, text) {
  const note = tOr(`field.${name}`, "", { time: timeOf(Number(text) * 1000) });
  return note === "" ? null : h("span", { class: "note" }, note);
}
