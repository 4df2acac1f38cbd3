/**
 * A delivery in a word and a colour.
 *
 * An altered one is judged the other way round: it is what an attacker would send, and a server
 * does well to refuse it.
 *
 * @module
 */
import { t, tOr } from "./language.js";

/** @typedef {import("../view.ts").DeliveryView} DeliveryView */
/** @typedef {"good" | "warn" | "bad" | "wait"} Tone */

/**
 * Whether the platform would never send it like this.
 *
 * @param {DeliveryView} delivery
 * @returns {boolean}
 */
export function isForged({ alteration }) {
  return Boolean(alteration.token || alteration.timestamp || alteration.body);
}

/**
 * Whether it is not a message, but the check of the URL when the settings are saved.
 *
 * @param {Pick<DeliveryView, "description">} delivery
 * @returns {boolean}
 */
export function isHandshake({ description }) {
  return description.MsgType === "handshake";
}

/**
 * How a server did with what is not WeChat's.
 *
 * @param {DeliveryView} delivery
 * @returns {{ tone: Tone, sentence: string, status: number }}
 */
export function forgeryJudgement({ attempts, mode, alteration }) {
  const last = attempts.at(-1);
  const status = last?.response?.status ?? 0;
  if (last?.response === undefined)
    return { tone: "good", sentence: t("verdict.noanswer"), status };
  if (status >= 400) return { tone: "good", sentence: t("verdict.refused", { status }), status };
  // The signature of plain mode does not cover the body: nobody could have noticed.
  const unseen = mode === "plain" && !alteration.token && !alteration.timestamp;
  return unseen
    ? { tone: "warn", sentence: t("verdict.accepted.plain"), status }
    : { tone: "bad", sentence: t("verdict.accepted"), status };
}

/**
 * @param {DeliveryView} delivery
 * @returns {{ tone: Tone, text: string }}
 */
export function judgement(delivery) {
  const { shown, attempts, failure } = delivery;
  if (shown === undefined) return { tone: "wait", text: t("delivery.under-way") };
  if (isHandshake(delivery)) {
    const isGood = attempts.at(-1)?.verdict?.ok === true;
    return {
      tone: isGood ? "good" : "bad",
      text: t(isGood ? "result.verified" : "result.unverified"),
    };
  }
  if (isForged(delivery)) {
    const { tone, status } = forgeryJudgement(delivery);
    if (status === 0) return { tone, text: t("answer.none") };
    return { tone, text: tone === "good" ? t("result.refused", { status }) : t("result.accepted") };
  }
  if (failure !== undefined) {
    return { tone: failure.of === "stray" ? "warn" : "bad", text: t("result.threw") };
  }
  const findings = (attempts.at(-1)?.verdict?.findings ?? []).filter(
    (finding) => finding.severity !== "note",
  );
  const isBad = shown.what === "fault" || findings.some((finding) => finding.severity === "error");
  const tone = isBad ? "bad" : findings.length > 0 || attempts.length > 1 ? "warn" : "good";
  if (shown.what === "reply") {
    const kind = tOr(`kind.${shown.reply.MsgType}`, shown.reply.MsgType);
    return {
      tone,
      text:
        findings.length > 0
          ? t("result.problems", { count: findings.length })
          : t("result.reply", { kind }),
    };
  }
  return { tone, text: shown.what === "fault" ? t("shown.fault") : t("verdict.sees.nothing") };
}
