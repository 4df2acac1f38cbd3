/**
 * Attempts against the mark at which the platform drops the connection: small, in the line of a
 * delivery, and large, one lane for each attempt.
 *
 * @module
 */
import { button } from "./button.js";
import { h } from "./dom.js";
import { isForged } from "./judgement.js";
import { t, tOr } from "./language.js";

/** @typedef {import("../view.ts").DeliveryView} DeliveryView */
/** @typedef {import("../view.ts").AttemptView} AttemptView */
/** @typedef {import("../view.ts").SessionView} SessionView */

/** How much of a lane lies before the mark. */
const MARK_PERCENT = 90;

/**
 * As many fields as the platform delivers a message; each is as long as it waits.
 *
 * @param {DeliveryView} delivery
 * @param {SessionView} session
 * @returns {HTMLElement}
 */
export function track(delivery, session) {
  const { attempts } = delivery;
  const wanted = isForged(delivery) ? "refusal" : "answer";
  const fields = Array.from(
    { length: Math.max(session.deliveries, attempts.length) },
    (_, index) => {
      const attempt = attempts[index];
      return h(
        "span",
        { class: attempt === undefined ? "track-field is-unused" : "track-field" },
        attempt && bar(attempt, session.timeoutMs, 100, wanted),
      );
    },
  );
  const sum = attempts.map(labelOf).join("; ");
  return h(
    "span",
    { class: "track", title: sum },
    h("span", { class: "track-fields" }, fields),
    h("span", { class: "track-ms mono" }, durationOf(attempts)),
    h("span", { class: "visually-hidden" }, sum),
  );
}

/**
 * @param {DeliveryView} delivery
 * @param {SessionView} session
 * @param {number} chosen
 * @param {(number: number) => void} onChoose
 * @returns {HTMLElement}
 */
export function lanes(delivery, session, chosen, onChoose) {
  const { id, attempts } = delivery;
  const wanted = isForged(delivery) ? "refusal" : "answer";
  return h(
    "div",
    { class: "lanes" },
    attempts.map((attempt) =>
      button(
        attempt.number === chosen ? "lane is-chosen" : "lane",
        () => onChoose(attempt.number),
        {
          "aria-pressed": String(attempt.number === chosen),
          "aria-label": `${t("attempt.label", { number: attempt.number })}: ${labelOf(attempt)}`,
          "data-focus": `lane-${id}-${attempt.number}`,
        },
        h("span", { class: "lane-number mono" }, attempt.number),
        h(
          "span",
          { class: "lane-field" },
          bar(attempt, session.timeoutMs, MARK_PERCENT, wanted),
          h("span", { class: "lane-mark", style: { "--at": `${MARK_PERCENT}%` } }),
        ),
        h("span", { class: "lane-label" }, labelOf(attempt)),
      ),
    ),
    h(
      "div",
      { class: "lane-axis mono", attributes: { "aria-hidden": "true" } },
      h(
        "span",
        { class: "axis-field" },
        h("span", { class: "axis-tick", style: { "--at": "0%" } }, "0"),
        h(
          "span",
          { class: "axis-tick is-mark", style: { "--at": `${MARK_PERCENT}%` } },
          t("attempt.mark", { seconds: session.timeoutMs / 1000 }),
        ),
      ),
    ),
  );
}

/**
 * @param {AttemptView} attempt
 * @param {number} timeoutMs
 * @param {number} full the percentage of the whole wait
 * @param {"answer" | "refusal"} wanted what a good server does
 */
function bar(attempt, timeoutMs, full, wanted) {
  const { ms, outcome, startedAt } = attempt;
  const isWaiting = ms === undefined;
  const share = isWaiting ? 1 : Math.min(ms / timeoutMs, 1);
  return h("span", {
    class: `bar-fill is-${outcome} ${isGood(attempt, wanted) ? "is-good" : ""}`,
    style: {
      "--width": `${share * full}%`,
      // A bar that grows is an animation that began when the request went out.
      "--duration": isWaiting ? `${timeoutMs}ms` : undefined,
      "--delay": isWaiting ? `${Math.min(0, startedAt - Date.now())}ms` : undefined,
    },
  });
}

/**
 * @param {AttemptView} attempt
 * @param {"answer" | "refusal"} wanted
 */
function isGood({ outcome, response }, wanted) {
  const status = response?.status ?? 0;
  return outcome === "answered" && (wanted === "answer" ? status === 200 : status >= 400);
}

/**
 * @param {AttemptView} attempt
 * @returns {string}
 */
function labelOf({ outcome, ms = 0, response, reason = "failed" }) {
  return t(`attempt.${outcome}`, {
    ms: milliseconds(ms),
    status: response?.status ?? "",
    reason: tOr(`reason.${reason}`, reason),
  });
}

/** @param {readonly AttemptView[]} attempts */
function durationOf(attempts) {
  const sum = attempts.reduce((total, { ms = 0 }) => total + ms, 0);
  return attempts.some(({ ms }) => ms === undefined) ? "…" : `${milliseconds(sum)} ms`;
}

/**
 * Digits in groups of three; a tenth below ten.
 *
 * @param {number} ms
 */
function milliseconds(ms) {
  return ms < 10
    ? String(Math.round(ms * 10) / 10)
    : Math.round(ms).toLocaleString("en-US").replaceAll(",", "\u202f");
}
