/**
 * The frame of safe mode: its five parts in five colours, as a band, as a legend and as bytes.
 *
 * @module
 */
import { copyButton } from "./copy.js";
import { codeBlock, h } from "./dom.js";
import { t } from "./language.js";

/** @typedef {import("../view.ts").FrameParts} FrameParts */
/** @typedef {"random" | "length" | "message" | "appId" | "padding"} PartName */
/** @typedef {{ name: PartName, bytes: number, why: string }} Part */

const ROW_BYTES = 16;

/** Rows at the beginning and at the end; what lies between is message. */
const FIRST_ROWS = 12;
const LAST_ROWS = 4;

/**
 * @param {FrameParts} frame
 * @returns {HTMLElement[]}
 */
export function frameStep(frame) {
  const parts = partsOf(frame);
  return [
    h(
      "div",
      { class: "frame-band", attributes: { "aria-hidden": "true" } },
      parts.map(({ name, bytes }) =>
        h("span", { class: `part-${name}`, style: { "--bytes": bytes } }),
      ),
    ),
    h(
      "dl",
      { class: "frame-parts" },
      parts.map(({ name, bytes, why }) =>
        h(
          "div",
          { class: "frame-part" },
          h(
            "dt",
            null,
            h("span", { class: `swatch part-${name}` }),
            t(`frame.${name}`),
            h("span", { class: "mono faint" }, t("frame.bytes", { count: bytes })),
          ),
          h("dd", { class: "note" }, why),
        ),
      ),
    ),
    codeBlock("bytes", rows(frame.bytesHex, parts)),
    h("p", { class: "note" }, t("frame.encrypt")),
    h(
      "div",
      { class: "label-row" },
      h("h4", null, t("frame.encrypted", { count: frame.base64.length })),
      copyButton(t("copy"), () => frame.base64, "icon"),
    ),
    codeBlock("wrap short", frame.base64),
  ];
}

/**
 * @param {FrameParts} frame
 * @returns {Part[]}
 */
function partsOf({ length, appId, padding }) {
  const hex = `0x${length.toString(16).padStart(8, "0")}`;
  return [
    { name: "random", bytes: 16, why: t("frame.random.why") },
    { name: "length", bytes: 4, why: t("frame.length.why", { hex, count: length }) },
    { name: "message", bytes: length, why: t("frame.message.why") },
    {
      name: "appId",
      bytes: new TextEncoder().encode(appId).length,
      why: t("frame.appId.why", { appId }),
    },
    { name: "padding", bytes: padding, why: t("frame.padding.why", { count: padding }) },
  ];
}

/**
 * @param {string} hex
 * @param {readonly Part[]} parts
 */
function rows(hex, parts) {
  const bytes = hex.match(/../g) ?? [];
  const count = Math.ceil(bytes.length / ROW_BYTES);
  const hidden = Math.max(0, count - FIRST_ROWS - LAST_ROWS);
  /** @type {HTMLElement[]} */
  const lines = [];
  for (let row = 0; row < count; row += 1) {
    if (hidden > 0 && row === FIRST_ROWS) {
      lines.push(
        h("span", { class: "byte-row faint" }, t("frame.more", { count: hidden * ROW_BYTES })),
      );
      row += hidden - 1;
      continue;
    }
    const start = row * ROW_BYTES;
    lines.push(
      h(
        "span",
        { class: "byte-row" },
        h("span", { class: "faint" }, `${start.toString(16).padStart(4, "0")}  `),
        runs(bytes.slice(start, start + ROW_BYTES), start, parts, (byte) => `${byte} `),
        h(
          "span",
          { class: "bytes-text" },
          runs(bytes.slice(start, start + ROW_BYTES), start, parts, readable),
        ),
      ),
    );
  }
  return lines;
}

/**
 * The bytes of a row, those of one part in one element.
 *
 * @param {readonly string[]} bytes
 * @param {number} start
 * @param {readonly Part[]} parts
 * @param {(byte: string) => string} show
 */
function runs(bytes, start, parts, show) {
  /** @type {HTMLElement[]} */
  const spans = [];
  let from = 0;
  for (const { name, bytes: size } of parts) {
    const [first, last] = [Math.max(from, start), Math.min(from + size, start + bytes.length)];
    from += size;
    if (first >= last) continue;
    spans.push(
      h(
        "span",
        { class: `byte part-${name}` },
        bytes
          .slice(first - start, last - start)
          .map(show)
          .join(""),
      ),
    );
  }
  return spans;
}

/** @param {string} byte */
function readable(byte) {
  const code = Number.parseInt(byte, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·";
}
