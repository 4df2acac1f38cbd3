/**
 * From the bytes of an answer to its text: what can be said about it before anybody looks at XML.
 *
 * @module
 */
import type { Findings } from "./findings.ts";
import type { LabFormat } from "./types.ts";

/** What an answer is, as far as that can be told without reading XML. */
export type AnswerText =
  | { readonly is: "nothing" }
  | { readonly is: "unreadable" }
  | { readonly is: LabFormat; readonly text: string };

const NOTHING: AnswerText = { is: "nothing" };
const UNREADABLE: AnswerText = { is: "unreadable" };

/** How much of an answer a sentence quotes. */
const QUOTED = 40;

/** Reads the body of a response. */
export function readAnswerBytes(
  body: Uint8Array,
  findings: Findings,
  format: LabFormat = "xml",
): AnswerText {
  if (body.length === 0) {
    findings.add("EMPTY-BODY", "The answer is empty, which WeChat takes for success");
    return NOTHING;
  }
  const text = decode(body, "The answer", findings);
  return text === undefined ? UNREADABLE : readAnswerText(text, findings, format);
}

/** Reads text that ought to be a reply or `success`: a body, or what was encrypted in one. */
export function readAnswerText(
  source: string,
  findings: Findings,
  format: LabFormat = "xml",
): AnswerText {
  const text = source.replace(/^\uFEFF/, "");
  if (text !== source) findings.add("BOM", "The answer begins with a byte order mark");
  const trimmed = text.trim();
  if (text === "success") return NOTHING;
  if (trimmed === "success") {
    findings.add("SUCCESS-PADDED", `There are blanks around success: ${JSON.stringify(text)}`);
    return NOTHING;
  }
  if (trimmed === "") {
    findings.add("BLANK-BODY", `The answer consists of blanks only: ${quote(text)}`);
    return NOTHING;
  }
  if (format === "json") return readJson(trimmed, findings);
  if (!trimmed.startsWith("<")) return notXml(trimmed, findings);
  if (/^<!doctype html|^<html/i.test(trimmed)) {
    findings.add("ANSWER-HTML", `The answer is a page of HTML: ${quote(trimmed)}`);
    return UNREADABLE;
  }
  const space = /^\s+/.exec(text)?.[0];
  if (space !== undefined) {
    findings.add("LEADING-WHITESPACE", `The XML begins after ${JSON.stringify(space)}`);
  }
  return { is: "xml", text: text.trimStart() };
}

/** Decodes UTF-8; `undefined` if it is not valid. A byte order mark stays. */
export function decode(bytes: Uint8Array, what: string, findings: Findings): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const text = quote(
      Buffer.from(bytes)
        .toString("latin1")
        .replace(/[^\x20-\x7e]/g, "?"),
    );
    findings.add("NOT-UTF8", `${what} holds bytes that are not UTF-8: ${text}`);
    return undefined;
  }
}

/** A text as a sentence quotes it. */
export function quote(text: string): string {
  const characters = [...text];
  const head = characters.slice(0, QUOTED).join("");
  return JSON.stringify(characters.length > QUOTED ? `${head}…` : head);
}

/** A server that answers in the other format answers what it was not asked. */
function readJson(trimmed: string, findings: Findings): AnswerText {
  if (trimmed.startsWith("{")) return { is: "json", text: trimmed };
  if (!isSuccessAmiss(trimmed, findings)) {
    findings.add("ANSWER-NOT-JSON", `The answer is neither JSON nor success: ${quote(trimmed)}`);
  }
  return UNREADABLE;
}

/** Whether it is the word success, written in another way. */
function isSuccessAmiss(trimmed: string, findings: Findings): boolean {
  const bare = trimmed.replace(/^["'`]+|(?<!["'`])["'`]+$/g, "");
  if (bare.toLowerCase() !== "success") return false;
  if (bare !== trimmed) {
    findings.add("SUCCESS-QUOTED", `The word success is in quotation marks: ${trimmed}`);
  } else {
    findings.add("SUCCESS-MISSPELLED", `The answer is ${trimmed} instead of success`);
  }
  return true;
}

function notXml(trimmed: string, findings: Findings): AnswerText {
  if (isSuccessAmiss(trimmed, findings)) return UNREADABLE;
  if (isJson(trimmed)) {
    findings.add("ANSWER-JSON", `The answer is JSON: ${quote(trimmed)}`);
  } else {
    findings.add("ANSWER-NOT-XML", `The answer is neither XML nor success: ${quote(trimmed)}`);
  }
  return UNREADABLE;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return /^[{[]\s*["{[\]}]/.test(text);
  }
}
