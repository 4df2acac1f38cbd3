/**
 * The log for the operator. An entry is plain data; the receiver decides how to write it. Openids are
 * shortened here, no secret is logged, and no text contains a control character.
 *
 * Foreign text comes from a follower, a client, a server, the platform or a handler's error. In a log or a
 * terminal a control character could colour or clear the terminal, a line feed could begin a line that looks
 * like one of ours, and a bidi control could show the text in another order. They are written as `\u001b`, and
 * the length is limited.
 *
 * @module
 */
import type { ErrorCode } from "./errors.ts";

/** Something to tell the operator. */
export interface LogEntry {
  readonly level: "info" | "warn" | "error";
  /**
   * `verified`: WeChat checked the address. `delivery`: a message was answered. `refused`: a request
   * was not. `failed`: a handler threw. `notice`: something about the server itself.
   */
  readonly event: "verified" | "delivery" | "refused" | "failed" | "notice";
  /** The path of the account, where there are several. */
  readonly path?: string | undefined;
  /** The message's kind. */
  readonly kind?: string | undefined;
  /** The follower, shortened. */
  readonly openId?: string | undefined;
  /** WeChat's id of the message, the same in all its deliveries. An event has none. */
  readonly msgId?: string | undefined;
  /** From the arrival of the request to its answer, in milliseconds. */
  readonly ms?: number | undefined;
  /** What was answered: the reply's `MsgType`, `success`, `lapsed`, or an HTTP status. */
  readonly answer?: string | undefined;
  /** The size of the answer. */
  readonly bytes?: number | undefined;
  /** Which delivery of the message it was, from the second on. */
  readonly attempt?: number | undefined;
  /** The delivery joined a run of the handler that an earlier one had started. */
  readonly joined?: boolean | undefined;
  readonly code?: ErrorCode | undefined;
  /** What happened, in a sentence. */
  readonly message?: string | undefined;
  /** The stack of an error in a handler. */
  readonly stack?: string | undefined;
}

/** Receives entries. Must not throw. */
export type Log = (entry: LogEntry) => void;

/** Enough of an openid to find a follower's lines, too little to write to them. */
export function shortenOpenId(openId: string): string {
  return openId.length <= 8 ? `${openId.slice(0, 2)}…` : `${openId.slice(0, 4)}…${openId.slice(-4)}`;
}

/** The most code units of each text of an entry. */
const LONGEST = {
  path: 256,
  kind: 128,
  openId: 64,
  msgId: 64,
  answer: 64,
  code: 64,
  message: 4000,
  stack: 16_000,
} as const;

/** No text of nearly every entry has anything else: no space, no quote, nothing invisible. */
const PLAIN = /^[\w.:/…-]*$/;

/** The shortest bound of `LONGEST`. */
const SHORT = 64;

/** Whether each text of an entry can be written as it is, also between quotes. One look spares many. */
export function isPlain(entry: LogEntry): boolean {
  const { path = "", kind = "", openId = "", msgId = "", answer = "", ms = 0 } = entry;
  const { code, message, stack } = entry;
  if (code !== undefined || message !== undefined || stack !== undefined) return false;
  if (!Number.isFinite(ms)) return false; // A clock of the application's may say anything.
  const texts = path + kind + openId + msgId + answer;
  return texts.length <= SHORT && PLAIN.test(texts);
}

/** An entry whose texts can be written to a log or a terminal as they are. */
export function visibleEntry(entry: LogEntry): LogEntry {
  if (isPlain(entry)) return entry;
  let shown = entry;
  for (const name of NAMES) {
    const text = entry[name];
    if (text === undefined) continue;
    // A stack has lines; so has what is said of XML that cannot be read: an excerpt, and a caret.
    const hasLines = name === "stack" || (name === "message" && String(entry.code).startsWith("XML_"));
    const seen = hasLines ? visibleLines(text, LONGEST[name]) : visible(text, LONGEST[name]);
    if (seen !== text) shown = { ...shown, [name]: seen };
  }
  return shown;
}

const NAMES = /* @__PURE__ */ Object.keys(LONGEST) as readonly (keyof typeof LONGEST)[];

/** A log whose receiver may write what it gets as it is. */
export function visibleLog(log: Log): Log {
  return (entry) => log(visibleEntry(entry));
}

/** What went well is not worth a line in somebody else's application. */
export function logToStderr(entry: LogEntry): void {
  if (entry.level === "info") return;
  const { level, event, code, message, stack } = visibleEntry(entry);
  console.error(`echostr ${level}: ${event} ${code ?? ""} ${stack ?? message ?? ""}`);
}

/** C0, DEL, C1, line and paragraph separators, bidi controls, and halves of surrogate pairs. */
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;

/** Finds them all, and whole pairs as well: most texts have neither, and are to cost little. */
const PERHAPS_INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/;

/** Enough for a sentence; what is longer was written to fill a log. */
const LONGEST_TEXT = 1000;

/** Enough for the stack of an error with its causes, and for an answer that somebody reads. */
const LONGEST_LINES = 16_000;

/**
 * @returns the text as one line without control characters, of at most `maxLength` code units
 *
 * @example
 * visible("a\u001b[31mb\nc"); // "a\\u001b[31mb\\u000ac"
 */
export function visible(text: string, maxLength: number = LONGEST_TEXT): string {
  if (text.length <= maxLength && !PERHAPS_INVISIBLE.test(text)) return text;
  return cut(escape(cut(text, maxLength)), maxLength);
}

/**
 * As `visible`, but line feeds stay, for a stack or a document. Each line behind the first one is
 * indented, so that it cannot be taken for a line of ours.
 *
 * @example
 * visibleLines("Error: a\nforged\n    at f"); // "Error: a\n  forged\n    at f"
 */
export function visibleLines(text: string, maxLength: number = LONGEST_LINES): string {
  const lines = cut(text, maxLength).split("\n").map(escape);
  return cut(lines.map(indented).join("\n"), maxLength);
}

/** As `visible`, of any length and with its lines as they are: for what was asked for. */
export function visibleText(text: string): string {
  return text.split("\n").map(escape).join("\n");
}

function indented(line: string, index: number): string {
  return index === 0 || line === "" || line.startsWith("  ") ? line : `  ${line}`;
}

function escape(text: string): string {
  return text.replace(INVISIBLE, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A pair of surrogates is not cut in two. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, maxLength - 1);
  return `${/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head}…`;
}
