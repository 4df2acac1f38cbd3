/**
 * The box to write in, and what else a phone can send. Enter sends, Shift and Enter break the line.
 *
 * @module
 */
import { button } from "./button.js";
import { chosenFollower } from "./chosen.js";
import { send } from "./connection.js";
import { h, icon } from "./dom.js";
import { askEvent } from "./event-sheet.js";
import { ICONS } from "./icons.js";
import { t } from "./language.js";
import { askLink, askPicture, askPlace, askSample, askScan, sendRecording } from "./sheets.js";
import { toast } from "./toast.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").Description} Description */

/** Lines that the box grows to before it scrolls. */
const MOST_PIXELS = 120;

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createComposer(page) {
  const { ui, store } = page;
  const box = h("textarea", {
    class: "say",
    attributes: {
      id: "say",
      rows: 1,
      "aria-label": t("say"),
      enterkeyhint: "send",
      spellcheck: "false",
    },
    on: {
      input: () => {
        ui.set("draft", box.value);
        grow();
      },
      keydown: (event) => {
        // While an input method composes a word, Enter belongs to it.
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        void say();
      },
    },
  });
  const panel = plusPanel(page, (text) => {
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    ui.set("draft", box.value);
    grow();
    box.focus();
  });
  const more = button(
    "button round",
    () => {
      panel.hidden = !panel.hidden;
      more.setAttribute("aria-expanded", String(!panel.hidden));
    },
    {
      title: t("more"),
      "aria-label": t("more"),
      "aria-expanded": "false",
      "aria-controls": "plus-panel",
    },
    icon(ICONS.plus),
  );
  const form = h(
    "form",
    { class: "composer" },
    box,
    more,
    h("button", { class: "button primary send", attributes: { type: "submit" } }, t("send")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void say();
  });

  function grow() {
    box.style.setProperty("height", "auto");
    box.style.setProperty("height", `${Math.min(box.scrollHeight, MOST_PIXELS)}px`);
  }

  async function say() {
    const text = box.value;
    if (text === "") return;
    const problem = await send(page, { MsgType: "text", Content: text });
    toast(problem);
    if (problem !== "") return;
    box.value = "";
    ui.set("draft", "");
    grow();
  }

  function drawName() {
    const follower = chosenFollower(page);
    box.placeholder = t("say.placeholder", { name: follower.name });
    form.classList.toggle("is-away", !follower.following);
  }

  ui.on("follower", drawName);
  store.on("followers", drawName);
  drawName();
  box.value = ui.get("draft");
  queueMicrotask(grow);
  return h("div", { class: "composer-frame" }, form, panel);
}

/**
 * @param {Page} page
 * @param {(text: string) => void} insert
 */
function plusPanel(page, insert) {
  const actions = /** @type {const} */ ([
    ["plus.picture", ICONS.picture, () => askPicture(page)],
    ["plus.voice", ICONS.voice, () => sendRecording(page, "voice")],
    ["plus.video", ICONS.video, () => sendRecording(page, "video")],
    ["plus.place", ICONS.place, () => askPlace(page)],
    ["plus.link", ICONS.link, () => askLink(page)],
    ["plus.scan", ICONS.scan, () => askScan(page)],
    ["plus.samples", ICONS.letters, () => askSample(insert)],
    ["plus.event", ICONS.bolt, () => askEvent(page)],
  ]);
  return h(
    "div",
    { class: "plus-panel", attributes: { id: "plus-panel", hidden: true } },
    actions.map(([name, drawing, act]) => {
      const picture = h("span", { class: "plus-icon" }, icon(drawing));
      return button("plus-action", () => void act(), {}, picture, t(name));
    }),
  );
}
