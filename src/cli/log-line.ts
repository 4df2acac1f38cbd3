/**
 * An entry of the log as a line: JSON for programs, or a sentence for people.
 *
 * @module
 */
import { styleText } from "node:util";
import { isPlain, visibleEntry } from "../log.ts";
import type { LogEntry } from "../log.ts";

/** One object a line; what does not apply is left out. */
export function jsonLine(entry: LogEntry, now: number): string {
  const fields = isPlain(entry) ? plainFields(entry) : JSON.stringify(visibleEntry(entry)).slice(1);
  return `{"time":"${isoTime(now)}",${fields}\n`;
}

/** What `JSON.stringify` would make of an entry whose texts need no escaping, in half of the time. */
function plainFields(entry: LogEntry): string {
  const { level, event, path, kind, openId, msgId, ms, answer, bytes, attempt, joined } = entry;
  const about = textField("path", path) + textField("kind", kind) + textField("openId", openId);
  const told = textField("msgId", msgId) + field("ms", ms) + textField("answer", answer);
  const counted = field("bytes", bytes) + field("attempt", attempt) + field("joined", joined);
  return `"level":"${level}","event":"${event}"${about}${told}${counted}}`;
}

function textField(name: keyof LogEntry, value: string | undefined): string {
  return value === undefined ? "" : `,"${name}":"${value}"`;
}

function field(name: keyof LogEntry, value: number | boolean | undefined): string {
  return value === undefined ? "" : `,"${name}":${value}`;
}

let isoMs = NaN;
let iso = "";

/** `toISOString`, made once for all the lines of a millisecond. */
function isoTime(now: number): string {
  if (now !== isoMs) {
    isoMs = now;
    iso = new Date(now).toISOString();
  }
  return iso;
}

/** For people: `12:00:01 text oAbC…wXyZ 3 ms -> text, 310 B`. */
export function prettyLine(told: LogEntry, now: number, color: boolean): string {
  const entry = visibleEntry(told);
  const time = new Date(now).toTimeString().slice(0, 8);
  const parts = [
    entry.kind ?? entry.event,
    entry.openId,
    entry.ms === undefined ? undefined : `${entry.ms} ms`,
    entry.answer === undefined ? undefined : `-> ${entry.answer}${sizeOf(entry)}`,
    entry.attempt === undefined ? undefined : `(delivery ${entry.attempt})`,
    entry.code,
    entry.message,
  ];
  const line = parts.filter((part) => part !== undefined).join("  ");
  // Its first line is foreign text as well: it must not look like a line of ours.
  const stack = entry.stack === undefined ? "" : `\n  ${entry.stack}`;
  return `${paint("dim", time, color)} ${paint(COLOR_OF[entry.level], line, color)}${stack}\n`;
}

function sizeOf(entry: LogEntry): string {
  return entry.bytes === undefined || entry.answer === "success" ? "" : `, ${entry.bytes} B`;
}

type Style = "dim" | "reset" | "yellow" | "red";

const COLOR_OF: Readonly<Record<LogEntry["level"], Style>> = {
  info: "reset",
  warn: "yellow",
  error: "red",
};

function paint(style: Style, text: string, color: boolean): string {
  return color && style !== "reset" ? styleText(style, text) : text;
}
