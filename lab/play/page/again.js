/**
 * A delivery once more: as it was, as an attacker would send it, or late.
 *
 * @module
 */
import { copyButton } from "./copy.js";
import { curlOf } from "./curl.js";
import { run } from "./connection.js";
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { isHandshake } from "./judgement.js";
import { t } from "./language.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").DeliveryView} DeliveryView */

const FORGERIES = /** @type {const} */ (["token", "timestamp", "body"]);

/** Shares of the time that the platform waits. */
const DELAYS = [0.4, 0.8, 1.2];

/**
 * @param {Page} page
 * @param {DeliveryView} delivery
 * @returns {HTMLElement}
 */
export function againForm(page, delivery) {
  const { id, attempts } = delivery;
  const { timeoutMs } = page.store.state.session;
  const boxes = FORGERIES.map((name) => ({
    name,
    input: h("input", {
      attributes: { type: "checkbox", name, "data-focus": `again-${id}-${name}` },
    }),
  }));
  const delay = h(
    "select",
    { attributes: { "aria-label": t("again.delay"), "data-focus": `again-${id}-delay` } },
    h("option", { attributes: { value: "0" } }, t("again.delay.none")),
    DELAYS.map((share) => {
      const ms = Math.round(share * timeoutMs);
      return h(
        "option",
        { attributes: { value: ms } },
        t("again.delay.some", { seconds: ms / 1000 }),
      );
    }),
  );
  const copy = copyButton(t("copy.curl"), () => {
    const request = attempts.at(-1)?.request;
    return request === undefined ? "" : curlOf(request);
  });
  // What went nowhere has no address that a command could call.
  copy.hidden = !URL.canParse(attempts.at(-1)?.request?.url ?? "");
  // The handshake comes with the settings; it is not sent again by itself.
  if (isHandshake(delivery))
    return h("div", { class: "again" }, h("span", { class: "bar-space" }), copy);
  const form = h(
    "form",
    { class: "again", attributes: { "aria-label": t("again") } },
    h("span", { class: "again-title" }, t("again")),
    boxes.map(({ name, input }) =>
      h("label", { class: "chip" }, input, h("span", null, t(`again.${name}`))),
    ),
    delay,
    h(
      "button",
      {
        class: "button small primary",
        attributes: { type: "submit", "data-focus": `again-${id}` },
      },
      icon(ICONS.again),
      t("again.go"),
    ),
    h("span", { class: "bar-space" }),
    copy,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const alter = Object.fromEntries(boxes.map(({ name, input }) => [name, input.checked]));
    page.ui.set("delivery", "");
    void run({ do: "again", id, alter: { ...alter, delayMs: Number(delay.value) } });
  });
  return form;
}
