/**
 * The bar at the top: how the bot is, the mode of the account, transcripts, the language.
 *
 * @module
 */
import { button } from "./button.js";
import { run, tell } from "./connection.js";
import { h, icon, renew, replace } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";
import { toast } from "./toast.js";

/** @typedef {import("./main.js").Page} Page */

const MODES = /** @type {const} */ (["plain", "compat", "safe"]);

/**
 * @param {Page} page
 * @param {() => void} onLanguage
 * @returns {HTMLElement}
 */
export function createBar(page, onLanguage) {
  const { store } = page;
  let status = statusOf(page);
  let mode = modeSwitch(page);
  const crash = h("div", { attributes: { role: "alert" } });
  const drawCrash = () => replace(crash, crashOf(page));
  store.on("bot", () => {
    status = renew(status, statusOf(page));
    drawCrash();
  });
  store.on("session", () => {
    mode = renew(mode, modeSwitch(page));
  });
  drawCrash();
  return h(
    "header",
    { class: "bar" },
    h(
      "div",
      { class: "bar-row" },
      h(
        "h1",
        { class: "brand" },
        icon(ICONS.bubble, "icon brand-icon"),
        "echostr ",
        h("span", null, "play"),
      ),
      status,
      h("div", { class: "bar-space" }),
      mode,
      h("div", { class: "bar-group" }, saveLink(), loadButton(page)),
      button(
        "button quiet",
        onLanguage,
        { "aria-label": t("language.switch"), "data-focus": "language" },
        t("language.other"),
      ),
    ),
    crash,
  );
}

/** @param {Page} page */
function statusOf({ store }) {
  const { bot } = store.state;
  return h(
    "p",
    { class: `status is-${bot.status}`, attributes: { role: "status" }, title: bot.url },
    h("span", { class: "status-dot" }),
    h("span", { class: "status-name" }, bot.name || t("bot.default")),
    h("span", { class: "status-word" }, t(`bot.${bot.status}`)),
    h("span", { class: "status-lost" }, t("bot.unknown")),
  );
}

/** @param {Page} page */
function modeSwitch({ store }) {
  const { mode } = store.state.session;
  return h(
    "fieldset",
    { class: "segments", attributes: { "aria-label": t("mode") } },
    MODES.map((name) =>
      h(
        "label",
        { class: "segment" },
        h("input", {
          attributes: {
            type: "radio",
            name: "mode",
            value: name,
            checked: name === mode,
            "data-focus": `mode-${name}`,
          },
          on: { change: () => run({ do: "mode", mode: name }) },
        }),
        h("span", null, t(`mode.${name}`)),
      ),
    ),
  );
}

function saveLink() {
  return h(
    "a",
    {
      class: "button quiet",
      title: t("save.title"),
      attributes: { href: "transcript", download: "transcript.jsonl" },
    },
    icon(ICONS.down),
    h("span", { class: "label" }, t("save")),
  );
}

/** @param {Page} page */
function loadButton({ ui }) {
  const input = h("input", {
    attributes: {
      type: "file",
      accept: ".jsonl,.ndjson,.txt,application/json",
      hidden: true,
      id: "load-file",
    },
    on: {
      change: async () => {
        const file = input.files?.[0];
        if (file === undefined) return;
        const problem = await tell({
          do: "transcript-load",
          name: file.name,
          text: await file.text(),
        });
        input.value = "";
        toast(problem);
        if (problem !== "") return;
        ui.set("side", "inspector");
        ui.set("tab", "transcript");
      },
    },
  });
  return h(
    "span",
    null,
    input,
    button(
      "button quiet",
      () => input.click(),
      { title: t("load.title") },
      icon(ICONS.up),
      h("span", { class: "label" }, t("load")),
    ),
  );
}

/** @param {Page} page */
function crashOf({ store }) {
  const { bot } = store.state;
  if (bot.status !== "crashed") return null;
  return h(
    "div",
    { class: "crash" },
    icon(ICONS.warning),
    h(
      "div",
      { class: "crash-text" },
      h("strong", null, t("bot.crash")),
      h("pre", { attributes: { tabindex: "0" } }, bot.problem ?? ""),
      h("p", null, t("bot.crash.hint")),
    ),
    button("button", () => run({ do: "restart" }), {}, t("bot.restart")),
  );
}
