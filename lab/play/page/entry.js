/**
 * Something in a conversation: a bubble on the right for what the follower wrote, one on the left
 * for what the account said, a line in the middle for what was done.
 *
 * @module
 */
import { button } from "./button.js";
import { bubble, customBubble, sentBubble } from "./bubble.js";
import { chooseDelivery } from "./chosen.js";
import { failureSentence } from "./failure.js";
import { avatar } from "./followers.js";
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").EntryView} EntryView */
/** @typedef {import("../view.ts").Description} Description */
/** @typedef {import("../view.ts").Shown} Shown */
/** @typedef {import("./dom.js").Child} Child */

/**
 * @param {Page} page
 * @param {EntryView} entry
 * @returns {HTMLElement}
 */
export function entryElement(page, entry) {
  const { content, openId } = entry;
  switch (content.what) {
    case "sent":
      return content.description.MsgType === "event"
        ? line(page, entry, didWhat(page, content.description, openId))
        : row(page, entry, "is-mine", sentBubble(content.description));
    case "shown":
      return shownElement(page, entry, content.shown);
    case "custom":
      return row(
        page,
        entry,
        "is-theirs is-custom",
        customBubble(content.message, openId),
        t("custom"),
      );
  }
}

/**
 * @param {Page} page
 * @param {EntryView} entry
 * @param {Shown} shown
 */
function shownElement(page, entry, shown) {
  switch (shown.what) {
    case "reply":
      if (shown.reply.MsgType === "transfer_customer_service") {
        const agent = shown.reply.kfAccount;
        return line(
          page,
          entry,
          agent === "" ? t("shown.transfer") : t("shown.transfer.to", { agent }),
        );
      }
      return row(page, entry, "is-theirs", bubble(shown.reply, entry.openId));
    case "fault":
      // In Chinese in every language: it is what the phone shows.
      return line(page, entry, "该公众号提供的服务出现故障，请稍后再试", "is-fault");
    default: {
      const { deliveries } = page.store.state;
      const failure = deliveries.find(({ id }) => id === entry.delivery)?.failure;
      return failure === undefined
        ? line(page, entry, t("shown.nothing"), "is-silent")
        : line(page, entry, failureSentence(failure), "is-fault is-failed");
    }
  }
}

/**
 * @param {Page} page
 * @param {EntryView} entry
 * @param {string} className
 * @param {HTMLElement} content
 * @param {string} [note]
 */
function row(page, entry, className, content, note) {
  const follower = page.store.state.followers.find((other) => other.id === entry.openId);
  const face = className.startsWith("is-mine")
    ? avatar(follower ?? { id: entry.openId, name: "?", following: true })
    : h(
        "span",
        { class: "avatar is-account", attributes: { "aria-hidden": "true" } },
        icon(ICONS.bubble),
      );
  const who = className.startsWith("is-mine") ? (follower?.name ?? "") : t("account");
  return h(
    "div",
    { class: `entry ${className}` },
    face,
    h(
      "div",
      { class: "entry-body" },
      h("span", { class: "visually-hidden" }, `${who}: `),
      content,
      note === undefined ? null : h("span", { class: "entry-note" }, note),
    ),
    opener(page, entry),
  );
}

/**
 * @param {Page} page
 * @param {EntryView} entry
 * @param {string} text
 * @param {string} [className]
 */
function line(page, entry, text, className = "") {
  return h(
    "div",
    { class: `entry is-line ${className}` },
    h("p", { class: "chat-line" }, text),
    opener(page, entry),
  );
}

/**
 * The way from a bubble to its delivery.
 *
 * @param {Page} page
 * @param {EntryView} entry
 * @returns {Child}
 */
function opener(page, entry) {
  const { delivery } = entry;
  if (delivery === undefined) return null;
  const title = t("open", { what: t("side.inspector") });
  return button(
    "entry-open",
    () => {
      page.ui.set("tab", "deliveries");
      page.ui.set("side", "inspector");
      chooseDelivery(page, delivery);
    },
    { title, "aria-label": title },
    icon(ICONS.right),
  );
}

/**
 * What an event says about the follower.
 *
 * @param {Page} page
 * @param {Description} description
 * @param {string} openId
 * @returns {string}
 */
export function didWhat({ store }, description, openId) {
  const name = store.state.followers.find((follower) => follower.id === openId)?.name ?? openId;
  const key = String(description["EventKey"] ?? "");
  switch (String(description["Event"]).toLowerCase()) {
    case "subscribe": {
      const scene = key.replace(/^qrscene_/, "");
      return scene === ""
        ? t("did.subscribe", { name })
        : t("did.subscribe.scene", { name, scene });
    }
    case "unsubscribe":
      return t("did.unsubscribe", { name });
    case "scan":
      return t("did.scan", { name, scene: key });
    case "view":
    case "view_miniprogram":
      return t("did.view", { name, url: key });
    case "click":
    case "scancode_push":
    case "scancode_waitmsg":
    case "pic_sysphoto":
    case "pic_photo_or_album":
    case "pic_weixin":
    case "location_select":
      return t("did.click", { name, key: buttonName(store.state.menu.buttons, key) ?? key });
    default:
      return t("did.event", { event: String(description["Event"]) });
  }
}

/**
 * The name of the button with a key.
 *
 * @param {readonly import("../view.ts").MenuButton[]} buttons
 * @param {string} key
 * @returns {string | undefined}
 */
function buttonName(buttons, key) {
  const all = buttons.flatMap((button) => [button, ...(button.sub_button ?? [])]);
  return all.find((button) => button.key === key)?.name;
}
