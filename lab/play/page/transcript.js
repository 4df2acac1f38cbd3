/**
 * A transcript that was loaded: what the follower saw then, beside what they see now.
 *
 * @module
 */
import { button } from "./button.js";
import { chooseDelivery } from "./chosen.js";
import { run } from "./connection.js";
import { differenceOf } from "./difference.js";
import { kindOf, summaryOf } from "./delivery.js";
import { h, icon, nothingYet, replace } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";
import { safely } from "./safely.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").ReplayRow} ReplayRow */
/** @typedef {import("../view.ts").ReplayView} ReplayView */

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createTranscript(page) {
  const panel = h("div", { class: "panel transcript" });
  const draw = () => {
    const { replay } = page.store.state;
    if (replay.name === "") {
      return replace(panel, nothingYet(t("transcript.none"), t("transcript.hint")));
    }
    const focused = document.activeElement?.getAttribute("data-focus");
    replace(
      panel,
      headOf(replay),
      h(
        "ol",
        { class: "replay" },
        replay.rows.map((row, index) =>
          safely(
            () => rowElement(page, row, index, replay.running),
            (note) => h("li", { class: "replay-row" }, note),
          ),
        ),
      ),
    );
    if (focused)
      /** @type {HTMLElement | null} */ (
        panel.querySelector(`[data-focus="${CSS.escape(focused)}"]`)
      )?.focus();
  };
  page.store.on("replay", draw);
  draw();
  return panel;
}

/** @param {ReplayView} replay */
function headOf({ name, rows, running, auto }) {
  /** @param {ReplayRow["state"][]} states */
  const count = (...states) => rows.filter((row) => states.includes(row.state)).length;
  const auto_ = h("input", {
    attributes: { type: "checkbox", checked: auto, "data-focus": "replay-auto" },
    on: { change: () => run({ do: "replay-auto", on: auto_.checked }) },
  });
  return h(
    "div",
    { class: "transcript-head" },
    h(
      "div",
      { class: "transcript-name" },
      h("strong", null, name),
      h(
        "span",
        { class: "faint", attributes: { role: "status" } },
        t("transcript.sum", {
          same: count("same"),
          different: count("different"),
          waiting: count("waiting", "running"),
        }),
      ),
    ),
    h("label", { class: "chip" }, auto_, h("span", null, t("transcript.auto"))),
    button(
      "button small primary",
      () => run({ do: "replay", from: 0 }),
      { disabled: running, "data-focus": "replay-run" },
      icon(ICONS.play),
      t("transcript.run"),
    ),
    button(
      "button round quiet",
      () => run({ do: "transcript-close" }),
      { title: t("transcript.close"), "aria-label": t("transcript.close") },
      icon(ICONS.cross),
    ),
  );
}

/**
 * @param {Page} page
 * @param {ReplayRow} row
 * @param {number} index
 * @param {boolean} running
 */
function rowElement(page, row, index, running) {
  const { state, delivery } = row;
  const [then, now] = differenceOf(row);
  return h(
    "li",
    { class: `replay-row is-${state}` },
    h(
      "div",
      { class: "replay-head" },
      h("span", { class: "mono faint" }, index + 1),
      h("span", { class: "kind" }, kindOf(row)),
      h("span", { class: "delivery-summary" }, summaryOf(page, row)),
      h("span", { class: `mark is-${state}` }, t(`transcript.${state}`)),
      delivery === undefined
        ? null
        : button(
            "button round quiet tiny",
            () => {
              page.ui.set("tab", "deliveries");
              chooseDelivery(page, delivery);
            },
            { title: t("tab.deliveries"), "aria-label": t("tab.deliveries") },
            icon(ICONS.right),
          ),
      button(
        "button small quiet",
        () => run({ do: "replay", from: index }),
        { disabled: running, "data-focus": `replay-${index}` },
        icon(ICONS.play),
        t("transcript.from"),
      ),
    ),
    h(
      "div",
      { class: "replay-pair" },
      h(
        "div",
        { class: "replay-side" },
        h("span", { class: "replay-when" }, t("transcript.then")),
        h("div", { class: "replay-text" }, then),
      ),
      h(
        "div",
        { class: "replay-side" },
        h("span", { class: "replay-when" }, t("transcript.now")),
        h("div", { class: "replay-text" }, now),
      ),
    ),
  );
}
