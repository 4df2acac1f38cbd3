/**
 * The time that a call may take in all, and the caller's own wish to stop, as one signal.
 *
 * @module
 */
import { builtin } from "../builtin.ts";
import type { Clock } from "../clock.ts";

export class Deadline {
  /** Aborts when the time is over, or when the caller's signal does. */
  readonly signal: AbortSignal;
  readonly #ms: number;
  readonly #endsAt: number;
  readonly #clock: Clock;
  readonly #callers: AbortSignal | undefined;
  readonly #timer: unknown;
  readonly #abort: () => void;
  readonly #whole: Deadline | undefined;

  /** @param whole the deadline that this one is a part of */
  constructor(clock: Clock, ms: number, callers: AbortSignal | undefined, whole?: Deadline) {
    const controller = new AbortController();
    this.signal = controller.signal;
    this.#ms = ms;
    this.#clock = clock;
    this.#callers = callers;
    this.#whole = whole;
    this.#endsAt = clock.now() + ms;
    this.#abort = () => controller.abort();
    this.#timer = clock.setTimeout(this.#abort, ms);
    // One for each call under way: Node 20 takes more than ten for a leak.
    if (callers !== undefined) builtin("node:events").setMaxListeners(0, callers);
    callers?.addEventListener("abort", this.#abort, { once: true });
    if (callers?.aborted) this.#abort();
  }

  /** How long the time that is over was. */
  get ms(): number {
    return this.#whole?.signal.aborted === true ? this.#whole.ms : this.#ms;
  }

  /** Half of the time, or the rest of it, for one attempt of several. */
  half(): Deadline {
    const leftMs = Math.max(1, this.#endsAt - this.#clock.now());
    const ms = Math.min(Math.ceil(this.#ms / 2), leftMs);
    return new Deadline(this.#clock, ms, this.signal, this);
  }

  /** Whether a pause of so many milliseconds leaves time for another attempt. */
  allows(pauseMs: number): boolean {
    return !this.signal.aborted && this.#clock.now() + pauseMs < this.#endsAt;
  }

  /** Throws the caller's own reason when it was the caller who stopped. */
  throwIfStopped(): void {
    if (this.#whole === undefined) this.#callers?.throwIfAborted();
    else this.#whole.throwIfStopped();
  }

  /** What a promise gives, or an `AbortError` when the time is over before. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new DOMException("Time is over", "AbortError"));
      if (this.signal.aborted) stop();
      this.signal.addEventListener("abort", stop, { once: true });
      promise
        .then(resolve, reject)
        .finally(() => this.signal.removeEventListener("abort", stop));
    });
  }

  /** Does work in this time, which ends with it. */
  async during<T>(work: (deadline: Deadline) => Promise<T>): Promise<T> {
    try {
      return await work(this);
    } finally {
      this.end();
    }
  }

  /** Waits, unless the time is over before. */
  async pause(ms: number): Promise<void> {
    let timer: unknown;
    const over = new Promise<void>((resolve) => (timer = this.#clock.setTimeout(resolve, ms)));
    try {
      await this.race(over);
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  /** To be called when the call has ended. */
  end(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#callers?.removeEventListener("abort", this.#abort);
  }
}
