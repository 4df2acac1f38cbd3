/**
 * The inspector: the deliveries, a transcript to be played again, the log of the bot.
 *
 * @module
 */
import { createDeliveries } from "./deliveries.js";
import { h } from "./dom.js";
import { tell } from "./connection.js";
import { t } from "./language.js";
import { createLog } from "./log.js";
import { createTabs } from "./tabs.js";
import { toast } from "./toast.js";
import { createTranscript } from "./transcript.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("./ui.js").UiState} UiState */

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createInspector(page) {
  const { store, ui } = page;
  /** @param {number} count */
  const badge = (count) => (count === 0 ? "" : h("span", { class: "badge" }, count));
  const tabs = createTabs({
    label: t("side.inspector"),
    className: "inspector-tabs",
    tabs: [
      {
        id: "deliveries",
        text: () => [t("tab.deliveries"), badge(store.state.deliveries.length)],
        panel: createDeliveries(page),
      },
      {
        id: "transcript",
        text: () => [t("tab.transcript"), badge(store.state.replay.rows.length)],
        panel: createTranscript(page),
      },
      {
        id: "log",
        text: () => [
          t("tab.log"),
          badge(store.state.log.filter((line) => line.level === "error").length),
        ],
        panel: createLog(page),
      },
    ],
    chosen: ui.get("tab"),
    onChoose: (tab) => ui.set("tab", /** @type {UiState["tab"]} */ (tab)),
  });
  ui.on("tab", () => tabs.choose(ui.get("tab")));
  for (const name of /** @type {const} */ (["deliveries", "replay", "log"]))
    store.on(name, tabs.relabel);
  return h(
    "section",
    { class: "inspector-half", attributes: { "aria-label": t("side.inspector") } },
    h(
      "div",
      { class: "inspector-head" },
      tabs.list,
      h(
        "button",
        {
          class: "button quiet small",
          title: t("clear.title"),
          attributes: { type: "button" },
          on: { click: async () => toast(await tell({ do: "clear" })) },
        },
        t("clear"),
      ),
    ),
    tabs.panels,
  );
}
