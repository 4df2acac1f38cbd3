/**
 * The list of deliveries, the newest at the top. One of them is unfolded: the one that was chosen,
 * or else the newest.
 *
 * @module
 */
import { chooseDelivery, chosenDelivery } from "./chosen.js";
import { deliveryElement } from "./delivery.js";
import { h, nothingYet, renew, replace } from "./dom.js";
import { t } from "./language.js";
import { safely } from "./safely.js";

/** @typedef {import("./main.js").Page} Page */

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createDeliveries(page) {
  const { store, ui } = page;
  /** @type {Map<string, HTMLElement>} */
  const drawn = new Map();
  const list = h("ol", { class: "deliveries", attributes: { reversed: true } });
  const panel = h("div", { class: "panel" }, list);
  let unfolded = "";

  /** @param {string} id */
  function draw(id) {
    const delivery = store.state.deliveries.find((other) => other.id === id);
    if (delivery === undefined) return undefined;
    const onPress = () => {
      if (id === unfolded) ui.set("delivery", "-");
      else chooseDelivery(page, id);
      unfold();
    };
    return safely(
      () => deliveryElement(page, delivery, id === unfolded, onPress),
      (note) => h("li", { class: "delivery" }, note),
    );
  }

  /** @param {string} id */
  function redraw(id) {
    const old = drawn.get(id);
    const fresh = draw(id);
    if (old !== undefined && fresh !== undefined) drawn.set(id, renew(old, fresh));
  }

  function unfold() {
    const before = unfolded;
    unfolded = chosenDelivery(page);
    if (before === unfolded) return;
    redraw(before);
    redraw(unfolded);
  }

  function drawAll() {
    drawn.clear();
    replace(list);
    unfolded = chosenDelivery(page);
    for (const { id } of store.state.deliveries) add(id);
    drawEmpty();
  }

  /** @param {string} id */
  function add(id) {
    const element = draw(id);
    if (element === undefined) return;
    drawn.set(id, element);
    list.prepend(element);
  }

  function drawEmpty() {
    panel.querySelector(".empty")?.remove();
    if (drawn.size > 0) return;
    panel.append(nothingYet(t("deliveries.empty"), t("deliveries.empty.hint")));
  }

  store.on("deliveries", (news) => {
    if (news === undefined) return drawAll();
    if (news.kind === "dropped") {
      drawn.get(news.id)?.remove();
      drawn.delete(news.id);
    } else if (drawn.has(news.id)) {
      redraw(news.id);
    } else {
      add(news.id);
    }
    unfold();
    drawEmpty();
    // Who looks at the newest wants to see the next one too.
    if (news.kind === "new" && ui.get("delivery") === "") panel.scrollTop = 0;
  });
  ui.on("delivery", () => {
    unfold();
    drawn.get(unfolded)?.scrollIntoView({ block: "nearest" });
  });
  store.on("session", drawAll);
  drawAll();
  return panel;
}
