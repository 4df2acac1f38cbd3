/**
 * What matters most about a delivery, above its steps: what is wrong, where something is.
 *
 * @module
 */
import { failureElement } from "./failure.js";
import { findingSentence } from "./finding.js";
import { forgeryJudgement, isForged } from "./judgement.js";
import { t } from "./language.js";
import { judged } from "./verdict-step.js";

/** @typedef {import("../view.ts").DeliveryView} DeliveryView */

/**
 * @param {DeliveryView} delivery
 * @returns {HTMLElement | null} nothing when all is well
 */
export function headline(delivery) {
  const { attempts, shown, failure } = delivery;
  if (shown === undefined) return null;
  if (isForged(delivery)) {
    const { tone, sentence } = forgeryJudgement(delivery);
    return judged(tone, [sentence], "headline");
  }
  if (failure !== undefined) return failureElement(failure);
  const findings = attempts.at(-1)?.verdict?.findings ?? [];
  const worst =
    findings.find(({ severity }) => severity === "error") ??
    findings.find(({ severity }) => severity === "warning");
  if (worst === undefined) {
    return attempts.length > 1 ? judged("warn", [repeatsSentence(attempts)], "headline") : null;
  }
  const tone = worst.severity === "error" ? "bad" : "warn";
  return judged(tone, findingSentence(worst), "headline");
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
