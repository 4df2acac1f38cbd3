/**
 * The inspector: the deliveries, a transcript to be played again, the log of the bot.
 *
 * @module
 */
import { button } from "./button.js";
import { createDeliveries } from "./deliveries.js";
import { h, renew } from "./dom.js";
import { run } from "./connection.js";
import { t } from "./language.js";
import { createLog } from "./log.js";
import { createTabs } from "./tabs.js";
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
  let clear = clearButton(page);
  ui.on("tab", () => {
    tabs.choose(ui.get("tab"));
    clear = renew(clear, clearButton(page));
  });
  for (const name of /** @type {const} */ (["deliveries", "replay", "log"]))
    store.on(name, tabs.relabel);
  return h(
    "section",
    { class: "inspector-half", attributes: { "aria-label": t("side.inspector") } },
    h("div", { class: "inspector-head" }, tabs.list, clear),
    tabs.panels,
  );
}

/**
 * It clears what the tab shows, and nothing else. A transcript has a button of its own.
 *
 * @param {Page} page
 */
function clearButton({ ui }) {
  const tab = ui.get("tab");
  const isLog = tab === "log";
  const title = t(isLog ? "clear.log.title" : "clear.title");
  return button(
    "button quiet small",
    () => run({ do: isLog ? "clear-log" : "clear" }),
    { title, "aria-label": title, hidden: tab === "transcript", "data-focus": "clear" },
    t("clear"),
  );
}
