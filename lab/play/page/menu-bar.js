/**
 * The menu that the bot has set through the API, at the foot of the phone.
 *
 * What a button sends is decided by the server; here is asked what the phone's owner would do on
 * the way: scan a code, take pictures, choose a place.
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
import { safely } from "./safely.js";
import { choosePicture, choosePlace } from "./sheets.js";
import { toast } from "./toast.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").MenuButton} MenuButton */
/** @typedef {import("../view.ts").PressInput} PressInput */

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createMenuBar(page) {
  let element = draw(page);
  page.store.on("menu", () => {
    element = renew(element, draw(page));
  });
  return element;
}

/** @param {Page} page */
function draw(page) {
  const { buttons } = page.store.state.menu;
  return h(
    "nav",
    { class: "menu-bar", attributes: { "aria-label": t("menu") } },
    buttons.length === 0
      ? h("p", { class: "menu-none" }, t("menu.none"))
      : buttons.map((top, index) =>
          safely(
            () => topElement(page, top, index),
            (note) => note,
          ),
        ),
  );
}

/**
 * @param {Page} page
 * @param {MenuButton} top
 * @param {number} index
 */
function topElement(page, top, index) {
  const { sub_button: subs = [] } = top;
  if (subs.length === 0) {
    return h("div", { class: "menu-top" }, plain(page, top, [index]));
  }
  const list = h(
    "ul",
    { class: "menu-list", attributes: { hidden: true } },
    subs.map((sub, at) =>
      h(
        "li",
        null,
        plain(page, sub, [index, at], () => show(false)),
      ),
    ),
  );
  const opener = button(
    "menu-button",
    () => show(list.hidden !== false),
    {
      "aria-expanded": "false",
      "aria-label": t("sub", { name: top.name }),
      "data-focus": `menu-${index}`,
    },
    icon(ICONS.menu),
    top.name,
  );
  const element = h("div", { class: "menu-top" }, opener, list);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    show(false);
    opener.focus();
  });
  element.addEventListener("focusout", (event) => {
    if (!element.contains(/** @type {Node | null} */ (event.relatedTarget))) show(false);
  });

  /** @param {boolean} open */
  function show(open) {
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  }
  return element;
}

/**
 * @param {Page} page
 * @param {MenuButton} pressed
 * @param {number[]} at
 * @param {() => void} [after]
 */
function plain(page, pressed, at, after) {
  return button(
    "menu-button",
    () => {
      after?.();
      void press(page, pressed, at);
    },
    { title: pressed.type, "data-focus": `menu-${at.join("-")}` },
    pressed.name,
  );
}

/**
 * @param {Page} page
 * @param {MenuButton} pressed
 * @param {number[]} at
 */
async function press(page, pressed, at) {
  /** @param {PressInput} [input] */
  const go = (input = {}) => tell({ do: "press", openId: chosenFollower(page).id, at, input });
  switch (pressed.type) {
    case "scancode_push":
    case "scancode_waitmsg":
      return openDialog({
        title: pressed.name,
        fields: [
          {
            name: "scan",
            label: t("scan.result"),
            value: "https://example.com/code/1",
            required: true,
          },
        ],
        action: t("scan.press"),
        onSubmit: ({ scan }) => go({ scan: scan ?? "" }),
      });
    case "pic_sysphoto":
    case "pic_photo_or_album":
    case "pic_weixin":
      return choosePicture(pressed.name, async (mediaId) =>
        toast(await go({ pictures: [mediaId] })),
      );
    case "location_select":
      return choosePlace(pressed.name, (place) => go({ place }));
    case "view":
      toast(await go());
      return leave(pressed.name, t("open.view"), pressed.url ?? "");
    case "miniprogram":
      toast(await go());
      return leave(pressed.name, t("open.mini"), `${pressed.appid ?? ""} ${pressed.pagepath ?? ""}`);
    case "media_id":
      return leave(pressed.name, t("open.media"), pressed.media_id ?? "");
    case "view_limited":
    case "article_id":
    case "article_view_limited":
      return leave(pressed.name, t("open.article"), pressed.article_id ?? pressed.media_id ?? "");
    default:
      return toast(await go());
  }
}

/**
 * Says where the phone would go.
 *
 * @param {string} title
 * @param {string} hint
 * @param {string} where
 */
function leave(title, hint, where) {
  const isWeb = /^https?:\/\//i.test(where) && URL.canParse(where);
  const content = [
    h("p", null, hint),
    h("p", { class: "mono where" }, where),
    ...(isWeb
      ? [
          h(
            "a",
            {
              class: "button",
              attributes: { href: where, target: "_blank", rel: "noopener noreferrer" },
            },
            t("open.window"),
          ),
        ]
      : []),
  ];
  return openDialog({ title, content });
}
