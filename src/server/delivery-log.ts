/**
 * The log line of each request: what came, what was answered, how long it took.
 *
 * @module
 */
import type { CallbackResponse } from "../callback.ts";
import { failureOf, isEchostrError } from "../errors.ts";
import { shortenOpenId } from "../log.ts";
import type { Log, LogEntry } from "../log.ts";
import { statusOf } from "./status.ts";

/**
 * The entry for a request that `answerCallback` answered or refused.
 *
 * @param bytes the size of the answer's body
 */
export function entryFor(
  answered: CallbackResponse,
  bytes: number,
  path: string,
  ms: number,
): LogEntry {
  const { outcome, message, delivered, error, rest } = answered;
  if (outcome === "verified") return { level: "info", event: "verified", path, ms };
  if (outcome === "refused") return refusalEntry(error, path, ms);
  outcome satisfies "answered" | "nothing" | "failed" | "lapsed";
  const attempt = delivered?.attempt;
  const entry: LogEntry = {
    level: "info",
    event: "delivery",
    path,
    kind: message?.kind === "unknown" ? unknownKind(message) : message?.kind,
    openId: message && shortenOpenId(message.FromUserName),
    msgId: message && idOf(message),
    ms,
    answer: nameOf(answered),
    bytes: outcome === "lapsed" ? undefined : bytes,
    // Said only of repeats: nearly every message is answered at once.
    attempt: attempt === undefined || attempt.nth === 1 ? undefined : attempt.nth,
    joined: attempt?.joined ? true : undefined,
  };
  if (error !== undefined) {
    return { ...entry, level: "error", event: "failed", ...failureOf(error) };
  }
  if (rest === undefined) return entry;
  return { ...entry, level: "warn", message: "Text was too long: the rest was not sent" };
}

/** That of an event is of what the event is about. */
function idOf(message: { readonly MsgType: string; readonly MsgId?: unknown }): string | undefined {
  const { MsgType, MsgId } = message;
  return MsgType !== "event" && typeof MsgId === "string" && MsgId !== "" ? MsgId : undefined;
}

/** What was answered, in a word. */
function nameOf({ outcome, type, delivered }: CallbackResponse): string {
  if (outcome === "lapsed") return "lapsed";
  return (type === "xml" ? delivered?.reply?.MsgType : undefined) ?? "success";
}

/** The entry for a request that was refused. */
export function refusalEntry(error: unknown, path: string, ms: number): LogEntry {
  const known = isEchostrError(error);
  const failure = failureOf(error);
  return {
    level: known ? "warn" : "error",
    event: "refused",
    path,
    ms,
    answer: String(statusOf(error)),
    ...failure,
    // Where the request is at fault, our own stack says nothing.
    stack: known ? undefined : failure.stack,
  };
}

/**
 * The entry for an answer of ours that was not sent, since somebody else had answered before. What
 * went wrong before that keeps its own cause.
 *
 * @param status what the peer got instead
 */
export function takenEntry(entry: LogEntry, status: number): LogEntry {
  const told = { ...entry, answer: String(status), bytes: undefined };
  if (entry.code !== undefined) return told;
  const message =
    `Response must be sent by the bot, but something else has sent one with status ${status}: ` +
    "in Koa use app.use(bot.koa)";
  return { ...told, level: "error", event: "failed", code: "RESPONSE_TAKEN", message };
}

/**
 * Logs once that a request without a query came, as browsers and monitors send over and over: WeChat's
 * own requests look the same behind a proxy that drops the query.
 */
export function browserNotice(log: Log, path: string): () => void {
  let isTold = false;
  return () => {
    if (isTold) return;
    isTold = true;
    const message =
      "GET without a query is answered as a browser's. If WeChat says that the URL is wrong, " +
      "a proxy may drop the query (logged once)";
    log({ level: "info", event: "notice", path, message });
  };
}

/** The name may be anything; a log line must stay one line of moderate length. */
function unknownKind(message: { MsgType: string; Event?: string }): string {
  const kind = message.MsgType === "event" ? `event:${message.Event ?? ""}` : message.MsgType;
  return kind.replace(/[^\w:.-]/g, "?").slice(0, 64);
}
