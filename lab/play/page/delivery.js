/**
 * A delivery: a line with its time, what it was and how it went, and unfolded each step of it.
 *
 * @module
 */
import { againForm } from "./again.js";
import { button } from "./button.js";
import { h, icon } from "./dom.js";
import { didWhat } from "./entry.js";
import { headline } from "./headline.js";
import { ICONS, TONE_ICONS } from "./icons.js";
import { t, timeOf, tOr } from "./language.js";
import { isHandshake, judgement } from "./judgement.js";
import { stepsOf } from "./steps.js";
import { track } from "./timeline.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").DeliveryView} DeliveryView */

/**
 * @param {Page} page
 * @param {DeliveryView} delivery
 * @param {boolean} unfolded
 * @param {() => void} onPress
 * @returns {HTMLLIElement}
 */
export function deliveryElement(page, delivery, unfolded, onPress) {
  const { id } = delivery;
  return h(
    "li",
    { class: unfolded ? "delivery is-open" : "delivery" },
    button(
      "delivery-head",
      onPress,
      {
        "aria-expanded": String(unfolded),
        "aria-controls": `steps-${id}`,
        "data-focus": `delivery-${id}`,
      },
      icon(ICONS.right, "icon fold"),
      h("span", { class: "delivery-time mono faint" }, timeOf(delivery.at)),
      h(
        "span",
        { class: "delivery-what" },
        h("span", { class: "kind" }, kindOf(delivery)),
        h("span", { class: "delivery-summary" }, summaryOf(page, delivery)),
        marks(delivery),
      ),
      track(delivery, page.store.state.session),
      resultOf(delivery),
    ),
    unfolded
      ? h(
          "div",
          { class: "delivery-body", attributes: { id: `steps-${id}` } },
          againForm(page, delivery),
          headline(delivery),
          stepsOf(page, delivery),
        )
      : null,
  );
}

/**
 * @param {Pick<DeliveryView, "description">} delivery
 * @returns {string}
 */
export function kindOf({ description }) {
  const { MsgType } = description;
  if (isHandshake({ description })) return "GET";
  return MsgType === "event" ? String(description["Event"]) : MsgType;
}

/**
 * @param {Page} page
 * @param {Pick<DeliveryView, "description" | "openId">} delivery
 * @returns {string}
 */
export function summaryOf(page, { description, openId }) {
  const shown = description["Content"] ?? description["Label"] ?? description["Title"];
  if (isHandshake({ description })) return t("did.handshake");
  if (description.MsgType === "event") return didWhat(page, description, openId);
  return shown === undefined ? tOr(`kind.${description.MsgType}`, "") : String(shown).slice(0, 200);
}

/** @param {DeliveryView} delivery */
function marks({ alteration, of }) {
  const { token, timestamp, body, delayMs = 0 } = alteration;
  return [
    token || timestamp || body
      ? h("span", { class: "mark is-forged" }, t("delivery.forged"))
      : null,
    delayMs > 0
      ? h("span", { class: "mark" }, t("delivery.slow", { seconds: delayMs / 1000 }))
      : null,
    of !== undefined && !(token || timestamp || body)
      ? h("span", { class: "mark" }, t("delivery.again"))
      : null,
  ];
}

/** @param {DeliveryView} delivery */
function resultOf(delivery) {
  const { tone, text } = judgement(delivery);
  return h(
    "span",
    { class: `result is-${tone}` },
    icon(TONE_ICONS[tone]),
    h("span", { class: "result-text" }, text),
  );
}
