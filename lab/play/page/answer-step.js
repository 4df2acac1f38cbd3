/**
 * What the server answered; in safe mode opened with the key, as the platform does.
 *
 * @module
 */
import { codeBlock, h } from "./dom.js";
import { frameStep } from "./frame-step.js";
import { t, tOr } from "./language.js";
import { hashElement } from "./signature-step.js";
import { visible } from "./visible.js";
import { xmlSource } from "./xml-view.js";
import { tokenize } from "./xml.js";

/** @typedef {import("../view.ts").AttemptView} AttemptView */

/**
 * @param {AttemptView} attempt
 * @returns {(HTMLElement | null)[]}
 */
export function answerStep({ response, outcome, reason = "failed", verdict }) {
  if (outcome === "waiting") return [h("p", { class: "faint" }, t("answer.waiting"))];
  if (response === undefined)
    return [h("p", null, t("answer.none"), " ", tOr(`reason.${reason}`, reason))];
  const { status, headers, text, bytes, sealed } = response;
  const isXml = text.trimStart().startsWith("<");
  const opened = verdict?.answerXml;
  return [
    codeBlock(
      "wrap",
      h("strong", null, `HTTP ${status}`),
      "\n",
      Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`),
    ),
    h("h4", null, t("answer.body", { count: bytes })),
    text === ""
      ? h("p", { class: "faint" }, t("answer.empty"))
      : isXml
        ? xmlSource(tokenize(text))
        : codeBlock("wrap", visible(text)),
    sealed !== undefined && opened !== undefined ? h("h4", null, t("answer.decrypted")) : null,
    sealed !== undefined && opened !== undefined ? xmlSource(tokenize(opened)) : null,
    sealed === undefined
      ? null
      : h(
          "details",
          { class: "more", attributes: { "data-fold": "sealed" } },
          h("summary", null, t("answer.sealed")),
          h("h4", null, t("answer.sealed.signature")),
          hashElement(sealed.signature, "MsgSignature", sealed.given),
          sealed.frame === undefined ? null : frameStep(sealed.frame),
        ),
  ];
}
