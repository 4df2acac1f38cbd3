/**
 * What the log is written to, and how much of it may wait for whoever reads it. A reader that has
 * stopped would otherwise let the lines pile up in memory, as fast as requests come.
 *
 * @module
 */

/** Where lines go; `process.stdout`, or a test's. */
export interface LineSink {
  /** `done` is to be called when the bytes have left the process, or have failed to. */
  write(bytes: Uint8Array, done: () => void): unknown;
}

/** The most bytes that wait for the reader. What comes above it is dropped, and counted. */
export const MOST_WAITING_BYTES: number = 1024 * 1024;

/** How long the end of the process waits for the reader. */
export const PATIENCE_MS = 2000;

/** Hands lines on as long as they are read. */
export class LogSink {
  readonly #sink: LineSink;
  readonly #lossLine: (lines: number) => string;
  #waitingBytes = 0;
  #lostLines = 0;
  #whenEmpty: () => void = () => {};

  /** @param lossLine the line that says how many lines were dropped */
  constructor(sink: LineSink, lossLine: (lines: number) => string) {
    this.#sink = sink;
    this.#lossLine = lossLine;
  }

  /** @param lines how many lines the bytes are */
  write(bytes: Uint8Array, lines: number): void {
    // Once lines are lost, others are too until the reader is back: a log with many gaps that says
    // so each time would be harder to read than one with a single gap.
    if (this.#lostLines > 0 || this.#waitingBytes + bytes.length > MOST_WAITING_BYTES) {
      this.#lostLines += lines;
      return;
    }
    this.#waitingBytes += bytes.length;
    this.#sink.write(bytes, () => this.#taken(bytes.length));
  }

  /** Resolves when everything was read, and after `PATIENCE_MS` in any case. */
  async drain(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    clearTimeout(timer);
  }

  #taken(bytes: number): void {
    this.#waitingBytes -= bytes;
    if (this.#lostLines > 0 && this.#waitingBytes <= MOST_WAITING_BYTES / 2) this.#tellLoss();
    if (this.#waitingBytes === 0) this.#whenEmpty();
  }

  #tellLoss(): void {
    const line = this.#lossLine(this.#lostLines);
    this.#lostLines = 0;
    this.write(Buffer.from(line), 1);
  }
}
