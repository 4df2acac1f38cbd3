/**
 * Whether a line of a transcript has what is done with it later: a file that somebody else wrote,
 * or that was shortened by hand, is refused where it is read and not in the middle of a replay.
 *
 * @module
 */
import { isRecord } from "../platform/lab-input.ts";

/** Deeper than any reply or message, and shallow enough for every walk through it. */
const MAX_DEPTH = 32;

const SHOWN: readonly unknown[] = ["reply", "nothing", "fault", "lost"];

/** Whether lists and objects are nested no deeper than anything that is written. */
export function isShallow(value: unknown, depth: number = 0): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  return Object.values(value).every((each) => isShallow(each, depth + 1));
}

/** A time of which there is a later one. */
export function isTime(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** What a follower saw: with a reply it must say which. */
export function isShown(value: unknown): boolean {
  if (!isRecord(value) || !SHOWN.includes(value["what"])) return false;
  if (value["what"] !== "reply") return true;
  const { reply } = value;
  if (!isRecord(reply) || typeof reply["MsgType"] !== "string") return false;
  return reply["MsgType"] !== "text" || typeof reply["content"] === "string";
}

export function areAttempts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => isRecord(each) && isTime(each["ms"]));
}

export function isSent(line: Readonly<Record<string, unknown>>): boolean {
  const { msgType, text, body } = line;
  return typeof msgType === "string" && typeof text === "string" && isRecord(body);
}
