/**
 * Any message or event that the platform can send: a sample of each kind to start from, as the
 * fields of its description.
 *
 * @module
 */
import { send } from "./connection.js";
import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { t } from "./language.js";
import { toast } from "./toast.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").Description} Description */

/** @param {Page} page */
export async function askEvent(page) {
  const samples = await loadSamples();
  if (samples.length === 0) return;
  const fields = h("textarea", {
    class: "mono description",
    attributes: { rows: 9, spellcheck: "false", "aria-label": t("event.fields") },
  });
  const chooser = h(
    "select",
    {
      on: {
        change: () => {
          fields.value = JSON.stringify(samples[chooser.selectedIndex]?.description, null, 2);
        },
      },
    },
    samples.map(({ name }) => h("option", null, name)),
  );
  chooser.selectedIndex = Math.max(
    0,
    samples.findIndex(({ name }) => name.startsWith("event:")),
  );
  chooser.dispatchEvent(new Event("change"));
  await openDialog({
    title: t("event.title"),
    content: [
      h("label", { class: "field" }, h("span", null, t("event.kind")), chooser),
      h("label", { class: "field" }, h("span", null, t("event.fields")), fields),
    ],
    action: t("send"),
    onSubmit: () => {
      const description = readJson(fields.value);
      if (description === undefined) return t("event.broken");
      return send(page, description);
    },
  });
}

/** @returns {Promise<{ name: string, description: Description }[]>} */
async function loadSamples() {
  try {
    return await (await fetch("samples")).json();
  } catch (error) {
    toast(String(error));
    return [];
  }
}

/**
 * @param {string} text
 * @returns {Description | undefined}
 */
function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
