/**
 * The request as it goes over the wire.
 *
 * @module
 */
import { codeBlock, h } from "./dom.js";
import { t } from "./language.js";
import { xmlSource } from "./xml-view.js";
import { tokenize } from "./xml.js";

/** @typedef {import("../view.ts").DeliveryView} DeliveryView */
/** @typedef {import("../view.ts").RequestView} RequestView */

/**
 * @param {DeliveryView} delivery
 * @param {RequestView} request
 * @returns {(HTMLElement | null)[]}
 */
export function requestStep({ alteration }, { method, url, headers, body }) {
  // Without an address it went nowhere, and has no host.
  const isSent = URL.canParse(url);
  const { pathname, search, host } = new URL(url, location.origin);
  const query = [...new URLSearchParams(search)];
  return [
    codeBlock(
      "wrap",
      h("strong", null, method),
      ` ${pathname}?`,
      query
        .map(([name, value], index) => [
          h("span", { class: "faint" }, index === 0 ? "" : "&"),
          h("span", { class: "xml-start" }, `${name}=`),
          h("span", { class: "xml-cdata" }, encodeURIComponent(value)),
        ])
        .flat(),
      "\n",
      [...(isSent ? [["Host", host]] : []), ...Object.entries(headers)].map(
        ([name, value]) => `${name}: ${value}\n`,
      ),
    ),
    isSent ? null : h("p", { class: "note" }, t("request.unsent")),
    alteration.body ? h("p", { class: "mark is-forged" }, t("request.tampered")) : null,
    body === ""
      ? null
      : h("h4", null, t("request.body", { count: new TextEncoder().encode(body).length })),
    body === "" ? null : xmlSource(tokenize(body)),
  ];
}
