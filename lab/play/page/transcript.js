/**
 * A transcript that was loaded: what the follower saw then, beside what they see now.
 *
 * @module
 */
import { chooseDelivery } from "./chosen.js";
import { tell } from "./connection.js";
import { differenceOf } from "./difference.js";
import { kindOf, summaryOf } from "./delivery.js";
import { h, icon, replace } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";
import { safely } from "./safely.js";
import { toast } from "./toast.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").ReplayRow} ReplayRow */
/** @typedef {import("../view.ts").ReplayView} ReplayView */
/** @typedef {import("../command.ts").Command} Command */

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createTranscript(page) {
  const panel = h("div", { class: "panel transcript" });
  const draw = () => {
    const { replay } = page.store.state;
    if (replay.name === "") {
      replace(
        panel,
        h(
          "div",
          { class: "empty" },
          h("p", null, t("transcript.none")),
          h("p", { class: "faint" }, t("transcript.hint")),
        ),
      );
      return;
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

/** @param {Command} command */
async function run(command) {
  toast(await tell(command));
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
    h(
      "button",
      {
        class: "button small primary",
        attributes: { type: "button", disabled: running, "data-focus": "replay-run" },
        on: { click: () => run({ do: "replay", from: 0 }) },
      },
      icon(ICONS.play),
      t("transcript.run"),
    ),
    h(
      "button",
      {
        class: "button round quiet",
        title: t("transcript.close"),
        attributes: { type: "button", "aria-label": t("transcript.close") },
        on: { click: () => run({ do: "transcript-close" }) },
      },
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
        : h(
            "button",
            {
              class: "button round quiet tiny",
              title: t("tab.deliveries"),
              attributes: { type: "button", "aria-label": t("tab.deliveries") },
              on: {
                click: () => {
                  page.ui.set("tab", "deliveries");
                  chooseDelivery(page, delivery);
                },
              },
            },
            icon(ICONS.right),
          ),
      h(
        "button",
        {
          class: "button small quiet",
          attributes: { type: "button", disabled: running, "data-focus": `replay-${index}` },
          on: { click: () => run({ do: "replay", from: index }) },
        },
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
