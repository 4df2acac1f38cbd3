/**
 * What the bot writes: its log, what it prints, and when it was started and why.
 *
 * @module
 */
import { h, replace } from "./dom.js";
import { t, timeOf } from "./language.js";
import { safely } from "./safely.js";
import { visible } from "./visible.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").LogView} LogView */

const NEAR_PIXELS = 60;

/**
 * @param {LogView} line
 * @returns {HTMLElement}
 */
export function lineElement(line) {
  return h(
    "p",
    { class: `log-line is-${line.level}` },
    h("span", { class: "faint" }, timeOf(line.at)),
    h("span", { class: "log-text" }, visible(line.text)),
  );
}

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createLog({ store, ui }) {
  const lines = h("div", {
    class: "log-lines mono",
    attributes: { role: "log", tabindex: "0", "aria-label": t("log.label"), "aria-live": "off" },
  });
  const panel = h("div", { class: "panel log-panel" }, lines);
  /** @type {Map<string, HTMLElement>} */
  const drawn = new Map();

  /** @param {LogView} line */
  function add(line) {
    const element = safely(
      () => lineElement(line),
      (note) => note,
    );
    drawn.set(line.id, element);
    lines.append(element);
  }

  function toEnd() {
    lines.scrollTop = lines.scrollHeight;
  }

  function drawAll() {
    drawn.clear();
    replace(lines);
    if (store.state.log.length === 0) lines.append(h("p", { class: "faint" }, t("log.empty")));
    for (const line of store.state.log) add(line);
    toEnd();
  }

  store.on("log", (news) => {
    if (news === undefined) return drawAll();
    if (news.kind === "dropped") {
      drawn.get(news.id)?.remove();
      drawn.delete(news.id);
      return;
    }
    const line = store.state.log.findLast((other) => other.id === news.id);
    if (line === undefined) return;
    if (drawn.size === 0) replace(lines);
    const isNear = lines.scrollHeight - lines.scrollTop - lines.clientHeight < NEAR_PIXELS;
    add(line);
    if (isNear) toEnd();
  });
  ui.on("tab", toEnd);
  drawAll();
  return panel;
}
