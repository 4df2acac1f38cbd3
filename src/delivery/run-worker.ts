/**
 * The life of a run, from the claim to the answer: whose handler it is, what was parked for the
 * follower before, the handler itself, and what becomes of its answer.
 *
 * @module
 */
import type { MessageContext } from "../bot/context.ts";
import type { RouterAnswer } from "../bot/router.ts";
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Message } from "../protocol/message.ts";
import type { Reply } from "../protocol/reply.ts";
import type { DeliverySettings } from "./delivery-options.ts";
import type { LateAnswers } from "./late-answers.ts";
import type { Parking } from "./parking.ts";
import { PIECES_BYTES, keptReplies, putBefore, toPieces } from "./pieces.ts";
import { REMEMBER_MS } from "./remembered.ts";
import type { Run, Runs } from "./runs.ts";
import type { SharedRuns } from "./shared-runs.ts";
import type { ParkedReply } from "./stored.ts";

/** Runs middleware and handlers. Never throws or rejects. */
export type RunHandler = (
  message: Message,
  context: MessageContext,
) => RouterAnswer | Promise<RouterAnswer>;

/** What a worker works with. */
export interface WorkerParts {
  readonly settings: DeliverySettings;
  readonly clock: Clock;
  readonly runHandler: RunHandler;
  readonly runs: Runs;
  /** Missing where the store is this process's own. */
  readonly shared: SharedRuns | undefined;
  readonly parking: Parking;
  readonly late: LateAnswers;
}

/** WeChat drops a delivery after 5 s and repeats it at once; twice that means that it will not. */
const NO_MORE_AFTER_MS = 10_000;

/** How often a process looks whether another has the answer. */
const WATCH_MS = 100;

export class RunWorker {
  readonly #parts: WorkerParts;
  /** Late answers on their way. */
  readonly #sending = new Set<Promise<void>>();

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /** Sees a run to its answer: at once, if nothing has to be asked for before. */
  start(run: Run, message: Message, context: MessageContext): void {
    const { parking } = this.#parts;
    if (!parking.isUsed || parking.isEmpty) this.#runHandler(run, message, context);
    else void this.#askAndRun(run, message, context);
  }

  /** A store that fails must not cost the answer. */
  async #askAndRun(run: Run, message: Message, context: MessageContext): Promise<void> {
    const { shared, late } = this.#parts;
    try {
      if (shared !== undefined && !(await this.#isOurs(run, shared))) return;
      if (await this.#answerWithParked(run)) return;
    } catch (error) {
      late.tell(run, "error", `Store failed, going on without: ${messageOf(error)}`);
      run.elsewhere = false;
    }
    this.#runHandler(run, message, context);
  }

  #runHandler(run: Run, message: Message, context: MessageContext): void {
    const { shared, runHandler } = this.#parts;
    run.stopKeeping = shared?.keep(run.key, () => void this.#noticeGivingUp(run));
    const answer = runHandler(message, context);
    if ("then" in answer) {
      void answer.then((later) => this.#answered(run, later));
    } else {
      void this.#answered(run, answer);
    }
  }

  #answered(run: Run, { replies, error }: RouterAnswer): Promise<void> | undefined {
    const { settings, late } = this.#parts;
    run.stopKeeping?.();
    run.error = error;
    // A delivery that waits tells it with its own line.
    if (error !== undefined && !run.awaited) {
      late.tellFailure(run, error);
      run.errorTold = true;
    }
    const { kept, isCut } = keptReplies(replies, settings);
    const own = toPieces(kept, settings);
    run.replies = run.before === undefined ? kept : [run.before, ...kept];
    // What is too long for anybody to fetch, piece by piece, is cut off; the log says so.
    if (isCut) {
      const cut = `its first ${own.length} pieces are kept, and the rest is cut off`;
      late.tell(run, "warn", `Answer is longer than ${PIECES_BYTES} bytes: ${cut}`);
    }
    return this.#handOver(run, run.before === undefined ? own : putBefore(run.before, own, settings));
  }

  #handOver(run: Run, pieces: readonly Reply[]): Promise<void> | undefined {
    const { shared } = this.#parts;
    if (shared !== undefined && !run.abandoned) return this.#publish(run, pieces, shared);
    return this.#finish(run, pieces);
  }

  /** Whether the handler is to be run here; if not, waits for the answer of whoever runs it. */
  async #isOurs(run: Run, shared: SharedRuns): Promise<boolean> {
    const standing = await shared.enter(run.key);
    run.deliveriesElsewhere = standing.deliveries;
    void shared.countDelivery(run.key, standing.deliveries, run.lastAt).catch(() => {});
    if (standing.ours) return true;
    if (standing.answer === undefined) return this.#watch(run, shared);
    run.elsewhere = true;
    const mark = await shared.marked(run.key);
    run.parked = mark === "parked" || mark === "kept";
    run.gaveUp = mark === "kept";
    // A replay must not park the pieces once more that the follower may have had already.
    run.givenNoted = mark === "given";
    this.#settle(run, standing.answer.pieces);
    return false;
  }

  /** Waits for the answer of another process; true when that one was killed and it is our turn. */
  async #watch(run: Run, shared: SharedRuns): Promise<boolean> {
    const { clock, runs } = this.#parts;
    run.elsewhere = true;
    while (run.awaited) {
      await new Promise<void>((resolve) => clock.setTimeout(resolve, WATCH_MS));
      const standing = await shared.enter(run.key);
      if (standing.answer !== undefined) {
        this.#settle(run, standing.answer.pieces);
        return false;
      }
      if (standing.ours) {
        run.elsewhere = false;
        return true;
      }
    }
    // Nobody waits here any more; the next delivery asks anew.
    clock.clearTimeout(run.timer);
    runs.drop(run);
    return false;
  }

  /** Late answers go to ordinary messages: an event may come without the follower knowing. */
  async #answerWithParked(run: Run): Promise<boolean> {
    const { parking, settings, shared, late, clock } = this.#parts;
    if (run.message?.MsgType === "event" || !parking.mayHave(run.follower)) return false;
    const hold = async ({ reply, asked }: ParkedReply): Promise<void> => {
      const isWhole = asked || settings.give === "instead";
      if (isWhole) await shared?.publish(run, { pieces: [reply] }, REMEMBER_MS);
    };
    let parked = await parking.take(run.follower, hold);
    while (parked === undefined) {
      // One who was asked to write has written before the answer was there: this message waits.
      run.waitsForEarlier = settings.give === "instead" && (await parking.isOwed(run.follower));
      if (!run.waitsForEarlier) return false;
      await new Promise<void>((resolve) => clock.setTimeout(resolve, WATCH_MS));
      parked = await parking.take(run.follower, hold);
    }
    late.tell(run, "info", "A parked answer is given with this message");
    if (parked.asked || settings.give === "instead") {
      await this.#handOver(run, [parked.reply]);
      return true;
    }
    run.before = parked.reply;
    return false;
  }

  async #publish(run: Run, pieces: readonly Reply[], shared: SharedRuns): Promise<void> {
    const { settings, late } = this.#parts;
    await shared.publish(run, { pieces }, settings.keepMs).catch((error: unknown) => {
      late.tell(run, "error", `Answer could not be shared: ${messageOf(error)}`);
    });
    return this.#finish(run, pieces);
  }

  /** The answer is there: hands it to whoever waits, or keeps it for a delivery still to come. */
  #finish(run: Run, pieces: readonly Reply[]): Promise<void> | undefined {
    this.#settle(run, pieces);
    if (!run.given && pieces.length > 0) return this.#keepForLater(run);
    // Nothing to say, and nobody there to be told so: the next repeat is.
    if (!run.given) this.#parts.runs.remember(run, this.#parts.clock.now());
    return run.owed ? this.#parts.late.settle(run) : undefined;
  }

  async #keepForLater(run: Run): Promise<void> {
    const { clock, shared } = this.#parts;
    if (run.abandoned) return;
    await this.#noticeGivingUp(run);
    if (run.gaveUp) {
      await this.sendLate(run);
      return;
    }
    const elsewhere = (await shared?.lastDelivery(run.key).catch(() => 0)) ?? 0;
    const lastAt = Math.max(run.lastAt, elsewhere);
    const leftMs = lastAt + NO_MORE_AFTER_MS - clock.now();
    // No longer than the whole, though the clock was set back meanwhile.
    const waitMs = Math.min(NO_MORE_AFTER_MS, Math.max(0, leftMs));
    run.timer = clock.setTimeout(() => void this.sendLate(run), waitMs);
  }

  #settle(run: Run, pieces: readonly Reply[]): void {
    this.#parts.clock.clearTimeout(run.timer);
    run.pieces = pieces;
    this.#parts.runs.noteAnswer(run);
    run.done = true;
    run.given = run.awaited;
    run.wake();
  }

  /** Waits for the late answers that are on their way. */
  async idle(): Promise<void> {
    await Promise.all(this.#sending);
  }

  /** Sends the answer to where late ones go, unless another process has given it. */
  async sendLate(run: Run): Promise<void> {
    const sending = this.#sendLate(run).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
    await sending;
  }

  async #sendLate(run: Run): Promise<void> {
    const { shared, late, clock, runs } = this.#parts;
    if (run.given) return;
    try {
      if ((await shared?.marked(run.key)) === "given") return;
      // Marked first: whoever finds the mark with a repeat takes the answer out of the line again.
      await shared?.mark(run, run.gaveUp ? "kept" : "parked");
      await late.send(run);
    } catch (error) {
      late.tell(run, "error", `Late answer could not be kept: ${messageOf(error)}`);
    } finally {
      await late.settle(run);
      // Its repeats may still come, and take the answer out of the line again.
      run.timer = clock.setTimeout(() => runs.forget(run, clock.now()), REMEMBER_MS);
    }
  }

  /** Whether the last delivery came to another process and was answered without the answer. */
  async #noticeGivingUp(run: Run): Promise<void> {
    const { shared } = this.#parts;
    if (run.gaveUp || shared === undefined) return;
    const mark = await shared.marked(run.key).catch(() => undefined);
    if (mark !== "gave up") return;
    run.gaveUp = true;
    if (run.context !== undefined) run.context.late = true;
  }
}
