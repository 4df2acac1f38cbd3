/**
 * An unfolded delivery: what happened to it, step by step, in the order in which it did.
 *
 * @module
 */
import { answerStep } from "./answer-step.js";
import { h, replace } from "./dom.js";
import { frameStep } from "./frame-step.js";
import { isHandshake } from "./judgement.js";
import { t } from "./language.js";
import { lineElement } from "./log.js";
import { messageStep } from "./message-step.js";
import { requestStep } from "./request-step.js";
import { safely } from "./safely.js";
import { signatureStep } from "./signature-step.js";
import { lanes } from "./timeline.js";
import { verdictStep } from "./verdict-step.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").DeliveryView} DeliveryView */
/** @typedef {import("../view.ts").AttemptView} AttemptView */
/** @typedef {import("./dom.js").Child} Child */

/**
 * Which attempt of a delivery is looked at, where it is not the last; kept while the page lives.
 *
 * @type {Map<string, number>}
 */
const looks = new Map();

/**
 * @param {Page} page
 * @param {DeliveryView} delivery
 * @returns {HTMLElement}
 */
export function stepsOf(page, delivery) {
  const element = h("ol", { class: "steps" });
  const draw = () => {
    const chosen = looks.get(delivery.id);
    const attempt =
      delivery.attempts.find(({ number }) => number === chosen) ?? delivery.attempts.at(-1);
    replace(
      element,
      attempt === undefined
        ? []
        : stepsOfAttempt(page, delivery, attempt, (number) => {
            looks.set(delivery.id, number);
            draw();
          }),
    );
  };
  draw();
  return element;
}

/**
 * @param {Page} page
 * @param {DeliveryView} delivery
 * @param {AttemptView} attempt
 * @param {(number: number) => void} onChoose
 * @returns {HTMLElement[]}
 */
function stepsOfAttempt(page, delivery, attempt, onChoose) {
  const { session } = page.store.state;
  const { request } = attempt;
  const { log = [] } = delivery;
  const frame = request?.steps.frame;
  const values = { seconds: session.timeoutMs / 1000, count: session.deliveries };
  return [
    ...(isHandshake(delivery) ? [] : [step("message", true, () => messageStep(delivery))]),
    ...(frame === undefined ? [] : [step("frame", true, () => frameStep(frame))]),
    ...(request === undefined
      ? []
      : [
          step("signature", true, () => signatureStep(delivery, request)),
          step("request", isHandshake(delivery), () => requestStep(delivery, request)),
        ]),
    step(
      "attempts",
      true,
      () => lanes(delivery, session, attempt.number, onChoose),
      isHandshake(delivery) ? t("step.attempts.once") : t("step.attempts.why", values),
    ),
    step("answer", true, () => answerStep(attempt)),
    ...(log.length === 0
      ? []
      : [step("log", true, () => h("div", { class: "step-log mono" }, log.map(lineElement)))]),
    step("verdict", true, () => verdictStep(delivery, attempt)),
  ];
}

/**
 * @param {"message" | "frame" | "signature" | "request" | "attempts" | "answer" | "log" | "verdict"} name
 * @param {boolean} open
 * @param {() => Child | readonly Child[]} draw what stands in it
 * @param {string} [why]
 */
function step(name, open, draw, why = name === "attempts" ? "" : t(`step.${name}.why`)) {
  return h(
    "li",
    { class: `step step-${name}` },
    h(
      "details",
      { attributes: { open, "data-fold": name } },
      h(
        "summary",
        { attributes: { "data-focus": `step-${name}` } },
        h("h3", null, t(`step.${name}`)),
        h("span", { class: "step-why" }, why),
      ),
      h("div", { class: "step-content" }, safely(draw, (note) => note)),
    ),
  );
}
