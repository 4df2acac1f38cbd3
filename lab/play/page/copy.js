/**
 * A button that copies a text.
 *
 * @module
 */
import { h, icon } from "./dom.js";
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
  return h(
    "button",
    {
      class: size === "icon" ? "button round quiet tiny" : "button small quiet",
      title: label,
      attributes: { type: "button", "aria-label": size === "icon" ? label : undefined },
      on: {
        click: async () => {
          try {
            await navigator.clipboard.writeText(textOf());
            toast(t("copied"), "done");
          } catch (error) {
            toast(String(error));
          }
        },
      },
    },
    icon(ICONS.copy),
    size === "icon" ? null : label,
  );
}
