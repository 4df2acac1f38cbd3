/**
 * Bubbles: messages as a phone shows them.
 *
 * The page calls nobody, so a picture at an address of the bot's is not loaded: its place says
 * where it would come from. Pictures that went through the platform are shown.
 *
 * @module
 */
import { button } from "./button.js";
import { run } from "./connection.js";
import { h, icon } from "./dom.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";
import { richText } from "./rich-text.js";
import { visible } from "./visible.js";

/** @typedef {import("../view.ts").ShownReply} ShownReply */
/** @typedef {import("../view.ts").Description} Description */
/** @typedef {import("../view.ts").CustomView} CustomView */

/**
 * What a follower sent.
 *
 * @param {Description} description
 * @returns {HTMLElement}
 */
export function sentBubble(description) {
  /** @param {string} name */
  const field = (name) => String(description[name] ?? "");
  switch (description.MsgType) {
    case "text":
      return h("div", { class: "bubble" }, visible(field("Content")));
    case "image":
      return picture(field("MediaId"));
    case "voice":
      return voice(field("MediaId"));
    case "video":
    case "shortvideo":
      return film("", "", field("MediaId"));
    case "location":
      return place(field("Label"), field("Location_X"), field("Location_Y"));
    case "link":
      return card(field("Title"), field("Description"), field("Url"), ICONS.link);
    default:
      return h("div", { class: "bubble" }, h("code", null, description.MsgType));
  }
}

/**
 * What the account answered.
 *
 * @param {ShownReply} reply
 * @param {string} openId
 * @returns {HTMLElement}
 */
export function bubble(reply, openId) {
  switch (reply.MsgType) {
    case "text":
      return h("div", { class: "bubble" }, richText(reply.content, sayer(openId)));
    case "image":
      return picture(reply.mediaId);
    case "voice":
      return voice(reply.mediaId);
    case "video":
      return film(reply.title, reply.description, reply.mediaId);
    case "music":
      return card(reply.title || t("kind.music"), reply.description, reply.musicUrl, ICONS.music);
    case "news":
      return news(reply.articles);
    default:
      return h("div", { class: "bubble" }, t("shown.transfer"));
  }
}

/**
 * A customer-service message: like a reply, or of a kind that only customer service has.
 *
 * @param {CustomView} message
 * @param {string} openId
 * @returns {HTMLElement}
 */
export function customBubble({ msgType, shows, body }, openId) {
  if (shows !== undefined) return bubble(shows, openId);
  const part = /** @type {Record<string, unknown>} */ (body ?? {});
  /** @param {string} name */
  const field = (name) => String(part[name] ?? "");
  switch (msgType) {
    case "msgmenu":
      return choices(part, openId);
    case "miniprogrampage":
      return card(field("title"), field("appid"), field("pagepath"), ICONS.mini);
    default:
      return h(
        "div",
        { class: "bubble" },
        h("code", null, msgType),
        " ",
        visible(JSON.stringify(body)),
      );
  }
}

/**
 * A link with `weixin://bizmsgmenu` writes in the follower's name.
 *
 * @param {string} openId
 * @returns {(text: string, id: string) => void}
 */
function sayer(openId) {
  return (text, id) => {
    const description = { MsgType: "text", Content: text, bizmsgmenuid: id };
    void run({ do: "send", openId, description });
  };
}

/** @param {string} mediaId */
function picture(mediaId) {
  const place = h("div", { class: "bubble bare" });
  const image = h("img", {
    class: "picture",
    attributes: {
      src: `/mmbiz/${encodeURIComponent(mediaId)}`,
      alt: `${t("kind.image")} ${mediaId.slice(0, 12)}`,
    },
    on: { error: () => place.replaceChildren(frame(ICONS.picture, t("mediaId", { id: mediaId }))) },
  });
  place.append(image);
  return place;
}

/** @param {string} mediaId */
function voice(mediaId) {
  // The length is made of the id: the platform does not tell it, and a bubble needs a width.
  const seconds = 2 + ((mediaId.codePointAt(5) ?? 7) % 11);
  return h(
    "div",
    {
      class: "bubble voice",
      title: t("mediaId", { id: mediaId }),
      style: { "--seconds": seconds },
    },
    icon(ICONS.waves),
    h("span", null, t("voice.what", { seconds })),
  );
}

/**
 * @param {string} title
 * @param {string} description
 * @param {string} mediaId
 */
function film(title, description, mediaId) {
  return h(
    "div",
    { class: "bubble card" },
    h(
      "div",
      { class: "card-stage" },
      icon(ICONS.play, "icon stage-icon"),
      h("span", { class: "stage-note mono" }, mediaId.slice(0, 20)),
    ),
    title === "" ? null : h("strong", { class: "card-title" }, visible(title)),
    description === "" ? null : h("p", { class: "card-text" }, visible(description)),
  );
}

/**
 * @param {string} label
 * @param {string} latitude
 * @param {string} longitude
 */
function place(label, latitude, longitude) {
  return h(
    "div",
    { class: "bubble card" },
    h("strong", { class: "card-title" }, visible(label)),
    h("p", { class: "card-text mono" }, `${latitude}, ${longitude}`),
    h("div", { class: "card-map" }, icon(ICONS.place, "icon stage-icon")),
  );
}

/**
 * @param {string} title
 * @param {string} text
 * @param {string} address
 * @param {string} drawing
 */
function card(title, text, address, drawing) {
  return h(
    "div",
    { class: "bubble card" },
    h("strong", { class: "card-title" }, visible(title)),
    h(
      "div",
      { class: "card-row" },
      h("p", { class: "card-text" }, visible(text)),
      h("span", { class: "card-icon" }, icon(drawing)),
    ),
    h("p", { class: "card-address mono" }, visible(address)),
  );
}

/** @param {readonly import("../../platform/types.ts").ShownArticle[]} articles */
function news(articles) {
  return h(
    "div",
    { class: "bubble card news" },
    articles.map(({ title, description, picUrl, url }, index) =>
      h(
        "div",
        { class: index === 0 ? "article is-first" : "article" },
        frame(
          ICONS.picture,
          index > 0 ? "" : picUrl === "" ? "" : `${hostOf(picUrl)}: ${t("outside")}`,
        ),
        h(
          "div",
          { class: "article-text" },
          h(
            "strong",
            { class: "card-title" },
            richText(title, () => {}, { links: false }),
          ),
          articles.length > 1 || description === ""
            ? null
            : h("p", { class: "card-text" }, visible(description)),
          url === "" ? null : h("p", { class: "card-address mono" }, visible(url)),
        ),
      ),
    ),
  );
}

/**
 * @param {Record<string, unknown>} part
 * @param {string} openId
 */
function choices(part, openId) {
  const list = /** @type {Record<string, unknown>[]} */ (
    Array.isArray(part["list"]) ? part["list"] : []
  );
  const say = sayer(openId);
  return h(
    "div",
    { class: "bubble choices" },
    visible(String(part["head_content"] ?? "")),
    list.map(({ id, content }) =>
      button("link-button", () => say(String(content), String(id)), {}, String(content)),
    ),
    visible(String(part["tail_content"] ?? "")),
  );
}

/**
 * The place of a picture that is not there.
 *
 * @param {string} drawing
 * @param {string} text
 */
function frame(drawing, text) {
  return h(
    "div",
    { class: "no-picture" },
    icon(drawing),
    text === "" ? null : h("span", null, text),
  );
}

/** @param {string} address */
function hostOf(address) {
  return URL.canParse(address) ? new URL(address).host : address.slice(0, 40);
}
