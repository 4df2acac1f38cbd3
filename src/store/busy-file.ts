/**
 * Calls on a file that another process may hold at the moment. Each is tried at once, without
 * waiting for the other, for that would stop this process; where the file is held, it is tried again
 * from a timer, in the order in which the calls were made. What could not be done in time fails, and
 * from then on every call does, at once, until the file is free (a circuit breaker, as in
 * `redis-connection.ts`):
 *
 *     free    calls are done before they return
 *     held    calls wait for their turn, each as long as a call may
 *     away    calls are refused; now and then the file is tried
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { Watched, Watcher } from "./fallback.ts";

export interface BusyFileOptions {
  /** How the log calls it. */
  readonly name: string;
  /** The longest that a call is tried. */
  readonly patienceMs: number;
  /** Whether the error says that another process holds the file. */
  readonly isBusy: (error: unknown) => boolean;
  /** A call that changes nothing and fails while writes do. */
  readonly probe: () => void;
}

interface Waiting {
  /** False: the file is held, and nothing was done. */
  readonly run: () => boolean;
  readonly reject: (error: EchostrError) => void;
  /** By `performance.now()`. */
  readonly deadline: number;
}

/**
 * The pauses between two tries, doubled each time. Other writers are done in a millisecond, but may
 * write again at once: who tries seldom would not find the gap.
 */
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 4;
/** Between two probes. */
const PROBE_MS = 100;

export class BusyFile implements Watched {
  readonly #options: BusyFileOptions;
  #watcher: Watcher | undefined;
  #waiting: Waiting[] = [];
  #away: EchostrError | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BusyFileOptions) {
    this.#options = options;
  }

  watch(watcher: Watcher): void {
    this.#watcher = watcher;
  }

  /**
   * What the operation gives. It is run as a whole, and again where it found the file held.
   *
   * @throws what the operation throws
   * @throws EchostrError STORE_UNAVAILABLE when the file was held for too long
   */
  async call<Result>(operation: () => Result): Promise<Result> {
    if (this.#away !== undefined) throw this.#away;
    return new Promise((resolve, reject) => {
      const run = (): boolean => {
        try {
          resolve(operation());
        } catch (error) {
          if (this.#options.isBusy(error)) return false;
          reject(error);
        }
        return true;
      };
      if (this.#waiting.length === 0 && run()) return;
      this.#waiting.push({ run, reject, deadline: performance.now() + this.#options.patienceMs });
      if (this.#waiting.length === 1) this.#tryIn(FIRST_PAUSE_MS);
    });
  }

  /** Ends the probing, after what waits was done or has failed. */
  async end(): Promise<void> {
    // Its turn comes behind all that waits, and it is refused with them.
    await this.call(() => {}).catch(() => {});
    clearTimeout(this.#timer);
  }

  #tryIn(ms: number): void {
    this.#timer = setTimeout(() => {
      for (let first = this.#waiting[0]; first?.run() === true; first = this.#waiting[0]) {
        this.#waiting.shift();
      }
      const [held] = this.#waiting;
      if (held === undefined) return;
      if (performance.now() >= held.deadline) this.#goAway();
      else this.#tryIn(Math.min(ms * 2, LONGEST_PAUSE_MS));
    }, ms);
  }

  #goAway(): void {
    const { name, patienceMs } = this.#options;
    const message = `${name} is locked: another process has held it for ${patienceMs} ms`;
    const away = new EchostrError("STORE_UNAVAILABLE", message);
    this.#away = away;
    this.#watcher?.away(away);
    for (const { reject } of this.#waiting.splice(0)) reject(away);
    this.#probeLater();
  }

  #probeLater(): void {
    this.#timer = setTimeout(() => {
      try {
        this.#options.probe();
      } catch (error) {
        // Another error is for the calls to meet.
        if (this.#options.isBusy(error)) {
          this.#probeLater();
          return;
        }
      }
      this.#away = undefined;
      this.#watcher?.back();
    }, PROBE_MS);
  }
}
