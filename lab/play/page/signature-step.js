/**
 * How a signature is made: the strings, sorted, joined, hashed.
 *
 * @module
 */
import { h } from "./dom.js";
import { t } from "./language.js";

/** @typedef {import("../view.ts").DeliveryView} DeliveryView */
/** @typedef {import("../view.ts").RequestView} RequestView */
/** @typedef {import("../view.ts").HashSteps} HashSteps */

/** The text of `<Encrypt>` is long; its ends tell it from others. */
const SHORT = 36;

/**
 * @param {DeliveryView} delivery
 * @param {RequestView} request
 * @returns {(HTMLElement | null)[]}
 */
export function signatureStep({ alteration }, { steps, check }) {
  const warnings = [
    alteration.token ? t("hash.wrongToken") : "",
    alteration.timestamp ? t("hash.oldTimestamp") : "",
  ].filter((text) => text !== "");
  const { signature, msgSignature } = steps;
  return [
    ...warnings.map((text) => h("p", { class: "mark is-forged" }, text)),
    ...(msgSignature === undefined
      ? [hashElement(signature, "signature"), h("p", { class: "note" }, t("hash.signature"))]
      : [
          hashElement(msgSignature, "msg_signature"),
          h("p", { class: "note" }, t("hash.msg_signature")),
          h(
            "details",
            { class: "more", attributes: { "data-fold": "plain-signature" } },
            h("summary", null, t("hash.signature.too")),
            hashElement(signature, "signature"),
          ),
        ]),
    check === undefined ? null : h("h4", null, t("hash.server")),
    check === undefined ? null : hashElement(check.steps, check.name, check.given),
  ];
}

/** The order in which they are spoken of; the hash has an order of its own. */
const SPOKEN = ["token", "timestamp", "nonce", "encrypt"];

/**
 * @param {HashSteps} steps
 * @param {string} name
 * @param {string} [given] the received one, to compare
 * @returns {HTMLElement}
 */
export function hashElement({ parts, sha1 }, name, given) {
  const spoken = [...parts].sort((a, b) => SPOKEN.indexOf(a.name) - SPOKEN.indexOf(b.name));
  return h(
    "dl",
    { class: "hash" },
    h("dt", null, t("hash.strings")),
    h(
      "dd",
      { class: "hash-strings" },
      spoken.map((part) => string(part, true)),
    ),
    h("dt", null, t("hash.sorted")),
    h(
      "dd",
      { class: "hash-strings is-sorted" },
      parts.map((part) => string(part, false)),
    ),
    h("dt", null, t("hash.joined")),
    h(
      "dd",
      { class: "mono hash-joined" },
      parts.map((part) =>
        h("span", { class: `hash-${part.name}`, title: part.name }, shortened(part.value)),
      ),
    ),
    h("dt", null, t("hash.sha1")),
    h(
      "dd",
      { class: "mono hash-sum" },
      sha1,
      given === undefined ? h("span", { class: "faint" }, ` = ${name}`) : null,
    ),
    given === undefined
      ? null
      : [
          h("dt", null, t("hash.came")),
          h(
            "dd",
            { class: "mono hash-sum" },
            given,
            h(
              "span",
              { class: given === sha1 ? "mark is-good" : "mark is-forged" },
              t(given === sha1 ? "hash.same" : "hash.different"),
            ),
          ),
        ],
  );
}

/**
 * @param {{ name: string, value: string }} part
 * @param {boolean} named
 */
function string({ name, value }, named) {
  return h(
    "span",
    { class: `hash-string hash-${name}` },
    named ? h("span", { class: "hash-name" }, name) : null,
    h("span", { class: "mono", title: value }, shortened(value)),
  );
}

/** @param {string} value */
function shortened(value) {
  return value.length <= SHORT ? value : `${value.slice(0, 16)}…${value.slice(-12)}`;
}
