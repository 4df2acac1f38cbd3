/**
 * The page: a phone on the left, an inspector on the right.
 *
 * It is drawn when the first state has come, and again when the language changes; in between each
 * part listens to the state it shows.
 *
 * @module
 */
import { createBar } from "./bar.js";
import { h, replace } from "./dom.js";
import { createInspector } from "./inspector.js";
import { currentLanguage, switchLanguage, t } from "./language.js";
import { createPhone } from "./phone.js";
import { safely } from "./safely.js";
import { Store } from "./store.js";
import { listen } from "./stream.js";
import { createTabs } from "./tabs.js";
import { Ui } from "./ui.js";

/**
 * What every part of the page is given.
 * @typedef {object} Page
 * @property {Store} store
 * @property {Ui} ui
 */

/** @typedef {import("./stream.js").Connection} Connection */

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const ui = new Ui();
/** @type {Store | undefined} */
let store;

/** @type {Connection} */
let connection = "open";
const lost = h("p", { class: "lost", attributes: { role: "status", hidden: true } });
// Before the first state as well: a server without room for another window sends none.
replace(app, lost);

listen({
  onChange(change) {
    if (store !== undefined) {
      store.apply(change);
    } else if (change.change === "all") {
      store = new Store(change.state);
      draw(store);
    }
  },
  onConnection(now) {
    connection = now;
    drawConnection();
  },
  stateNow: () => store?.state,
});

function drawConnection() {
  lost.hidden = connection === "open";
  replace(lost, connection === "open" ? "" : t(`connection.${connection}`));
  // The bot may be anything by now: what is known of it is old.
  document.body.classList.toggle("is-lost", connection !== "open");
}

/** @param {Store} known */
function draw(known) {
  known.forget();
  ui.forget();
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  const page = { store: known, ui };
  /** @param {HTMLElement} note */
  const section = (note) => h("section", null, note);
  const phone = safely(() => createPhone(page), section);
  const inspector = safely(() => createInspector(page), section);
  const sides = createTabs({
    label: "echostr play",
    className: "sides",
    tabs: [
      { id: "phone", text: () => t("side.phone"), panel: phone },
      { id: "inspector", text: () => t("side.inspector"), panel: inspector },
    ],
    chosen: ui.get("side"),
    onChoose: (side) => ui.set("side", /** @type {"phone" | "inspector"} */ (side)),
    // In a wide window both are shown side by side and there is nothing to choose.
    onlyWhen: window.matchMedia("(max-width: 899px)"),
  });
  ui.on("side", () => sides.choose(ui.get("side")));
  const onLanguage = () => {
    switchLanguage();
    draw(known);
    /** @type {HTMLElement | null} */ (document.querySelector('[data-focus="language"]'))?.focus();
  };
  const bar = safely(() => createBar(page, onLanguage), section);
  replace(
    app,
    h("a", { class: "skip", attributes: { href: "#say" } }, t("skip")),
    lost,
    bar,
    sides.list,
    h("main", { class: "halves" }, phone, inspector),
  );
  drawConnection();
}
