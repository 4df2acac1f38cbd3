/**
 * Whose phone it is: the followers to choose from, and a new one.
 *
 * @module
 */
import { button } from "./button.js";
import { chosenFollower } from "./chosen.js";
import { tell } from "./connection.js";
import { openDialog } from "./dialog.js";
import { h, icon, renew } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").FollowerView} FollowerView */

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createFollowers(page) {
  let element = drawFollowers(page);
  const redraw = () => {
    const before = element.firstElementChild?.scrollLeft ?? 0;
    element = renew(element, drawFollowers(page));
    const list = element.firstElementChild;
    if (list === null) return;
    list.scrollLeft = before;
    // Whose phone it is can be seen, however many there are.
    list
      .querySelector("input:checked")
      ?.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  page.store.on("followers", redraw);
  page.ui.on("follower", redraw);
  return element;
}

/** @param {Page} page */
function drawFollowers(page) {
  const chosen = chosenFollower(page).id;
  return h(
    "fieldset",
    { class: "followers", attributes: { "aria-label": t("followers") } },
    h(
      "div",
      { class: "followers-list" },
      page.store.state.followers.map((follower) =>
        h(
          "label",
          { class: "follower", title: follower.id },
          h("input", {
            attributes: {
              type: "radio",
              name: "follower",
              checked: follower.id === chosen,
              "data-focus": `follower-${follower.id}`,
            },
            on: { change: () => page.ui.set("follower", follower.id) },
          }),
          avatar(follower),
          h("span", { class: "follower-name" }, follower.name),
          h(
            "span",
            { class: "visually-hidden" },
            t(follower.following ? "follower.following" : "follower.notFollowing"),
          ),
        ),
      ),
    ),
    button(
      "button round",
      () => askName(page),
      { title: t("follower.add"), "aria-label": t("follower.add") },
      icon(ICONS.plus),
    ),
  );
}

/** @param {Page} page */
async function askName(page) {
  // Its phone is taken up when the server tells of it: before its answer to the command, or behind.
  let awaits = false;
  page.store.on("followers", (news) => {
    if (!awaits || news?.kind !== "new") return;
    awaits = false;
    page.ui.set("follower", news.id);
  });
  await openDialog({
    title: t("follower.add"),
    fields: [{ name: "name", label: t("follower.name"), value: "", required: true, maxLength: 20 }],
    action: t("add"),
    onSubmit: async ({ name }) => {
      awaits = true;
      const problem = await tell({ do: "follower", name: name ?? "" });
      if (problem !== "") awaits = false;
      return problem;
    },
  });
}

/** Far enough from each other, and from the green of the account. */
const HUES = [210, 265, 330, 14, 34, 175, 236, 290];

/**
 * A follower as a square of a colour that is theirs, with the first character of the name.
 *
 * @param {FollowerView} follower
 * @returns {HTMLElement}
 */
export function avatar(follower) {
  let sum = 0;
  for (const character of follower.id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  const [first = "?"] = follower.name;
  return h(
    "span",
    {
      class: follower.following ? "avatar" : "avatar is-away",
      style: { "--hue": HUES[sum % HUES.length] },
      attributes: { "aria-hidden": "true" },
    },
    first.toUpperCase(),
  );
}
