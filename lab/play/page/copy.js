/**
 * A button that copies a text.
 *
 * @module
 */
import { button } from "./button.js";
import { icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";
import { toast } from "./toast.js";

/**
 * @param {string} label
 * @param {() => string} textOf
 * @param {"small" | "icon"} [size]
 * @returns {HTMLElement}
 */
export function copyButton(label, textOf, size = "small") {
  return button(
    size === "icon" ? "button round quiet tiny" : "button small quiet",
    async () => {
      try {
        await navigator.clipboard.writeText(textOf());
        toast(t("copied"), "done");
      } catch (error) {
        toast(String(error));
      }
    },
    { title: label, "aria-label": size === "icon" ? label : undefined },
    icon(ICONS.copy),
    size === "icon" ? null : label,
  );
}
