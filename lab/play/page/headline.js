/**
 * What matters most about a delivery, above its steps: what is wrong, where something is.
 *
 * @module
 */
import { h, icon } from "./dom.js";
import { failureElement } from "./failure.js";
import { findingSentence } from "./finding.js";
import { ICONS } from "./icons.js";
import { forgeryJudgement, isForged } from "./judgement.js";
import { t } from "./language.js";

/** @typedef {import("../view.ts").DeliveryView} DeliveryView */
/** @typedef {import("./dom.js").Child} Child */

/**
 * @param {DeliveryView} delivery
 * @returns {HTMLElement | null} nothing when all is well
 */
export function headline(delivery) {
  const { attempts, shown, failure } = delivery;
  if (shown === undefined) return null;
  if (isForged(delivery)) {
    const { tone, sentence } = forgeryJudgement(delivery);
    return lineOf(tone, [sentence]);
  }
  if (failure !== undefined) return failureElement(failure);
  const findings = attempts.at(-1)?.verdict?.findings ?? [];
  const worst =
    findings.find(({ severity }) => severity === "error") ??
    findings.find(({ severity }) => severity === "warning");
  if (worst === undefined) {
    return attempts.length > 1 ? lineOf("warn", [repeatsSentence(attempts)]) : null;
  }
  return lineOf(worst.severity === "error" ? "bad" : "warn", findingSentence(worst));
}

/**
 * Nothing is wrong with the answer, but that it took several deliveries.
 *
 * @param {DeliveryView["attempts"]} attempts
 */
function repeatsSentence(attempts) {
  const seconds = attempts.reduce((sum, { ms = 0 }) => sum + ms, 0) / 1000;
  return t("verdict.repeats", { number: attempts.length, seconds: seconds.toFixed(1) });
}

const DRAWINGS = { good: ICONS.check, bad: ICONS.cross, warn: ICONS.warning, wait: ICONS.again };

/**
 * @param {keyof typeof DRAWINGS} tone
 * @param {readonly Child[]} sentence
 */
function lineOf(tone, sentence) {
  return h(
    "p",
    { class: `verdict headline is-${tone}` },
    icon(DRAWINGS[tone]),
    h("span", null, sentence),
  );
}
