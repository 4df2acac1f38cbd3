/**
 * Writes the log: lines are collected and written together, at the latest after 100 ms and always
 * before the process ends, so that logging costs a busy server little. How much may wait for whoever
 * reads the log is bounded: the lines for a reader that has stopped would pile up in memory, as fast as
 * requests come.
 *
 * @module
 */
import type { LogEntry } from "../log.ts";
import { jsonLine, prettyLine } from "./log-line.ts";

/** Where lines go; `process.stdout`, or a test's. */
export interface LineSink {
  /** `done` is to be called when the bytes have left the process, or have failed to. */
  write(bytes: Uint8Array, done: () => void): unknown;
}

const FLUSH_AFTER_MS = 100;
const BUFFER_BYTES = 64 * 1024;

/** The most bytes that wait for the reader. What comes above it is dropped, and counted. */
export const MOST_WAITING_BYTES: number = 1024 * 1024;

/** How long the end of the process waits for the reader. */
const PATIENCE_MS = 2000;

export class LogWriter {
  readonly #lineOf: (entry: LogEntry) => string;
  readonly #sink: LineSink;
  // Lines are collected as bytes: thousands of strings that live for 100 ms would be copied by the
  // garbage collector again and again.
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #lines = 0;
  #timer: NodeJS.Timeout | undefined;
  #waitingBytes = 0;
  #lostLines = 0;
  #whenEmpty: () => void = () => {};

  constructor(format: "pretty" | "json", sink: LineSink, color: boolean = false) {
    this.#lineOf =
      format === "json"
        ? (entry) => jsonLine(entry, Date.now())
        : (entry) => prettyLine(entry, Date.now(), color);
    this.#sink = sink;
  }

  /** Is handed on as it is, so it is bound. */
  readonly log = (entry: LogEntry): void => {
    const line = this.#lineOf(entry);
    // A code unit takes three bytes at most.
    if (line.length * 3 > BUFFER_BYTES - this.#used) this.flush();
    if (line.length * 3 > BUFFER_BYTES) return this.#write(Buffer.from(line), 1);
    this.#used += this.#buffer.write(line, this.#used);
    this.#lines += 1;
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS).unref();
  };

  /** Writes what is collected, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#used === 0) return;
    // A copy: it may be written later.
    this.#write(Buffer.from(this.#buffer.subarray(0, this.#used)), this.#lines);
    this.#used = 0;
    this.#lines = 0;
  }

  /** Writes what is collected, and gives the reader a little time to take it. */
  async end(): Promise<void> {
    this.flush();
    if (this.#waitingBytes === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    clearTimeout(timer);
  }

  /** @param lines how many lines the bytes are */
  #write(bytes: Uint8Array, lines: number): void {
    // Once lines are lost, others are too until the reader is back: a log with many gaps that says
    // so each time would be harder to read than one with a single gap.
    if (this.#lostLines > 0 || this.#waitingBytes + bytes.length > MOST_WAITING_BYTES) {
      this.#lostLines += lines;
      return;
    }
    this.#waitingBytes += bytes.length;
    this.#sink.write(bytes, () => this.#taken(bytes.length));
  }

  #taken(bytes: number): void {
    this.#waitingBytes -= bytes;
    if (this.#lostLines > 0 && this.#waitingBytes <= MOST_WAITING_BYTES / 2) this.#tellLoss();
    if (this.#waitingBytes === 0) this.#whenEmpty();
  }

  #tellLoss(): void {
    const message = `${this.#lostLines} lines of log were dropped while nobody read them`;
    this.#lostLines = 0;
    this.#write(Buffer.from(this.#lineOf({ level: "warn", event: "notice", message })), 1);
  }
}
