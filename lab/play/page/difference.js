/**
 * What a follower saw then and now, as text, with what differs marked.
 *
 * @module
 */
import { h } from "./dom.js";
import { t, tOr } from "./language.js";
import { visible } from "./visible.js";

/** @typedef {import("../view.ts").ReplayRow} ReplayRow */
/** @typedef {import("../view.ts").Shown} Shown */
/** @typedef {import("./dom.js").Child} Child */

/**
 * @param {ReplayRow} row
 * @returns {[Child[], Child[]]}
 */
export function differenceOf({ then, now, sentThen, sentNow }) {
  const before = textOf(then, sentThen);
  if (now === undefined) return [visible(before), []];
  const after = textOf(now, sentNow);
  if (before === after) return [visible(before), visible(after)];
  // By characters as readers count them: half an emoji would not be a readable difference.
  const [old, fresh] = [charactersOf(before), charactersOf(after)];
  const most = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < most && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  return [marked(old, head, tail, "del"), marked(fresh, head, tail, "ins")];
}

/**
 * @param {string[]} characters
 * @param {number} head
 * @param {number} tail
 * @param {"del" | "ins"} tag
 * @returns {Child[]}
 */
function marked(characters, head, tail, tag) {
  const end = characters.length - tail;
  const middle = characters.slice(head, end).join("");
  return [
    ...visible(characters.slice(0, head).join("")),
    middle === "" ? null : h(tag, null, visible(middle)),
    ...visible(characters.slice(end).join("")),
  ];
}

/** @param {string} text */
function charactersOf(text) {
  return [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].map(
    ({ segment }) => segment,
  );
}

/**
 * @param {Shown} shown
 * @param {readonly string[]} sent
 */
function textOf(shown, sent) {
  return [shownText(shown), ...sent.map((text) => `${t("custom")}: ${text}`)].join("\n");
}

/** @param {Shown} shown */
function shownText(shown) {
  if (shown.what !== "reply") return t(`verdict.sees.${shown.what}`);
  const { MsgType, ...fields } = shown.reply;
  if ("content" in fields) return fields.content;
  const details =
    "articles" in fields
      ? fields.articles.map(({ title, url }) => `${title} ${url}`)
      : Object.values(fields).filter((value) => value !== "");
  return `${tOr(`kind.${MsgType}`, MsgType)}: ${details.join("\n")}`;
}
