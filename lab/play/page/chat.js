/**
 * The conversation of the chosen follower. It is a live region: a screen reader says what is added.
 *
 * @module
 */
import { entryElement } from "./entry.js";
import { chosenFollower } from "./chosen.js";
import { h, renew, replace } from "./dom.js";
import { t } from "./language.js";
import { safely } from "./safely.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").EntryView} EntryView */

/** Entries further apart have the time between them. */
const PAUSE_MS = 300_000;

/** How near to the end a reader must be to be taken along by what is added. */
const NEAR_PIXELS = 120;

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function createChat(page) {
  const { store, ui } = page;
  /** @type {Map<string, HTMLElement>} */
  const drawn = new Map();
  const log = h("div", {
    class: "chat-log",
    attributes: { role: "log", "aria-live": "polite", "aria-relevant": "additions" },
  });
  const foot = h("p", { class: "chat-foot", attributes: { role: "status" } });
  const chat = h("div", { class: "chat", attributes: { tabindex: "0" } }, log, foot);
  let lastAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typingTimer;

  /** @param {EntryView} entry */
  function draw(entry) {
    return safely(
      () => entryElement(page, entry),
      (note) => h("div", { class: "entry is-line" }, note),
    );
  }

  /** @param {EntryView} entry */
  function add(entry) {
    if (entry.at - lastAt > PAUSE_MS) log.append(timeElement(entry.at));
    lastAt = entry.at;
    const element = draw(entry);
    drawn.set(entry.id, element);
    log.append(element);
  }

  function drawAll() {
    drawn.clear();
    lastAt = 0;
    replace(log);
    const follower = chosenFollower(page);
    chat.setAttribute("aria-label", t("chat", { name: follower.name }));
    for (const entry of store.state.entries) if (entry.openId === follower.id) add(entry);
    if (drawn.size === 0) log.append(h("p", { class: "chat-empty" }, t("chat.empty")));
    drawFoot();
    toEnd();
  }

  function drawFoot() {
    clearTimeout(typingTimer);
    const { following, name, typingUntil = 0 } = chosenFollower(page);
    const left = typingUntil - Date.now();
    if (left > 0) typingTimer = setTimeout(drawFoot, left);
    const waits = store.state.deliveries.some(isAwaited);
    foot.className = left > 0 || waits ? "chat-foot is-typing" : "chat-foot";
    const sentence =
      left > 0
        ? t("typing")
        : waits
          ? t("received.waiting")
          : following
            ? ""
            : t("chat.unfollowed", { name });
    if (foot.textContent !== sentence) replace(foot, sentence);
  }

  /**
   * That a handler threw is known a moment after its answer, which then says more than "nothing".
   *
   * @param {string} id of the delivery
   */
  function drawFailure(id) {
    if (!store.state.deliveries.some((other) => other.id === id && other.failure)) return;
    const entry = store.state.entries.findLast(
      ({ delivery, content }) => delivery === id && content.what === "shown",
    );
    const old = entry === undefined ? undefined : drawn.get(entry.id);
    if (entry === undefined || old === undefined) return;
    drawn.set(entry.id, renew(old, draw(entry)));
  }

  /**
   * After a scan with `scancode_waitmsg` the phone waits for what the account says to it.
   *
   * @param {import("../view.ts").DeliveryView} delivery
   */
  function isAwaited(delivery) {
    const { description, shown, openId } = delivery;
    return (
      shown === undefined &&
      description["Event"] === "scancode_waitmsg" &&
      openId === chosenFollower(page).id
    );
  }

  // What is added makes the conversation longer, and so does a picture that arrives later. A reader at
  // the end is taken along each time; who has scrolled back is left where they are.
  let follows = true;
  let lastTop = 0;
  chat.addEventListener("scroll", () => {
    const left = chat.scrollHeight - chat.scrollTop - chat.clientHeight;
    if (left < NEAR_PIXELS) follows = true;
    else if (chat.scrollTop < lastTop) follows = false;
    lastTop = chat.scrollTop;
  });
  const growth = new ResizeObserver(() => {
    if (follows) toEnd();
  });
  growth.observe(log);
  growth.observe(chat);

  function toEnd() {
    follows = true;
    chat.scrollTop = chat.scrollHeight;
  }

  store.on("entries", (news) => {
    if (news === undefined) return drawAll();
    const entry = store.state.entries.find((other) => other.id === news.id);
    const old = drawn.get(news.id);
    if (news.kind === "dropped") {
      old?.remove();
      drawn.delete(news.id);
    } else if (entry !== undefined && old !== undefined) {
      drawn.set(entry.id, renew(old, draw(entry)));
    } else if (entry?.openId === chosenFollower(page).id) {
      if (drawn.size === 0) replace(log);
      add(entry);
      if (entry.content.what === "sent") toEnd();
    }
  });
  store.on("followers", drawFoot);
  store.on("deliveries", (news) => {
    drawFoot();
    if (news?.kind === "changed") drawFailure(news.id);
  });
  ui.on("follower", drawAll);
  ui.on("side", toEnd);
  queueMicrotask(drawAll);
  return chat;
}

/** @param {number} at */
function timeElement(at) {
  return safely(
    () => h("p", { class: "chat-time" }, new Date(at).toTimeString().slice(0, 5)),
    (note) => note,
  );
}
