/**
 * What a bot's own code throws where nobody catches it: in a timer, in a callback, in a promise
 * that is not waited for. Node would end the process, and with it the account. One such error says
 * little about the next message, so the program writes it to the log and goes on. Where they come
 * thick, something is broken for good: then it ends, in good order, for a supervisor to start anew.
 *
 * @module
 */
import { messageOf, stackOf } from "../errors.ts";
import type { Log } from "../log.ts";

/** More of them in a minute end the program. */
export const MOST_STRAY_ERRORS = 100;
const MINUTE_MS = 60_000;

/** Errors that nobody caught, counted. */
export class StrayErrors {
  readonly #log: Log;
  readonly #clock: () => number;
  /** Of the latest, at most one more than is allowed. */
  #times: readonly number[] = [];
  #tooMany: () => void = () => {};
  /** Resolves when there were too many within a minute. Those behind it are no longer told. */
  readonly tooMany: Promise<void> = new Promise((resolve) => {
    this.#tooMany = resolve;
  });

  /** @param clock milliseconds since 1970 */
  constructor(log: Log, clock: () => number = Date.now) {
    this.#log = log;
    this.#clock = clock;
  }

  /**
   * @param message where the error came from
   * @param thrown anything: it may throw itself when it is looked at
   */
  tell(message: string, thrown: unknown): void {
    if (this.#times.length > MOST_STRAY_ERRORS) return;
    const now = this.#clock();
    this.#times = [...this.#times.filter((time) => now - time < MINUTE_MS), now];
    const stack = stackOf(thrown) ?? messageOf(thrown);
    this.#log({ level: "error", event: "notice", code: "HANDLER_FAILED", message, stack });
    if (this.#times.length <= MOST_STRAY_ERRORS) return;
    const end = `More than ${MOST_STRAY_ERRORS} errors in a minute were caught by nobody: the program ends`;
    this.#log({ level: "error", event: "notice", code: "HANDLER_FAILED", message: end });
    this.#tooMany();
  }
}

/** Survives what this process throws. For a program only: a library leaves this to its host. */
export function catchStrayErrors(log: Log): StrayErrors {
  const errors = new StrayErrors(log);
  process.on("uncaughtException", (error: unknown, origin) => {
    // Only where a host says so (`--unhandled-rejections=strict`) does a rejection come here.
    if (origin === "uncaughtException") errors.tell("An error was thrown and nobody caught it", error);
    else errors.tell("A promise was rejected and nobody handled it", error);
  });
  process.on("unhandledRejection", (reason: unknown) => {
    errors.tell("A promise was rejected and nobody handled it", reason);
  });
  return errors;
}
