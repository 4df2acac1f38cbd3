/**
 * A sheet that asks for something. It is the browser's own dialog: it holds the focus while it is
 * open, Escape closes it, and the focus returns to where it was.
 *
 * @module
 */
import { button } from "./button.js";
import { h, icon, replace } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} value
 * @property {string} [type] of the input; `text` by default
 * @property {boolean} [required]
 * @property {number} [maxLength]
 * @property {string} [min]
 * @property {string} [max]
 * @property {string} [step]
 */

/**
 * @typedef {object} Sheet
 * @property {string} title
 * @property {string} [hint]
 * @property {readonly Field[]} [fields]
 * @property {readonly HTMLElement[]} [content] stands above the fields
 * @property {string} [action] the name of the button that submits; without it there is no button
 * @property {(values: Record<string, string>) => Promise<string> | string} [onSubmit]
 *   returns what is wrong; the sheet stays open then
 */

/**
 * @param {Sheet} sheet
 * @returns {Promise<void>} when it has been closed
 */
export function openDialog({ title, hint, fields = [], content = [], action, onSubmit }) {
  const problem = h("p", { class: "dialog-problem", attributes: { role: "alert" } });
  const inputs = fields.map((field) => ({ field, input: inputOf(field) }));
  const form = h(
    "form",
    { class: "dialog-form", attributes: { method: "dialog" } },
    content,
    hint === undefined ? null : h("p", { class: "hint" }, hint),
    inputs.map(({ field, input }) =>
      h("label", { class: "field" }, h("span", null, field.label), input),
    ),
    problem,
    action === undefined
      ? null
      : h(
          "div",
          { class: "dialog-actions" },
          h("button", { class: "button primary", attributes: { type: "submit" } }, action),
        ),
  );
  const titleElement = h("h2", { attributes: { id: "dialog-title" } }, title);
  const closeButton = button(
    "button round quiet",
    () => dialog.close(),
    { "aria-label": t("close") },
    icon(ICONS.cross),
  );
  const dialog = h(
    "dialog",
    { class: "dialog", attributes: { "aria-labelledby": "dialog-title" } },
    h("div", { class: "dialog-head" }, titleElement, closeButton),
    form,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(inputs.map(({ field, input }) => [field.name, input.value]));
    const wrong = await (onSubmit?.(values) ?? "");
    if (wrong === "") dialog.close();
    else replace(problem, wrong);
  });
  // A press beside the sheet closes it, as on a phone.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  (
    inputs[0]?.input ?? /** @type {HTMLElement | null} */ (form.querySelector("button, a, input"))
  )?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve();
    });
  });
}

/** Closes the sheet that is open, if one is. */
export function closeDialog() {
  document.querySelector("dialog")?.close();
}

/** @param {Field} field */
function inputOf(field) {
  return h("input", {
    attributes: {
      name: field.name,
      value: field.value,
      type: field.type ?? "text",
      required: field.required,
      maxlength: field.maxLength,
      min: field.min,
      max: field.max,
      step: field.step,
      autocomplete: "off",
    },
  });
}
