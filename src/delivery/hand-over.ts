/**
 * What becomes of an answer: it is given to the delivery that waits for it, or kept in the line of its
 * follower. Each of these is one step on the message's record, so that it becomes one of them.
 *
 * @module
 */
import { pause } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Reply } from "../protocol/reply.ts";
import type { LateAnswers, LateParts } from "./late-answers.ts";
import { bytesOf, LINE_BYTES } from "./line.ts";
import type { News, Ref } from "./line.ts";
import type { Held } from "./lines.ts";
import { WATCH_MS } from "./ownership.ts";
import type { Joined, Ownership } from "./ownership.ts";
import { firstPiece, putBefore } from "./pieces.ts";
import type { Standing } from "./record.ts";
import type { Run } from "./run.ts";

/** What answers are handed over with. */
export interface HandOverParts extends LateParts {
  readonly ownership: Ownership;
  readonly late: LateAnswers;
}

/** `"left"`: no delivery waits any more. `"lost"`: another process has taken the message over. */
export type Outcome = "done" | "left" | "lost";

/** So long after a failure the store is asked once more. */
const AGAIN_MS = 3000;

const ANSWERED = "its message has been answered";

export class HandOver {
  readonly #parts: HandOverParts;

  constructor(parts: HandOverParts) {
    this.#parts = parts;
  }

  /** Gives an answer of which the store knows nothing, if a delivery still waits. */
  giveKept(run: Run): void {
    if (run.state.is !== "ready" || !run.isAwaited) return;
    this.give(run, firstPiece(run.state.replies, this.#parts.settings.fetched)[0]);
  }

  /** Gives what a record says: the answer that this delivery has taken, or another had before. */
  async giveRecorded(run: Run, { record, took, wasAwaited }: Joined): Promise<void> {
    const { clock, lines, ownership } = this.#parts;
    const isReady = record?.state === "ready" && !record.late;
    const isHeld = isReady && record.hold !== undefined;
    // Too late for this delivery, and its process may have been killed before the answer was in line.
    if (isReady && !isHeld) await this.#place(run, record.replies, false);
    if (isHeld || !wasAwaited || (record?.state === "given" && !took && record.isSeen !== true)) {
      // Another message or delivery has it, and it may come back: until then there is nothing to say. A delivery
      // that came when the one before had been dropped asks anew.
      await pause(clock, WATCH_MS);
      if (run.isAwaited) await this.giveRecorded(run, await ownership.join(run, true, false));
      return;
    }
    const isGiven = record?.state === "given";
    const whole = isGiven && record.reply !== undefined ? [record.reply, ...record.rest] : [];
    const isTooLate = took && isGiven && whole.length > 0 && !this.isInTime(run);
    const fate = isTooLate ? await ownership.reopen(run, record.rest, whole) : "taken";
    // A process that looked in the meantime found nothing to fetch and removed it from the line.
    if (fate === "reopened") return void (await this.#place(run, whole, false));
    this.give(run, isGiven && fate === "taken" ? record.reply : undefined);
    if (!took || !isGiven) return;
    if (record.rest.length === 0) return lines.remove(run.follower, run.key);
    await this.#place(run, record.rest, true);
    await ownership.letGo(run);
  }

  /** To the delivery that waits, or into the line. A store that fails must not cost the answer. */
  async decide(run: Run, replies: readonly Reply[]): Promise<Outcome> {
    const { settings, store, ownership } = this.#parts;
    // One for which no delivery comes has its place in the line first: nobody looks for it elsewhere.
    const isMade = store.shared && replies.length > 0 && this.#isExpected(run);
    const ready: Standing = { state: "ready", replies, late: run.isLate };
    try {
      // Before anything else: should this process be killed now, its repeats find the answer.
      if (isMade && !(await ownership.write(run, ready))) return "lost";
      const outcome = await this.#handOrKeep(run, replies, isMade);
      if (outcome !== "lost" || !isMade) return outcome;
      // Another delivery of its own was quicker, here or in another process.
      await this.#giveTaken(run);
      const isOver = run.state.is === "given" || (await this.#keep(run, replies, isMade)) !== "lost";
      if (!isOver) this.#parts.runs.drop(run);
    } catch (error) {
      this.tellStore(run, error);
      if (run.state.is === "given") return "done";
      if (this.isInTime(run)) this.give(run, firstPiece(replies, settings.fetched)[0]);
      else this.#waitForDelivery(run, replies, false);
    }
    return "done";
  }

  /** Whether a delivery waits for an answer, or may still come. A process that was frozen may not have heard. */
  #isExpected(run: Run): boolean {
    const { clock, settings } = this.#parts;
    const isLast = !settings.hold || run.deliveries + run.deliveriesElsewhere >= settings.deliveries;
    const expectedMs = isLast ? settings.windowMs : settings.restMs;
    return !run.isLate && Math.abs(clock.now() - run.lastAt) < expectedMs;
  }

  /** @param isMade the store knows the answer */
  async #handOrKeep(run: Run, replies: readonly Reply[], isMade: boolean): Promise<Outcome> {
    if (this.isInTime(run)) {
      const held = await this.#takeAlong(run);
      const both =
        held === undefined ? replies : putBefore(held.reply, replies, this.#parts.settings.fetched);
      const outcome = await this.hand(run, both, held, replies).catch(async (error: unknown) => {
        // The store may have written that it went out.
        await held?.back().catch(() => {});
        throw error;
      });
      if (outcome !== "left") return outcome;
    }
    return this.#keep(run, replies, isMade);
  }

  /** A late answer to an earlier message, which goes out before the answer to a question. */
  async #takeAlong(run: Run): Promise<Held | undefined> {
    const { lines } = this.#parts;
    if (!this.mayTakeAlong(run)) return undefined;
    const found = await lines.next(run.follower, "along", run.key, { writtenBefore: run.since });
    return typeof found === "object" ? found : undefined;
  }

  /** Late answers go to ordinary messages: an event may come without the follower knowing. */
  mayTakeAlong(run: Run): boolean {
    return run.message.MsgType !== "event" && this.#parts.lines.mayHave(run);
  }

  /**
   * Gives an answer to the delivery that waits.
   *
   * @param held a piece of it that is another message's
   * @param own the rest of it, where a handler made it
   * @returns `"left"` when no delivery waits any more, and the message is as it was
   */
  async hand(
    run: Run,
    replies: readonly Reply[],
    held?: Held,
    own?: readonly Reply[],
  ): Promise<Outcome> {
    const { store, ownership, clock, late, settings } = this.#parts;
    if (!this.isInTime(run) || (held !== undefined && clock.now() >= held.until)) {
      // It was frozen, or the store took too long: nobody waits, or the piece may be in other hands.
      await held?.back();
      return "left";
    }
    const [reply, others] = firstPiece(replies, settings.fetched);
    // One that has no room behind an earlier answer waits as a whole, in its own place.
    const isWhole = own !== undefined && replies.length > own.length;
    const rest = others.length > 0 && (await this.#place(run, others, !isWhole)) ? others : [];
    const isWritten = store.shared || run.isRecorded || rest.length > 0 || held !== undefined;
    const hold = ownership.holdOf(run, rest);
    const given: Standing = { state: "given", reply, rest, isWhole: isWhole || undefined, took: held?.of, hold };
    const isOurs = !isWritten || (await ownership.write(run, given));
    const isInTime = this.isInTime(run) && (held === undefined || clock.now() < held.until);
    const isTooLate = isOurs && !isInTime;
    if (isTooLate && !isWritten) return "left";
    const isBack = rest.length > 0 && (isOurs ? isTooLate : run.seen?.state !== "given");
    // Before the record says so: a delivery that takes the answer then places its rest.
    const placing = isBack ? this.#place(run, replies, false, "taken back") : undefined;
    await placing?.catch((error: unknown) => this.tellStore(run, error));
    const fate = isTooLate ? await ownership.reopen(run, rest, own) : "taken";
    if (!isOurs || fate === "reopened") {
      await held?.back();
      return isOurs ? "left" : "lost";
    }
    // Who took the rest in the meantime has taken it out of the line.
    if (fate === "begun") await this.#place(run, replies, true);
    else if (isBack) await this.#place(run, rest, !isWhole);
    this.give(run, fate === "taken" ? reply : undefined);
    if (held !== undefined) late.tell(run, "info", "A parked answer is sent with this message");
    await held?.done();
    if (rest.length > 0) await ownership.letGo(run);
    if (rest.length > 0 || held !== undefined) late.pushRest(run);
    return "done";
  }

  /** Keeps an answer that no delivery waits for. */
  async #keep(run: Run, replies: readonly Reply[], isMade: boolean): Promise<Outcome> {
    const { ownership } = this.#parts;
    if (replies.length === 0) {
      if (this.#parts.store.shared || run.isRecorded) {
        const isOurs = await ownership.write(run, { state: "given", reply: undefined, rest: [] });
        if (!isOurs) return "lost";
      }
      this.give(run, undefined);
      return "done";
    }
    const stored = await this.#store(run, replies, isMade);
    if (stored === "lost") return "lost";
    // A repeat has taken it in the meantime.
    if (run.state.is === "given") return "done";
    if (stored === "no room") this.give(run, undefined);
    else this.#waitForDelivery(run, replies, true);
    if (run.isLate) await this.sendLate(run);
    // One that came while the store was asked waits already.
    else if (this.isInTime(run)) await this.#giveTaken(run);
    return "done";
  }

  /** Gives what another delivery has taken, or takes it. */
  #giveTaken(run: Run): Promise<void> {
    return run.inTurn(async () => {
      if (run.state.is === "given") return;
      await this.giveRecorded(run, await this.#parts.ownership.join(run, true, false));
    });
  }

  /** WeChat may send the message once more, and then its answer is there. */
  #waitForDelivery(run: Run, replies: readonly Reply[], isKept: boolean): void {
    const { clock, settings, runs } = this.#parts;
    run.state = { is: "ready", replies, isKept };
    runs.weigh(run);
    const leftMs = run.lastAt + settings.restMs - clock.now();
    // No longer than the whole, even if the clock was set back in the meantime. A store that has failed gets
    // a moment.
    const waitMs = Math.min(settings.restMs, Math.max(isKept ? 0 : AGAIN_MS, leftMs));
    run.timer = clock.setTimeout(() => void this.#waitOn(run, isKept), waitMs);
  }

  /** Other processes may have had a delivery in the meantime, and one more can follow it. */
  async #waitOn(run: Run, isKept: boolean): Promise<void> {
    const { store, ownership, clock } = this.#parts;
    const before = run.lastAt;
    const look = (): Promise<void> => ownership.look(run);
    if (store.shared && isKept) {
      const looking = look().catch(() => pause(clock, AGAIN_MS).then(look));
      await looking.catch((error: unknown) => this.tellStore(run, error));
    }
    if (run.state.is === "ready" && run.lastAt > before) this.#waitForDelivery(run, run.state.replies, isKept);
    else await this.sendLate(run);
  }

  /** Sends an answer on its way for which no delivery comes. Never rejects. */
  async sendLate(run: Run): Promise<void> {
    const { clock, late } = this.#parts;
    clock.clearTimeout(run.timer);
    if (run.state.is !== "ready") return;
    const { replies, isKept } = run.state;
    // From here on no repeat takes it.
    if (!run.isLate) await this.becomeLate(run);
    // The store has failed to keep it when it was made.
    const problem = isKept ? undefined : await this.#keepAgain(run, replies);
    if (problem === undefined) return late.send(run);
    late.tell(run, "error", `Late answer could not be kept: ${problem}`);
    run.lease?.stop();
    late.leave(run, problem === ANSWERED);
  }

  /** @returns why not: the store fails again, or another process had the message meanwhile */
  async #keepAgain(run: Run, replies: readonly Reply[]): Promise<string | undefined> {
    try {
      return (await this.#store(run, replies, false)) === "lost" ? ANSWERED : undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Stores an answer: first its place in the line, then its content. */
  async #store(
    run: Run,
    replies: readonly Reply[],
    isMade: boolean,
  ): Promise<"kept" | "no room" | "lost"> {
    // One that the store failed to keep has not begun to go out, whatever was placed before.
    const isKept = await this.#place(run, replies, false, isMade ? undefined : "taken back");
    const { seen } = run;
    if (isKept && isMade && seen?.state === "ready" && seen.late === run.isLate) return "kept";
    const standing: Standing = isKept
      ? { state: "ready", replies, late: run.isLate }
      : { state: "given", reply: undefined, rest: [] };
    if (!(await this.#parts.ownership.write(run, standing))) return "lost";
    return isKept ? "kept" : "no room";
  }

  async #place(run: Run, replies: readonly Reply[], begun: boolean, news?: News): Promise<boolean> {
    const { lines, late } = this.#parts;
    if (await lines.place(run.follower, this.#refTo(run, replies, begun), news)) return true;
    const problem = `Line of the follower is full (${LINE_BYTES} bytes)`;
    late.tell(run, "warn", `${problem}: ${replies.length} replies are lost`);
    return false;
  }

  #refTo(run: Run, replies: readonly Reply[], begun: boolean): Ref {
    const { settings, clock } = this.#parts;
    // One that is only promised is kept until it is there.
    const keptMs = settings.keepMs + (replies.length === 0 ? settings.handlerMs : 0);
    const until = clock.now() + keptMs;
    return { of: run.key, since: run.since, begun, until, bytes: bytesOf(replies) };
  }

  /** A late answer to an earlier message, for a last delivery that has nothing else to say. */
  async giveInstead(run: Run, receivedAt: number): Promise<Reply | undefined> {
    const { clock, settings, late } = this.#parts;
    const { windowMs } = settings;
    const looking = this.#takeAlong(run).catch(() => undefined);
    // A later one elsewhere leaves this one no more time; by another clock, that may be one of the future.
    const left = (): number => Math.min(receivedAt, run.lastAt) + windowMs - clock.now();
    // A slow store must not cost the delivery: what it finds then goes back. No longer than the half of the whole,
    // even if the clock was set back in the meantime.
    const held = await Promise.race([looking, pause(clock, Math.max(0, Math.min(windowMs, left()) / 2))]);
    // A process that stood still may have had no time to hear of that.
    if (held === undefined || left() <= 0) {
      void looking.then((found) => found?.back()).catch(() => {});
      return undefined;
    }
    late.tell(run, "info", "A parked answer is sent with this message");
    void held.done().catch((error: unknown) => this.tellStore(run, error));
    return held.reply;
  }

  /** The last delivery was answered without the answer, which will reach the follower later. */
  async becomeLate(run: Run): Promise<void> {
    const { store, lines, settings, ownership } = this.#parts;
    run.isLate = true;
    const isTold = settings.notice !== undefined && run.state.is !== "ready";
    if (!store.shared && !isTold && !run.isRecorded) return;
    try {
      await ownership.markLate(run);
      if (isTold) await lines.place(run.follower, this.#refTo(run, [], false), "told");
    } catch (error) {
      this.tellStore(run, error);
    }
  }

  isInTime(run: Run): boolean {
    return run.isInTime(this.#parts.clock.now(), this.#parts.settings.windowMs);
  }

  give(run: Run, reply: Reply | undefined): void {
    const { clock, runs } = this.#parts;
    clock.clearTimeout(run.timer);
    run.give(reply);
    run.lease?.stop();
    runs.remember(run, reply, run.lastAt);
  }

  tellStore(run: Run, error: unknown): void {
    this.#parts.late.tell(run, "error", `Store failed, continuing without it: ${messageOf(error)}`);
  }
}
