/**
 * What the page is shown of a delivery: what the platform knows of it, with bytes as text and long
 * answers cut off.
 *
 * @module
 */
import { CHINESE_FINDINGS } from "../chinese/findings.ts";
import type { StartedAttempt } from "../platform/attempt.ts";
import type {
  Alteration as PlatformAlteration,
  Attempt,
  AttemptRequest,
  LabAccount,
  LabResponse,
  Verdict,
} from "../platform/types.ts";
import { openSealedAnswer } from "./sealed-answer.ts";
import { checkAsServer } from "./server-check.ts";
import { BOT_PATH } from "./session-account.ts";
import type { Alteration, AttemptView, RequestView, ResponseView, VerdictView } from "./view.ts";

/** Characters of an answer that are shown; one in order has a few hundred. */
const MOST_CHARACTERS = 20_000;

const HOUR_SECONDS = 3600;

/** What the attempts of a delivery share. */
export interface Delivering {
  /** The callback address; empty while no bot runs. */
  readonly url: string;
  readonly account: LabAccount;
  readonly alteration: Alteration;
}

export function startedView(started: StartedAttempt, delivering: Delivering): AttemptView {
  const { number, startedAt, request } = started;
  return { number, startedAt, outcome: "waiting", request: requestView(request, delivering) };
}

export function attemptView(attempt: Attempt, delivering: Delivering): AttemptView {
  const { number, startedAt, ms, outcome, reason, response, verdict, request } = attempt;
  return {
    number,
    startedAt,
    ms,
    outcome,
    reason,
    verdict: verdict && verdictView(verdict),
    request: requestView(request, delivering),
    response: response === undefined ? undefined : responseView(response, delivering.account),
  };
}

/** With what its findings are called in Chinese. */
export function verdictView(verdict: Verdict): VerdictView {
  const findings = verdict.findings.map((finding) => ({ ...finding, chinese: CHINESE_FINDINGS.get(finding.code) }));
  return { ...verdict, findings };
}

function requestView(request: AttemptRequest, delivering: Delivering): RequestView {
  const { query, ...shown } = request;
  const { url, account, alteration } = delivering;
  const check = isForged(alteration) ? checkAsServer(request, account) : undefined;
  return { ...shown, url: `${url === "" ? BOT_PATH : url}?${query}`, check };
}

function responseView({ status, headers, body }: LabResponse, account: LabAccount): ResponseView {
  const text = Buffer.from(body).toString("utf8");
  return {
    status,
    headers,
    text: text.slice(0, MOST_CHARACTERS),
    bytes: body.length,
    sealed: account.mode === "plain" ? undefined : openSealedAnswer(text, account),
  };
}

/** Whether a delivery is what an attacker would send. */
export function isForged({ token, timestamp, body }: Alteration): boolean {
  return token === true || timestamp === true || body === true;
}

/** @param now milliseconds since 1970 */
export function platformAlteration(alteration: Alteration, now: number): PlatformAlteration {
  const { token, timestamp, body, delayMs } = alteration;
  return {
    token: token === true ? "not-the-token-of-the-account" : undefined,
    timestamp: timestamp === true ? Math.floor(now / 1000) - HOUR_SECONDS : undefined,
    tamper: body === true ? true : undefined,
    delayMs,
  };
}
