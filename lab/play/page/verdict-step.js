/**
 * What the platform makes of an answer, and what the follower sees.
 *
 * @module
 */
import { h, icon } from "./dom.js";
import { failureSentence } from "./failure.js";
import { findingElement } from "./finding.js";
import { TONE_ICONS } from "./icons.js";
import { forgeryJudgement, isForged, isHandshake } from "./judgement.js";
import { t } from "./language.js";
import { visible } from "./visible.js";

/** @typedef {import("../view.ts").DeliveryView} DeliveryView */
/** @typedef {import("../view.ts").AttemptView} AttemptView */

/**
 * @param {DeliveryView} delivery
 * @param {AttemptView} attempt
 * @returns {(HTMLElement | null)[]}
 */
export function verdictStep(delivery, attempt) {
  if (attempt.outcome === "waiting") return [h("p", { class: "faint" }, t("answer.waiting"))];
  if (isForged(delivery)) {
    const { tone, sentence } = forgeryJudgement(delivery);
    return [judged(tone, visible(sentence))];
  }
  const { verdict } = attempt;
  if (verdict === undefined) return [];
  const { findings, shows } = verdict;
  const { failure } = delivery;
  const threw = failure?.of === "handler" ? failure : undefined;
  const isFine = findings.length === 0 && threw === undefined;
  return [
    threw === undefined ? null : judged("bad", visible(failureSentence(threw))),
    isFine ? judged("good", [t("verdict.fine")]) : null,
    findings.length === 0
      ? null
      : h("ul", { class: "findings" }, findings.map(findingElement)),
    isHandshake(delivery)
      ? h(
          "p",
          { class: "sees" },
          h("span", { class: "faint" }, `${t("verdict.console")} `),
          h(
            "strong",
            null,
            t(findings.length === 0 ? "verdict.console.good" : "verdict.console.bad"),
          ),
        )
      : h(
          "p",
          { class: "sees" },
          h("span", { class: "faint" }, `${t("verdict.sees")} `),
          h("strong", null, t(`verdict.sees.${shows.what}`)),
        ),
  ];
}

/**
 * A sentence with the colour and the sign of what it says.
 *
 * @param {import("./judgement.js").Tone} tone
 * @param {readonly import("./dom.js").Child[]} sentence
 * @param {string} [className]
 * @returns {HTMLElement}
 */
export function judged(tone, sentence, className = "") {
  return h(
    "p",
    { class: `verdict is-${tone} ${className}` },
    icon(TONE_ICONS[tone]),
    h("span", null, sentence),
  );
}
