/**
 * Where an answer goes that no delivery could take: to `onLate`, out as customer-service messages, or
 * into the line of its follower. The log says where it went.
 *
 * @module
 */
import { pause } from "../clock.ts";
import { failureOf, messageOf } from "../errors.ts";
import { shortenOpenId } from "../log.ts";
import type { Log, LogEntry } from "../log.ts";
import type { Reply } from "../protocol/reply.ts";
import { Turns } from "../store/turns.ts";
import { HOLD_MS } from "./lines.ts";
import type { Held, Lines } from "./lines.ts";
import { WATCH_MS } from "./ownership.ts";
import type { BasicParts } from "./ownership.ts";
import { toPieces } from "./pieces.ts";
import type { Run } from "./run.ts";
import type { Runs } from "./runs.ts";

/** Sends replies to a follower in their order, and returns those that were not sent. Never rejects. */
export type PushLate = (
  openId: string,
  replies: readonly Reply[],
) => Promise<{ readonly left: readonly Reply[]; readonly problem: string | undefined }>;

/** What they work with. */
export interface LateParts extends BasicParts {
  readonly lines: Lines;
  readonly runs: Runs;
  readonly log: Log;
  /** Missing where late answers wait for the next message. */
  readonly push: PushLate | undefined;
}

/** So long after the reply that it follows is a piece pushed, that it may not overtake it. */
const AFTER_REPLY_MS = 500;

/** So long a push waits for a piece that somebody else hands out, killed or not. */
const PATIENCE_MS = 2 * HOLD_MS;

/** The turns in which pushes to one follower go out. */
const TURN = { leaseMs: 3000, everyMs: 100 };

export class LateAnswers {
  readonly #parts: LateParts;
  /** Answers on their way. */
  readonly #sending = new Set<Promise<unknown>>();
  /** Those of one follower go out one after the other. */
  readonly #turns = new Turns(TURN);

  constructor(parts: LateParts) {
    this.#parts = parts;
  }

  /** Sends the answer of a run, unless it has been taken in the meantime. Never rejects. */
  send(run: Run): Promise<void> {
    return this.track(this.#send(run).catch((error: unknown) => {
      this.tell(run, "error", `Late answer could not be kept: ${messageOf(error)}`);
    }).finally(() => this.leave(run, run.seen?.state === "given")));
  }

  /**
   * No delivery of it is waited for here any more.
   *
   * @param isGiven a delivery has taken the answer
   */
  leave(run: Run, isGiven: boolean): void {
    const { runs, clock, store } = this.#parts;
    // That one came to another process, and may not have got it: a further one asks the store.
    if (store.shared && isGiven) runs.drop(run);
    else runs.forget(run, clock.now());
  }

  /** Pushes what did not fit into the reply that a delivery took, where answers are pushed. */
  pushRest(run: Run): void {
    const { push, clock } = this.#parts;
    if (push !== undefined) clock.setTimeout(() => void this.send(run), AFTER_REPLY_MS);
  }

  /** Waits for those that are on their way. */
  async idle(): Promise<void> {
    await Promise.all(this.#sending);
  }

  /** Says what became of an answer. */
  tell(run: Run, level: "info" | "warn" | "error", message: string): void {
    this.#parts.log({ ...about(run), level, event: "notice", message });
  }

  /** Says that a handler failed when no delivery waited for it. */
  tellFailure(run: Run, error: unknown): void {
    this.#parts.log({ ...about(run), level: "error", event: "failed", ...failureOf(error) });
  }

  async #send(run: Run): Promise<void> {
    const { settings, push, records } = this.#parts;
    if (settings.onLate !== undefined && (await this.#handToOnLate(run))) return;
    if (push !== undefined) {
      await this.#turns.take(`push\n${run.follower}`, this.#parts, () => this.#pushLine(run, push));
    } else if ((await records.get(run.key))?.state === "ready") {
      this.tell(run, "warn", "Answer came late and is parked for the follower's next message");
    }
  }

  /** @returns whether there is nothing more to do */
  async #handToOnLate(run: Run): Promise<boolean> {
    const { settings, lines, newOwner } = this.#parts;
    const { message, state } = run;
    if (state.is !== "ready") return true;
    const ref = { of: run.key, since: run.since, until: Infinity };
    const held = await lines.hold(run.follower, ref, "push", newOwner());
    if (typeof held !== "object") return true;
    if (!held.isWhole) {
      // A delivery has taken its beginning in another process; the rest waits to be fetched.
      await held.back();
      return true;
    }
    try {
      await settings.onLate?.(message, toPieces(state.replies, settings.pushedBytes));
    } catch (error) {
      await held.back();
      this.tell(run, "warn", `onLate failed, answer is parked instead: ${messageOf(error)}`);
      return false;
    }
    await held.allDone();
    this.tell(run, "info", "Answer came late and was handed to onLate");
    return true;
  }

  /** Sends all that is ready, also answers of other runs: earlier ones go out first. */
  async #pushLine(run: Run, push: PushLate): Promise<void> {
    const { lines, newOwner, clock } = this.#parts;
    const owner = newOwner();
    let begun: Held | undefined;
    for (let leftMs = PATIENCE_MS; ; ) {
      const held = await lines.next(run.follower, "push", owner, { pushed: run.key });
      if (held === "busy" && leftMs > 0) {
        // A word fetches a piece of an answer that goes first: what comes behind must not overtake it.
        leftMs -= WATCH_MS;
        await pause(clock, WATCH_MS);
        continue;
      }
      if (typeof held !== "object") break;
      // Its beginning may have gone out just now, with the reply to a word.
      const hasWaited = begun?.of === held.of || (held.of === run.key && run.state.is === "given");
      if (!held.isWhole && !hasWaited) await pause(clock, AFTER_REPLY_MS);
      const { left, problem } = await push(run.context.openId, [held.reply]);
      if (problem !== undefined) {
        await (left.length > 0 && left[0] !== held.reply ? held.done(left) : held.back());
        const what = begun?.of === held.of ? "was sent in part, and the rest is parked" : "is parked";
        this.tell(
          run,
          "warn",
          `Answer came late and ${what} for the follower's next message, since it could not ` +
            `be sent as a customer-service message: ${problem}`,
        );
        return;
      }
      await held.done();
      begun = held;
    }
    if (begun === undefined) return;
    this.tell(run, "info", "Answer came late and was sent as a customer-service message");
  }

  /** Notes work that must be done before the bot has stopped. It never rejects. */
  track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#sending.delete(tracked));
    this.#sending.add(tracked);
    return tracked;
  }
}

function about({ message }: Run): Pick<LogEntry, "kind" | "openId"> {
  return { kind: message.kind, openId: shortenOpenId(message.FromUserName) };
}
