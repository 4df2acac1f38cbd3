/**
 * Tabs, with the keys that screen readers announce: arrows go from tab to tab, Home and End to the
 * first and the last.
 *
 * @module
 */
import { h, replace } from "./dom.js";

/**
 * @typedef {object} Tab
 * @property {string} id
 * @property {() => string | (Node | string)[]} text
 * @property {HTMLElement} panel
 */

/**
 * @typedef {object} Tabs
 * @property {HTMLElement} list
 * @property {HTMLElement[]} panels
 * @property {(id: string) => void} choose
 * @property {() => void} relabel writes the tabs' texts again
 */

/**
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.className
 * @param {readonly Tab[]} options.tabs
 * @param {string} options.chosen
 * @param {(id: string) => void} options.onChoose
 * @param {MediaQueryList} [options.onlyWhen] otherwise all panels are shown, and the tabs hidden
 * @returns {Tabs}
 */
export function createTabs({ label, className, tabs, chosen, onChoose, onlyWhen }) {
  let current = tabs.some((tab) => tab.id === chosen) ? chosen : (tabs[0]?.id ?? "");
  const buttons = new Map(tabs.map((tab) => [tab.id, makeButton(tab)]));
  const list = h(
    "div",
    { class: `tabs ${className}`, attributes: { role: "tablist", "aria-label": label } },
    [...buttons.values()],
  );

  /** @param {Tab} tab */
  function makeButton(tab) {
    tab.panel.id ||= `panel-${tab.id}`;
    return h("button", {
      class: "tab",
      attributes: {
        type: "button",
        role: "tab",
        id: `tab-${tab.id}`,
        "aria-controls": tab.panel.id,
      },
      on: { click: () => select(tab.id), keydown: onKey },
    });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const at = tabs.findIndex((tab) => tab.id === current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    if (next === undefined) return;
    select(next.id);
    buttons.get(next.id)?.focus();
  }

  /** @param {string} id */
  function select(id) {
    choose(id);
    onChoose(id);
  }

  /** @param {string} id */
  function choose(id) {
    current = id;
    const active = onlyWhen?.matches ?? true;
    list.hidden = !active;
    for (const tab of tabs) {
      const isCurrent = tab.id === current;
      const button = buttons.get(tab.id);
      button?.setAttribute("aria-selected", String(isCurrent));
      button?.setAttribute("tabindex", isCurrent ? "0" : "-1");
      tab.panel.hidden = active && !isCurrent;
      if (active) tab.panel.setAttribute("role", "tabpanel");
      else tab.panel.removeAttribute("role");
    }
  }

  function relabel() {
    for (const tab of tabs) {
      const button = buttons.get(tab.id);
      if (button !== undefined) replace(button, ...[tab.text()].flat());
    }
  }

  onlyWhen?.addEventListener("change", () => choose(current));
  relabel();
  choose(current);
  return { list, panels: tabs.map((tab) => tab.panel), choose, relabel };
}
