/**
 * Writes the log: lines are collected and written together, at the latest after 100 ms and always
 * before the process ends, so that logging costs a busy server little.
 *
 * @module
 */
import { styleText } from "node:util";
import { isPlain, visibleEntry } from "../log.ts";
import type { LogEntry } from "../log.ts";
import { LogSink } from "./log-sink.ts";
import type { LineSink } from "./log-sink.ts";

/** A log with a buffer. */
export interface LogWriter {
  readonly log: (entry: LogEntry) => void;
  /** Writes what is collected, now. */
  flush(): void;
  /** Writes what is collected, and gives the reader a little time to take it. */
  end(): Promise<void>;
}

const FLUSH_AFTER_MS = 100;
const BUFFER_BYTES = 64 * 1024;

/** @param clock milliseconds since 1970 */
export function createLogWriter(
  format: "pretty" | "json",
  sink: LineSink,
  options: { readonly color?: boolean; readonly clock?: () => number } = {},
): LogWriter {
  const clock = options.clock ?? Date.now;
  const color = options.color ?? false;
  const lineOf = (entry: LogEntry, now: number): string =>
    format === "json" ? jsonLine(entry, now) : prettyLine(entry, now, color);
  const out = new LogSink(sink, (lines) => lineOf(lossEntry(lines), clock()));
  // Lines are collected as bytes: thousands of strings that live for 100 ms would be copied by the
  // garbage collector again and again.
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let used = 0;
  let lines = 0;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (used === 0) return;
    out.write(Buffer.from(buffer.subarray(0, used)), lines); // A copy: it may be written later.
    used = 0;
    lines = 0;
  }

  function add(line: string): void {
    // A code unit takes three bytes at most.
    if (line.length * 3 > BUFFER_BYTES - used) flush();
    if (line.length * 3 > BUFFER_BYTES) return out.write(Buffer.from(line), 1);
    used += buffer.write(line, used);
    lines += 1;
  }

  return {
    log(entry) {
      add(lineOf(entry, clock()));
      timer ??= setTimeout(flush, FLUSH_AFTER_MS).unref();
    },
    flush,
    end() {
      flush();
      return out.drain();
    },
  };
}

function lossEntry(lines: number): LogEntry {
  const message = `${lines} lines of log were dropped while nobody read them`;
  return { level: "warn", event: "notice", message };
}

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
