/**
 * What the platform makes of an answer, and what the follower sees.
 *
 * @module
 */
import { h, icon } from "./dom.js";
import { findingElement } from "./finding.js";
import { ICONS } from "./icons.js";
import { forgeryJudgement, isForged, isHandshake } from "./judgement.js";
import { t } from "./language.js";

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
    return [
      h(
        "p",
        { class: `verdict is-${tone}` },
        icon({ good: ICONS.check, bad: ICONS.cross, warn: ICONS.warning, wait: ICONS.again }[tone]),
        h("span", null, sentence),
      ),
    ];
  }
  const { verdict } = attempt;
  if (verdict === undefined) return [];
  const { findings, shows } = verdict;
  return [
    findings.length === 0
      ? h("p", { class: "verdict is-good" }, icon(ICONS.check), h("span", null, t("verdict.fine")))
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
