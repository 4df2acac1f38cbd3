/**
 * What the lines that a bot writes say: its server's log comes as JSON, what the bot prints itself
 * as it is. And whose they are: which delivery was under way, and which handler threw.
 *
 * The log names no delivery. Its entries have the follower, shortened, and how long the answer took,
 * so each belongs to the attempt that was sent just before it arrived there.
 *
 * @module
 */
import { shortenOpenId } from "../../src/log.ts";
import { kindOf } from "../platform/samples.ts";
import { placeIn } from "./bot-place.ts";
import type { Playing } from "./play-state.ts";
import type { DeliveryView, FailureView, LogView } from "./view.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A line as it was read. */
export interface BotLine {
  readonly level: LogView["level"];
  readonly text: string;
  /** What the server's log says, where it is a line of that. */
  readonly entry?: Fields | undefined;
}

/** Lines of the log that a delivery keeps; the latest, for the last says how it ended. */
const MOST_LINES = 20;

/** A line that the bot printed may be read a little after its answer. */
const READ_LATE_MS = 100;

/** For this long, work that a handler began and did not wait for is attributed to the latest delivery. */
const STRAY_MS = 30_000;

/** Times of the two sides are rounded. */
const ROUNDED_MS = 2;

/** Reads a line of the standard output. */
export function readBotLine(line: string): BotLine {
  const asItIs = { level: "info", text: line } as const;
  if (!line.startsWith('{"time":')) return asItIs;
  try {
    const entry = JSON.parse(line) as Fields;
    const { level, stack, kind, event, openId, ms, answer, code, message } = entry;
    const parts = [
      kind ?? event,
      openId,
      ms === undefined ? undefined : `${String(ms)} ms`,
      answer === undefined ? undefined : `-> ${String(answer)}`,
      code,
      message,
    ];
    const text = parts.filter((part) => part !== undefined).join("  ");
    return {
      level: level === "warn" || level === "error" ? level : "info",
      text: stack === undefined ? text : `${text}\n${String(stack)}`,
      entry,
    };
  } catch {
    return asItIs;
  }
}

/**
 * Adds a line to the delivery that it belongs to, if there is one.
 *
 * @param files of the bot, absolute, the bot file first
 */
export function noteBotLine(
  playing: Playing,
  line: LogView,
  entry: Fields | undefined,
  files: readonly string[],
): void {
  const isOfDelivery = entry?.["event"] === "delivery" || entry?.["event"] === "failed";
  const isStray = entry?.["event"] === "notice" && entry["code"] === "HANDLER_FAILED";
  const lateMs = isStray ? STRAY_MS : READ_LATE_MS;
  const delivery = isOfDelivery ? answeredBy(playing, entry) : underWay(playing, line.at, lateMs);
  if (delivery === undefined) return;
  const log = [...(delivery.log ?? []), line].slice(-MOST_LINES);
  const failure = entry?.["event"] === "failed" || isStray ? failureIn(entry, files) : undefined;
  playing.put("deliveries", { ...delivery, log, failure: failure ?? delivery.failure });
}

function failureIn(entry: Fields, files: readonly string[]): FailureView {
  const { event, code, message } = entry;
  const stack = String(entry["stack"] ?? "");
  const isStray = event === "notice";
  return {
    of: isStray ? "stray" : "handler",
    code: String(code),
    // The message of a stray error says how it was noticed; the error itself is in its stack.
    message: isStray ? (stack.split("\n")[0] ?? "") : String(message),
    place: placeIn(stack, files),
  };
}

/** The delivery with the attempt that an entry is about. */
function answeredBy(playing: Playing, entry: Fields): DeliveryView | undefined {
  const { time, ms, openId, kind } = entry;
  const arrivedAt = Date.parse(String(time)) - Number(ms ?? 0) + ROUNDED_MS;
  let found: DeliveryView | undefined;
  let foundAt = 0;
  for (const delivery of playing.list("deliveries")) {
    if (shortenOpenId(delivery.openId) !== openId) continue;
    if (kind !== undefined && kind !== kindOf(delivery.description)) continue;
    for (const { startedAt } of delivery.attempts) {
      const at = startedAt + (delivery.alteration.delayMs ?? 0);
      if (at <= arrivedAt && at >= foundAt) [found, foundAt] = [delivery, at];
    }
  }
  return found;
}

/** The delivery that was sent last, if the line was written while the bot was busy with it, or soon after. */
function underWay(playing: Playing, at: number, lateMs: number): DeliveryView | undefined {
  const latest = playing.list("deliveries").at(-1);
  const [first, last] = [latest?.attempts[0], latest?.attempts.at(-1)];
  if (latest === undefined || first === undefined || last === undefined) return undefined;
  // What a new process says is not about the messages of the one before.
  const { url } = playing.get("bot");
  if (url === "" || last.request?.url.startsWith(url) !== true) return undefined;
  const endedAt = last.startedAt + (last.ms ?? 0) + lateMs;
  const isIn = at >= first.startedAt - ROUNDED_MS && (latest.shown === undefined || at <= endedAt);
  return isIn ? latest : undefined;
}
