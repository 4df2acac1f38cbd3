/**
 * What is told to the operator. An entry is plain data; how it is written is the business of
 * whoever receives it. Openids are shortened here, nothing secret goes in, and no text of it holds
 * a control character.
 *
 * @module
 */
import type { ErrorCode } from "./errors.ts";
import { visible, visibleLines } from "./visible.ts";

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
  /** From the arrival of the request to its answer, in milliseconds. */
  readonly ms?: number | undefined;
  /** What was answered: the reply's `MsgType`, `success`, `lapsed`, or an HTTP status. */
  readonly answer?: string | undefined;
  /** The size of the answer. */
  readonly bytes?: number | undefined;
  /** The how manieth delivery of the message it was, from the second on. */
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
  answer: 64,
  code: 64,
  message: 4000,
  stack: 16_000,
} as const;

/** An entry whose texts can be written to a log or a terminal as they are. */
export function visibleEntry(entry: LogEntry): LogEntry {
  let shown = entry;
  for (const name of NAMES) {
    const text = entry[name];
    if (text === undefined) continue;
    const seen = hasLines(name, entry) ? visibleLines(text, LONGEST[name]) : visible(text, LONGEST[name]);
    if (seen !== text) shown = { ...shown, [name]: seen };
  }
  return shown;
}

const NAMES = /* @__PURE__ */ Object.keys(LONGEST) as readonly (keyof typeof LONGEST)[];

/** A stack has lines; so has what is said of XML that cannot be read: an excerpt, and a caret. */
function hasLines(name: keyof typeof LONGEST, { code }: LogEntry): boolean {
  return name === "stack" || (name === "message" && String(code).startsWith("XML_"));
}

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
