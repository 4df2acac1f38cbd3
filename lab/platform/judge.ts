/**
 * The platform's verdict on an answer: what the follower sees, and what was wrong with it, each
 * with its cause. Everything it needs to read an answer it brings itself — a reader of XML,
 * decryption — and takes nothing from `protocol`, so that a fault of ours is not judged by itself.
 *
 * ```text
 * status, headers ─> bytes ─> text ─> XML ─┬─ plain ────────────────┬─> fields ─> what is shown
 *                                          └─ Encrypt ─> text ─> XML ┘
 * ```
 *
 * @module
 */
import { openAnswer } from "./answer-decryption.ts";
import { AnswerXmlError, readAnswerXml } from "./answer-reader.ts";
import type { AnswerElement } from "./answer-reader.ts";
import { quote, readAnswerBytes, readAnswerText } from "./answer-text.ts";
import type { AnswerText } from "./answer-text.ts";
import type { FindingCode } from "./finding-code.ts";
import { Findings } from "./findings.ts";
import type { LabNoAnswer } from "./no-answer.ts";
import { checkReply } from "./reply-rules.ts";
import type { Answered } from "./reply-rules.ts";
import { SHOWS_FAULT, SHOWS_LATER, SHOWS_NOTHING, showReply } from "./shown.ts";
import { readAnswerJson } from "./json-format.ts";
import type { LabFormat, LabResponse, NoAnswerReason, Shown, Verdict } from "./types.ts";

/** What was sent, to whom, and whether there is another delivery to come. */
export interface Expectation extends Answered {
  /** After the last delivery, silence is a fault. */
  readonly isLast?: boolean | undefined;
}

/** What an answer came to: XML with the root that holds the reply, or less. */
interface Opened {
  readonly shows?: Shown | undefined;
  readonly xml?: string | undefined;
  readonly root?: AnswerElement | undefined;
}

/** Answers that take longer than this had luck on their way. */
const NEARLY_LATE_MS = 4700;

/**
 * Judges an answer.
 *
 * @example
 * judge(response, { account, openId: "oFollower", fields: composed.fields, at: Date.now() });
 */
export function judge(response: LabResponse, expectation: Expectation): Verdict {
  const findings = new Findings();
  if (response.ms > NEARLY_LATE_MS) {
    findings.add("NEARLY-LATE", `The answer took ${Math.round(response.ms)} ms of the 5,000`);
  }
  if (!checkHead(response, findings)) return verdict(findings, SHOWS_FAULT);
  const { shows, xml, root } = open(
    readAnswerBytes(response.body, findings, expectation.account.format),
    expectation,
    findings,
  );
  if (root === undefined) return verdict(findings, shows ?? SHOWS_FAULT, xml);
  checkReply(root, expectation, findings);
  return verdict(findings, showReply(root, expectation), xml);
}

/** Judges silence. */
export function judgeNoAnswer(noAnswer: LabNoAnswer, expectation: Expectation): Verdict {
  const findings = new Findings();
  const isLast = expectation.isLast === true;
  findings.add(silenceCode(noAnswer.reason, isLast), noAnswer.message);
  return verdict(findings, isLast ? SHOWS_FAULT : SHOWS_LATER);
}

const SILENCE: Readonly<Record<Exclude<NoAnswerReason, "timeout">, FindingCode>> = {
  reset: "CONNECTION-RESET",
  refused: "CONNECTION-REFUSED",
  dns: "NAME-UNKNOWN",
  tls: "TLS-FAILED",
  failed: "REQUEST-FAILED",
  aborted: "GIVEN-UP",
};

function silenceCode(reason: NoAnswerReason, isLast: boolean): FindingCode {
  if (reason !== "timeout") return SILENCE[reason];
  return isLast ? "TOO-LATE" : "LAPSED";
}

function verdict(findings: Findings, shows: Shown, answerXml?: string): Verdict {
  const seen = findings.isFault && shows.what !== "lost" ? SHOWS_FAULT : shows;
  const ok = !findings.hasError && !findings.isFault;
  return { ok, shows: seen, findings: findings.list, answerXml };
}

function checkHead({ status, headers }: LabResponse, findings: Findings): boolean {
  const location = headers["location"];
  if (status >= 300 && status < 400 && location !== undefined) {
    findings.add("REDIRECT", `The answer is a redirect (${status}) to ${quote(location)}`);
    return false;
  }
  if (status !== 200) {
    findings.add(STATUSES[status] ?? "STATUS-NOT-200", `The answer has status ${status} instead of 200`);
    return false;
  }
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    findings.add("ANSWER-COMPRESSED", `The answer is compressed: Content-Encoding is ${encoding}`);
    return false;
  }
  return true;
}

/** What such a status means for the user of this tool: another token than the server's, or another path. */
const STATUSES: Readonly<Record<number, FindingCode>> = {
  400: "STATUS-UNREADABLE",
  401: "STATUS-REFUSED",
  403: "STATUS-REFUSED",
  404: "STATUS-NOT-FOUND",
  405: "STATUS-NOT-FOUND",
  415: "STATUS-UNREADABLE",
  502: "STATUS-OF-PROXY",
  503: "STATUS-OF-PROXY",
  504: "STATUS-OF-PROXY",
};

/** Reads the text, and what is encrypted in it. */
function open(answer: AnswerText, expectation: Expectation, findings: Findings): Opened {
  if (answer.is === "nothing") return { shows: SHOWS_NOTHING };
  if (answer.is === "unreadable") return {};
  const root = read(answer, findings);
  if (root === undefined) return {};
  const { mode } = expectation.account;
  const isEncrypted = root.children.some(({ name }) => name === "Encrypt");
  if (!isEncrypted) {
    if (mode !== "safe") return { root, xml: answer.text };
    findings.add("PLAIN-IN-SAFE", "The reply is not encrypted, and the account is in safe mode");
    return { xml: answer.text };
  }
  if (mode === "plain") {
    findings.add("ENCRYPTED-IN-PLAIN", "The reply is encrypted, and the account is in plain mode");
    return {};
  }
  const opened = openAnswer(root, expectation.account, findings);
  return opened === undefined ? {} : openInner(opened, expectation.account.format, findings);
}

/** What was encrypted is text like any other, but that `success` need not have been. */
function openInner(text: string, format: LabFormat | undefined, findings: Findings): Opened {
  const inner = readAnswerText(text, findings, format);
  if (inner.is === "nothing") {
    findings.add("SUCCESS-ENCRYPTED", "The word success is encrypted, which it need not be");
    return { shows: SHOWS_NOTHING, xml: text };
  }
  return { xml: text, root: inner.is === "unreadable" ? undefined : read(inner, findings) };
}

const XML_ERRORS: Readonly<Record<AnswerXmlError["kind"], FindingCode>> = {
  syntax: "XML-NOT-WELL-FORMED",
  doctype: "DOCTYPE",
  character: "CHARACTER-FORBIDDEN",
  "cdata-end": "CDATA-END",
};

function read(
  { is, text: xml }: { readonly is: LabFormat; readonly text: string },
  findings: Findings,
): AnswerElement | undefined {
  if (is === "json") {
    const root = readAnswerJson(xml);
    if (root === undefined) findings.add("ANSWER-NOT-JSON", `The answer is not JSON: ${quote(xml)}`);
    return root;
  }
  try {
    const root = readAnswerXml(xml);
    if (root.name === "xml") return root;
    findings.add("ROOT-NOT-XML", `The root element is <${root.name}> instead of <xml>`);
  } catch (error) {
    if (!(error instanceof AnswerXmlError)) throw error;
    const near = quote(xml.slice(error.position));
    findings.add(
      XML_ERRORS[error.kind],
      `The answer is not well formed: ${error.message}, at ${near}`,
    );
  }
  return undefined;
}
