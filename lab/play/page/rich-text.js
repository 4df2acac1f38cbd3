/**
 * The text of an answer as WeChat shows it: line breaks, `<a href="…">` and bare addresses as
 * links, everything else unchanged.
 *
 * A reader of its own that makes elements, and never HTML. A link leads to http and https only; one
 * to `weixin://bizmsgmenu` writes its text in the follower's name; any other is shown as text.
 *
 * @module
 */
import { button } from "./button.js";
import { h } from "./dom.js";
import { visible } from "./visible.js";
import { decode } from "./xml.js";

/** An anchor with what it holds, or a bare address. Neither part can match in two ways. */
const LINK = /<a\s([^<>]*)>([^<]*)<\/a>|https?:\/\/[\w\-.~:/?#@!$&*+,;=%]+/gi;
/** A name is tried at its beginning only, not at each of its characters. */
const ATTRIBUTE = /(?<![\w-])([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * @param {string} text
 * @param {(text: string, id: string) => void} say what a link of `weixin://bizmsgmenu` does
 * @param {{ links: boolean }} [options]
 * @returns {(Node | string)[]}
 */
export function richText(text, say, { links } = { links: true }) {
  if (!links) return visible(text);
  /** @type {(Node | string)[]} */
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    pieces.push(...visible(text.slice(end, match.index)));
    const [whole, attributes, inside] = match;
    pieces.push(
      ...(attributes === undefined
        ? [webLink(whole, whole)]
        : anchor(whole, attributes, decode(inside ?? ""), say)),
    );
    end = match.index + whole.length;
  }
  return [...pieces, ...visible(text.slice(end))];
}

/**
 * @param {string} whole
 * @param {string} attributes
 * @param {string} inside
 * @param {(text: string, id: string) => void} say
 * @returns {(Node | string)[]}
 */
function anchor(whole, attributes, inside, say) {
  const found = new Map(
    [...attributes.matchAll(ATTRIBUTE)].map(([, name = "", double, single]) => [
      name.toLowerCase(),
      decode(double ?? single ?? ""),
    ]),
  );
  const miniProgram = found.get("data-miniprogram-appid");
  if (miniProgram !== undefined) {
    const path = found.get("data-miniprogram-path") ?? "";
    return [h("span", { class: "mini-link", title: `${miniProgram} ${path}` }, inside)];
  }
  const href = found.get("href") ?? "";
  if (/^https?:\/\//i.test(href)) return [webLink(href, inside)];
  if (/^weixin:\/\/bizmsgmenu\?/i.test(href)) return [menuLink(href, inside, say)];
  return visible(whole);
}

/**
 * @param {string} href
 * @param {string} text
 * @returns {Node | string}
 */
function webLink(href, text) {
  if (!URL.canParse(href)) return text;
  return h(
    "a",
    { title: href, attributes: { href, target: "_blank", rel: "noopener noreferrer" } },
    visible(text),
  );
}

/**
 * @param {string} href
 * @param {string} text
 * @param {(text: string, id: string) => void} say
 */
function menuLink(href, text, say) {
  const query = new URLSearchParams(href.slice(href.indexOf("?") + 1));
  const content = query.get("msgmenucontent") ?? "";
  const id = query.get("msgmenuid") ?? "";
  return button("link-button", () => say(content, id), { title: content }, text);
}
