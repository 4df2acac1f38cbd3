/**
 * The phone: whose it is, the conversation, the menu, the box to write in.
 *
 * @module
 */
import { button } from "./button.js";
import { createChat } from "./chat.js";
import { chosenFollower } from "./chosen.js";
import { createComposer } from "./composer.js";
import { createFollowers } from "./followers.js";
import { h, icon, renew } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";
import { createMenuBar } from "./menu-bar.js";
import { run } from "./connection.js";

/** @typedef {import("./main.js").Page} Page */

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createPhone(page) {
  const { store, ui } = page;
  let head = headOf(page);
  const redraw = () => {
    head = renew(head, headOf(page));
  };
  store.on("followers", redraw);
  ui.on("follower", redraw);
  return h(
    "section",
    { class: "phone-half", attributes: { "aria-label": t("side.phone") } },
    createFollowers(page),
    h("div", { class: "phone" }, head, createChat(page), createMenuBar(page), createComposer(page)),
  );
}

/** @param {Page} page */
function headOf(page) {
  const follower = chosenFollower(page);
  const { following } = follower;
  return h(
    "div",
    { class: "phone-head" },
    h(
      "div",
      { class: "phone-title" },
      h("strong", null, t("account")),
      h("span", { class: "mono faint" }, page.store.state.session.originalId),
    ),
    button(
      following ? "button small" : "button small primary",
      () => run({ do: following ? "unfollow" : "follow", openId: follower.id }),
      { "data-focus": "follow" },
      icon(following ? ICONS.minus : ICONS.plus),
      t(following ? "unfollow" : "follow"),
    ),
  );
}
