/**
 * A sentence at the edge of the window that goes away by itself.
 *
 * @module
 */
import { h } from "./dom.js";

const SHOWN_MS = 5000;
const place = h("div", { class: "toasts", attributes: { role: "status", "aria-live": "polite" } });
document.body.append(place);

/**
 * @param {string} sentence nothing happens when it is empty
 * @param {"problem" | "done"} [kind]
 */
export function toast(sentence, kind = "problem") {
  if (sentence === "") return;
  const note = h("p", { class: `toast is-${kind}` }, sentence);
  place.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}
