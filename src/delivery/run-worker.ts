/**
 * The life of a run: it takes the message from any other process, fetches what waits for its follower or
 * runs its handler, and hands the answer over.
 *
 * @module
 */
import type { RouterAnswer } from "../bot/router.ts";
import type { MessageContext } from "../bot/context.ts";
import { pause } from "../clock.ts";
import { EchostrError } from "../errors.ts";
import type { Message } from "../protocol/message.ts";
import type { Reply } from "../protocol/reply.ts";
import type { HandOver, HandOverParts } from "./hand-over.ts";
import { LEASE_MS, WATCH_MS } from "./ownership.ts";
import { isPickUp } from "./pick-up.ts";
import { isOnePiece, keptReplies, REPLIES_BYTES } from "./pieces.ts";
import type { Run } from "./run.ts";

/** Runs middleware and handlers. Never throws or rejects. */
export type RunHandler = (
  message: Message,
  context: MessageContext,
) => RouterAnswer | Promise<RouterAnswer>;

/** What a worker works with. */
export interface WorkerParts extends HandOverParts {
  readonly runHandler: RunHandler;
  readonly handOver: HandOver;
}

export class RunWorker {
  readonly #parts: WorkerParts;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /** Calls the handler where nothing is to be asked before: no other process, and no line. */
  begin(message: Message, context: MessageContext): RouterAnswer | Promise<RouterAnswer> | undefined {
    return this.#parts.lines.isUsed ? undefined : this.#parts.runHandler(message, context);
  }

  /** Of what has begun the answer is there, in time and in one piece: no run need be made for it. */
  isOver(begun: RouterAnswer | Promise<RouterAnswer>, receivedAt: number): begun is RouterAnswer {
    const { clock, settings } = this.#parts;
    if ("then" in begun) return false;
    const isShort = isOneShortText(begun.replies, settings.fetched.limitBytes);
    return isShort && clock.now() - receivedAt < settings.windowMs;
  }

  /**
   * Runs it until it has an answer: at once if the store is not asked and the handler answers at once.
   *
   * @param begun what its handler has said, if it was called already
   */
  start(run: Run, begun?: RouterAnswer | Promise<RouterAnswer>): Promise<void> | undefined {
    const { store, lines } = this.#parts;
    if (begun !== undefined) return this.#hear(run, begun);
    if (store.shared || (lines.mayHave(run) && this.#picksUp(run))) return this.#ask(run);
    return this.#handle(run);
  }

  /** Counts a repeat, which takes the answer that waits for it. A store that fails costs it nothing. */
  async join(run: Run): Promise<void> {
    const { ownership, handOver } = this.#parts;
    try {
      const isKept = run.isRecorded && (run.state.is !== "ready" || run.state.isKept);
      if (!isKept) return handOver.giveKept(run);
      await run.inTurn(async () => {
        const reads = run.state.is === "ready";
        const joined = await ownership.join(run, reads);
        if (joined.took || reads) await handOver.giveRecorded(run, joined);
      });
    } catch (error) {
      handOver.tellStore(run, error);
      handOver.giveKept(run);
    }
  }

  /** Stops: aborts the handler's signal, and lets another process run the message. */
  async abandon(run: Run): Promise<void> {
    run.state = { is: "abandoned" };
    run.context.abort(new Error("The server is shutting down"));
    await this.#parts.ownership.release(run).catch(() => {});
    this.#parts.late.tell(run, "warn", "Answer was not ready when the server stopped");
  }

  async #ask(run: Run): Promise<void> {
    const { store, ownership } = this.#parts;
    try {
      do {
        if (store.shared && !(await this.#isOurs(run))) return;
        if (this.#picksUp(run) && (await this.#fetch(run))) return;
      } while (!ownership.holds(run));
    } catch (error) {
      this.#parts.handOver.tellStore(run, error);
    }
    if (run.state.is === "abandoned" || run.state.is === "given") return;
    await this.#handle(run);
  }

  /** Takes the message, or waits for the answer of the process that has it. */
  async #isOurs(run: Run): Promise<boolean> {
    const { clock, runs } = this.#parts;
    let until: number | undefined;
    let seenAt = 0;
    for (let isFirst = true; ; isFirst = false) {
      // By the time and not by the looks: where the store is slow, those are few.
      const stale = clock.now() - seenAt < LEASE_MS ? undefined : until;
      const taken = await run.inTurn(() => this.#take(run, isFirst, stale));
      if (typeof taken === "boolean") return taken;
      if (taken !== until) seenAt = clock.now();
      until = taken;
      await pause(clock, WATCH_MS);
      if (!run.isAwaited) {
        // No delivery waits, so nothing is fetched; the next one asks again.
        runs.drop(run);
        return false;
      }
    }
  }

  /** @returns whether the message is ours; when the lease ends of another process that works at it */
  async #take(run: Run, isFirst: boolean, stale: number | undefined): Promise<boolean | number> {
    const { ownership, runs, handOver } = this.#parts;
    if (run.state.is === "given") return false;
    const taken = await ownership.take(run, isFirst, stale);
    if (run.state.is === "abandoned") return false;
    if (taken === "ours") {
      if (run.state.is === "elsewhere") run.state = { is: "working" };
      return true;
    }
    run.state = { is: "elsewhere" };
    if (taken.record?.state === "working") return taken.record.until;
    await handOver.giveRecorded(run, taken);
    if (run.state.is === "elsewhere") runs.drop(run);
    return false;
  }

  #handle(run: Run, isAgain = false): Promise<void> | undefined {
    // A run that another process had in the meantime starts as if it had never been told to stop.
    if (isAgain || run.context.isAborted) run.context = run.context.anew();
    run.state = { is: "working" };
    return this.#hear(run, this.#parts.runHandler(run.message, run.context));
  }

  #hear(run: Run, answer: RouterAnswer | Promise<RouterAnswer>): Promise<void> | undefined {
    if (!("then" in answer)) return this.#answered(run, answer);
    return this.#limited(run, run.context, answer).then((later) => this.#answered(run, later));
  }

  /** A handler that never ends must not hold up its follower. */
  #limited(run: Run, context: MessageContext, answer: Promise<RouterAnswer>): Promise<RouterAnswer> {
    const { clock, settings, late } = this.#parts;
    return new Promise((resolve) => {
      let isOver = false;
      const timer = clock.setTimeout(() => {
        isOver = true;
        const problem = `Handler did not end within ${settings.handlerMs} ms`;
        const error = new EchostrError("HANDLER_TIMEOUT", problem);
        context.abort(error);
        resolve({ replies: [], error });
      }, settings.handlerMs);
      void answer.then((later) => {
        clock.clearTimeout(timer);
        if (isOver) late.tell(run, "warn", "Handler ended after its time limit, its answer is ignored");
        else resolve(later);
      });
    });
  }

  #answered(run: Run, { replies, error }: RouterAnswer): Promise<void> | undefined {
    const { store, clock, late, runs, settings, handOver } = this.#parts;
    if (run.state.is === "abandoned") return undefined;
    run.error = error;
    // A delivery that waits tells it with its own line.
    if (error !== undefined && !run.isAwaited) {
      late.tellFailure(run, error);
      run.error = undefined;
    }
    const kept = this.#bounded(run, replies);
    const isOne = isOnePiece(kept, settings.fetched);
    const isAlone = isOne && !store.shared && !run.isRecorded && !handOver.mayTakeAlong(run);
    if (!isAlone || !run.isInTime(clock.now(), settings.windowMs)) {
      run.state = { is: "decided" };
      const deciding = late.track(handOver.decide(run, kept));
      return deciding.then((outcome) => (outcome === "lost" ? this.#lose(run) : undefined));
    }
    run.give(kept[0]);
    runs.remember(run, kept[0], run.lastAt);
    return undefined;
  }

  /** What is too long for anybody to fetch, piece by piece, is cut off; the log says so. */
  #bounded(run: Run, replies: readonly Reply[]): readonly Reply[] {
    const { settings, late } = this.#parts;
    const { kept, isCut } = keptReplies(replies, settings.fetched.limitBytes);
    if (isCut) {
      late.tell(run, "warn", `Answer is longer than ${REPLIES_BYTES} bytes: the rest is cut off`);
    }
    return kept;
  }

  /** Another process has the message: what this one's handler said is not used. */
  async #lose(run: Run): Promise<void> {
    const { late, runs, handOver } = this.#parts;
    late.tell(run, "warn", "Another process has taken over the message: this answer is ignored");
    if (!run.isAwaited) {
      runs.drop(run);
      return;
    }
    try {
      if (await this.#isOurs(run)) await this.#handle(run, true);
    } catch (error) {
      handOver.tellStore(run, error);
      runs.drop(run);
    }
  }

  #picksUp({ message }: Run): boolean {
    return isPickUp(message, this.#parts.settings.pickups);
  }

  /** Fetches what waits; false when there is nothing, and the message is a question. */
  async #fetch(run: Run): Promise<boolean> {
    const { store, ownership, lines, runs, settings, clock, handOver } = this.#parts;
    for (let hasWaited = false; ; await pause(clock, WATCH_MS)) {
      const isLeft = !run.isAwaited && Math.abs(clock.now() - run.lastAt) >= settings.restMs;
      const isOver = isLeft || run.state.is === "given" || run.state.is === "abandoned";
      if (isOver) return this.#endFetch(run);
      if (!handOver.isInTime(run)) {
        // The process that gets the next delivery fetches.
        if (!store.shared) continue;
        await ownership.release(run);
        runs.drop(run);
        return true;
      }
      try {
        const found = await lines.next(run.follower, "pick-up", run.key);
        if (found === undefined) return hasWaited ? this.#endFetch(run) : false;
        hasWaited = true;
        if (run.state.is === "working") run.state = { is: "fetching" };
        if (typeof found === "object") {
          const outcome = await handOver.hand(run, [found.reply], found);
          if (outcome === "lost") await this.#lose(run);
          if (outcome !== "left") return true;
        }
      } catch (error) {
        // Something waits: a store that fails for a moment must not make a question of the word.
        if (!hasWaited) throw error;
        handOver.tellStore(run, error);
      }
    }
  }

  /** It has waited for what did not come: its deliveries have had the notice, or get nothing. */
  async #endFetch(run: Run): Promise<boolean> {
    const { store, ownership, handOver } = this.#parts;
    if (run.state.is === "abandoned") return true;
    const reply = run.state.is === "given" ? run.state.reply : undefined;
    try {
      if (store.shared) await ownership.write(run, { state: "given", reply, rest: [] });
    } catch (error) {
      handOver.tellStore(run, error);
    }
    handOver.give(run, reply);
    return true;
  }
}

/** As nearly every answer is: nothing of it is cut. A code unit takes three bytes at most. */
function isOneShortText(replies: readonly Reply[], limitBytes: number): boolean {
  const [reply] = replies;
  return replies.length === 1 && reply?.MsgType === "text" && reply.Content.length * 3 <= limitBytes;
}
