/**
 * Which fault excuses what. Whatever is not in this table is excused by nothing, and histories without
 * a fault are excused nothing at all.
 *
 * ```text
 * fault                  what it excuses
 * kill                   a second run, where the first was not published; the answer of such a run; an
 *                        answer that the process was about to write to a last delivery, or to push; in a
 *                        process with a memory of its own everything before it; a run that never
 *                        began, where no delivery came behind it; a piece may come behind later ones, with a repeat
 *                        of the delivery that broke off; an answer without a place, whose last delivery broke off
 * close                  the same, but for the answer of a handler that had ended
 * freeze                 a second run, where it lasted longer than what can be left of a lease, and one
 *                        that was about to begin; a push under way; an answer given to a delivery that lay
 *                        in the process, and of which it could not know that WeChat had dropped it; an answer
 *                        that was about to leave. A kill when it thaws is one at the moment when it froze.
 *                        A piece that lay in it for 10 s, or was about to leave, may come behind others
 * jump                   a second run, for the clocks of the processes say when a lease is over; an answer read
 *                        twice within the time that it may be in somebody's hands; when deliveries are
 *                        answered, also when they are over, and which message counts as the earlier one; the
 *                        rest of an answer may come before its beginning, for which it is held. While a process
 *                        is frozen: an answer given to a delivery that came before
 * store slow             a second run, and its claims come late: when deliveries are answered, and which of
 *                        two replies comes first that waited for it at the same time; a notice in place of
 *                        an answer that was lost before; an answer read twice within the time that it may be
 *                        in somebody's hands, for calls that take longer; and, with a kill, one without a place,
 *                        or that a word was fetching which had got "success" meanwhile; what such a word had in hand
 *                        may come behind later pieces
 * store stands still     the same; with a kill, a run that never began, where no later delivery could hear that it was free
 * store fails            a second run; an answer read twice; an answer lost, where the log says that it is, or a kill comes
 *                        before; of one begun the rest; what is left when all is over; a message without its session
 * store forgets          the same for all that was written before, without a word in the log, and where it stands
 *                        among the others
 * delivery lost          the count of deliveries: a last one may be taken for the one before; where a message stands
 *                        among the others: it was written when its first delivery came; an answer that went to a
 *                        proxy's repeat of the lost one, or of the next where that came as a repeat, too
 * answer lost            that answer, where no later delivery got one, or where it went out in place of one that
 *                        was not there yet; its further pieces may come first
 * proxy repeats          nothing
 * push refused           nothing: the answer waits
 * push lost              that answer may be read twice or not at all
 * ```
 *
 * An answer of a process that lost its lease to another one, as the log says, counts as none: if the message
 * is a pick-up word, the other one fetches with it, or waits for what was promised, and if it was never run
 * there for one of the causes above, nobody answers it.
 *
 * What sessions do to the time of a handler stands in `session-time.ts`, and what a wrong clock does to the
 * deliveries that come to it, to leases and holds, and to what it keeps, in `set-clocks.ts`.
 *
 * @module
 */
import { wasMiscounted } from "./miscounted.ts";
import type { Plan } from "./plan.ts";
import { DELIVERIES } from "./platform.ts";
import { GONE, SLOW, STORE } from "./record.ts";
import type { Delivery, Fault, Happened, HistoryRecord, Message, Part, Run } from "./record.ts";
import { hadNoSession, SAVED_LATE_MS, wasBeingSaved, wasLoadedTooLate, wasSavedTooLate } from "./session-time.ts";
import { wasFreedMeanwhile, wasMissedByRepeat, wasOverEarly, wasSeenTooShort, wasTakenForRepeat } from "./set-clocks.ts";
import { DUE_MS, freezeOf, wasIgnored, wasOvertaken, wasPutBackLate, wasUnheard } from "./stood-still.ts";

/** A lease of three seconds that is renewed every second has at least so much left, less the way. */
const LEASE_LEFT_MS = 1700;
const LEASE_MS = 3000;
/** The store has a new answer by then. */
const WRITTEN_MS = 500;
/** What a process had in hand when it froze has its place by then. */
const THAWING_MS = 200;
/** Whoever pushes has it all behind them after that. */
const PUSH_MS = 30_000;

export class Excuses {
  readonly #plan: Plan;
  readonly #record: HistoryRecord;

  constructor(plan: Plan, record: HistoryRecord) {
    this.#plan = plan;
    this.#record = record;
  }

  /** Nothing went wrong in the whole history. */
  get isCalm(): boolean {
    return this.#record.faults.length === 0;
  }

  /** Something went wrong that is none of these. */
  hadOtherThan(...faults: readonly Fault[]): boolean {
    return this.#record.faults.some(({ fault }) => !faults.includes(fault));
  }

  isFrozen(name: string): boolean {
    return this.#record.faults.some(({ fault, process }) => fault === "freeze" && process === name);
  }

  /** The process of a delivery went away when it had it. */
  wentAway({ process, beganAt = 0 }: Delivery, since: number = -Infinity): boolean {
    return this.#record.faults.some((happened) => {
      const isOfIt = happened.process === process && happened.until >= Math.max(beganAt, since);
      return isOfIt && (GONE.includes(happened.fault) || happened.fault === "freeze");
    });
  }

  /** A run after another one of the same message. */
  secondRun(message: Message, first: Run, second: Run): boolean {
    const published = this.#record.publishedAt.get(message.id) ?? Infinity;
    return this.#record.faults.some((happened) => {
      const { fault, at, until, process } = happened;
      if (at > second.at) return false;
      if (fault === "jump") return true;
      if (until < message.at) return false;
      if (STORE.includes(fault)) return true;
      const isLong = fault === "freeze" && until - at >= LEASE_LEFT_MS;
      // It had the right to run when it froze, and did not know better when it thawed.
      if (isLong && process === second.process && until >= second.at - LEASE_MS) return true;
      if (process !== first.process) return false;
      if (GONE.includes(fault)) return !this.#plan.shares || published >= at;
      return isLong && published >= at;
    });
  }

  /** A part of the answer that was read more than once. */
  readTwice(message: Message, index: number): boolean {
    const isIt = (part: Part): boolean => part.message === message.id && part.index === index;
    const reads = this.#record.reads.filter(({ parts }) => parts.some(isIt));
    const [first = Infinity, last = Infinity] = [reads[0]?.at, reads.at(-1)?.at];
    return this.#record.faults.some((happened) => {
      const { fault, at, until } = happened;
      if (fault === "store fails" || fault === "store forgets") return until >= message.at;
      // What one process had in hand was free by the clock of another, or before the store had told it.
      const isInTwoHands = at <= last && last - first <= PUSH_MS;
      if (fault === "jump") return isInTwoHands || wasFreedMeanwhile(this.#record, reads[0]);
      if (SLOW.includes(fault)) return isInTwoHands && until >= message.at;
      if (this.#isOfPush(happened, message)) return true;
      return GONE.includes(fault) && !this.#plan.shares && at >= message.at;
    });
  }

  /** A part of an answer that a handler gave, and that nobody read. */
  neverRead(message: Message): boolean {
    const published = this.#record.publishedAt.get(message.id) ?? Infinity;
    const isTooLate = message.runs.some((run) => wasSavedTooLate(this.#plan, this.#record, message, run));
    if (isTooLate || this.#wasTakenOver(message) || wasMissedByRepeat(this.#record, message)) return true;
    return this.#record.faults.some((happened) => {
      const { fault, at, until, process, messages = [] } = happened;
      if (until < message.at) return false;
      if (fault === "freeze") return this.#layIn(happened, message) || this.#isOfPush(happened, message);
      if (fault === "jump" && (this.#layIn(happened, message) || wasOverEarly(this.#plan, this.#record, message))) return true;
      if (fault === "store forgets") return true;
      if (fault === "delivery lost") return messages.includes(message.id) && wasMiscounted(message);
      if (fault === "store fails") return this.#record.toldOfLoss(message);
      if (fault === "answer lost") return messages.includes(message.id) && this.#stayedLost(happened, message);
      if (this.#isOfPush(happened, message)) return true;
      if (!GONE.includes(fault)) return false;
      const wasItsOwn = message.runs.some((run) => {
        const hasEnded = (run.endedAt ?? Infinity) <= at && !wasBeingSaved(this.#plan, this.#record, run, at);
        const isKept = fault === "close" && hasEnded && !this.#record.had(...STORE);
        return run.process === process && run.at <= at && !isKept;
      });
      // Nobody looks for an answer that has no place in the line yet, for which a slow store takes its time.
      const isLost = message.deliveries.slice(-1).every(({ lost, beganAt }) => lost || beganAt === undefined);
      const isUnseen = (isLost || this.isSlow) && published + (this.isSlow ? SAVED_LATE_MS : 1000) >= at;
      if (!this.#plan.shares || (wasItsOwn && (published >= at || isUnseen))) return true;
      return this.#record.messages.some((other) => {
        return other.follower === message.follower && this.#wasAboutToWrite(other, happened);
      });
    });
  }

  /** The last delivery was not answered in time, or not with what it should have been. */
  lastDelivery(message: Message): boolean {
    const wasReached = ({ lost, came, beganAt }: Delivery): boolean => !lost && came !== "broken" && beganAt !== undefined;
    if (!message.deliveries.every(wasReached)) return true;
    return this.#record.faults.some(({ fault, at, until, process }) => {
      const isNear = until >= message.at && at <= message.at + (DELIVERIES + 1) * 5000;
      if (STORE.includes(fault)) return isNear || fault === "store forgets";
      if (fault === "jump") return at <= message.at + (DELIVERIES + 1) * 5000;
      const itsOwn = message.deliveries.some((delivery) => delivery.process === process);
      return isNear && itsOwn && (fault === "freeze" || GONE.includes(fault));
    });
  }

  /** Its answer was sent by then, be it before that to another message, and lost on its way. */
  lostBefore({ id }: Message, until: number): boolean {
    return this.#record.faults.some(({ fault, at, messages }) => {
      return fault === "answer lost" && at <= until && messages?.includes(id) === true;
    });
  }

  /** A message whose handler never ran, though it was delivered. */
  neverRan(message: Message): boolean {
    if (this.#plan.bot.session && this.#record.had("store fails", "store forgets")) return true;
    const reached = message.deliveries.filter(({ beganAt }) => beganAt !== undefined);
    const last = reached.at(-1)?.at ?? 0;
    if (this.isSlow && reached.some((delivery) => wasLoadedTooLate(this.#plan, this.#record, delivery))) return true;
    return reached.every((delivery) => this.wentAway(delivery) || wasUnheard(this.#record, message, delivery)) ||
      // Whoever had the right to run it went away when no delivery came any more that could see it.
      reached.some((delivery) => this.wentAway(delivery, last - LEASE_MS)) || wasSeenTooShort(this.#record, message);
  }

  /** What is there when everything is over. */
  left(): boolean {
    return this.#record.had("store fails", "store forgets");
  }

  /** Further pieces were pushed, or fetched, before the beginning that was lost, or broke off, came once more. */
  outOfOrder(message: Message): boolean {
    const { id, follower } = message;
    return this.#record.faults.some((happened) => {
      const { fault, at, messages = [] } = happened;
      if (fault === "answer lost") return messages.includes(id);
      // The rest is held until its beginning has been sent, by the clock of the process.
      if (fault === "jump") return true;
      if (fault === "freeze") return wasOvertaken(this.#record, happened, message);
      if (SLOW.includes(fault)) return wasPutBackLate(this.#record, message);
      return GONE.includes(fault) && this.#record.reads.some((read) => {
        const isOfIt = read.follower === follower && read.at >= at && read.parts.some((part) => part.message === id);
        return isOfIt && read.to !== undefined && this.#held(this.#record.message(read.to), happened);
      });
    });
  }

  /** Replies that waited for the store may come at the same time. */
  get isSlow(): boolean {
    return this.#record.had(...SLOW);
  }

  /** Pieces of two answers that were pushed one among the other. */
  interleaved(): boolean {
    return this.#record.had("kill", "freeze", "close", ...STORE, "push refused", "push lost");
  }

  /** The answer did not come with a later delivery of the message either. */
  #stayedLost({ messages: [to] = [], at }: Happened, { id }: Message): boolean {
    if (to === undefined) return true;
    const { deliveries, runs } = this.#record.message(to);
    // A last delivery that had nothing to say when it was due was to take it along. It is taken for the last one.
    const lost = deliveries.findLast((delivery) => delivery.lost && delivery.at <= at);
    const dueAt = (deliveries.find(({ nth }) => nth === lost?.nth)?.beganAt ?? Infinity) + DUE_MS;
    const hadAnswer = runs.some(({ end, endedAt = Infinity }) => end !== "stopped" && endedAt + WRITTEN_MS < dueAt);
    if (id !== to && !hadAnswer) return true;
    const later = deliveries.filter((each) => each.at >= at && !hadNoSession(this.#plan, this.#record, each));
    return !later.some(({ came, nth }) => {
      if (came === "success") return !wasTakenForRepeat(this.#record, lost);
      const reply = this.#record.reads.find((read) => read.to === to && read.nth === nth);
      // A store in trouble could not say that the answer was there already, or was never told.
      const isUnknown = reply?.isNotice === true || !this.#record.publishedAt.has(id);
      return came === "reply" && !(isUnknown && this.#record.had(...STORE));
    });
  }

  /**
   * Its lease was over before its answer was written. Another process has taken it over then, and this
   * answer is not used, as the log says: a word fetches there, and a question is run, if it can be.
   */
  #wasTakenOver(message: Message): boolean {
    if (!this.#record.had("jump", "freeze", ...STORE)) return false;
    return wasIgnored(this.#record, message) && (message.kind === "pickup" || this.neverRan(message));
  }

  /** Its answer went to a delivery that WeChat had dropped while it lay in the frozen process, or by its wrong clock. */
  #layIn({ fault, at: happenedAt, until, process }: Happened, { id, follower }: Message): boolean {
    // A clock that is set back while its process is frozen has the time of before when that thaws.
    const at = (fault === "jump" ? freezeOf(this.#record, process, happenedAt)?.at : undefined) ?? happenedAt;
    const theirs = this.#record.messages.filter((message) => message.follower === follower);
    return theirs.flatMap(({ deliveries }) => deliveries).some((delivery) => {
      const { endedAt = 0, beganAt = Infinity } = delivery;
      const isClose = Math.abs(until - endedAt) <= 100; // The clocks are not that exact.
      const cameBefore = delivery.at <= until && (delivery.at >= at || fault === "jump");
      const lay = endedAt >= at && (isClose || cameBefore || (endedAt <= beganAt && beganAt >= until));
      return delivery.process === process && (lay || delivery.isHeldUp) && delivery.missed.includes(id);
    });
  }

  /** The process held a delivery when it went, and no later one brought an answer. */
  #wasAboutToWrite(message: Message, happened: Happened): boolean {
    // A slow store had not said yet what a word had found when its last delivery got "success".
    const isFetching = message.kind === "pickup" && message.runs.length === 0 && this.isSlow;
    // Where none is held and there is no notice, each takes what waits, and "success" comes behind one that broke off.
    const isNoAnswer = isFetching || (!this.#plan.bot.hold && !this.#plan.bot.notice);
    const isAnswered = message.deliveries.some(({ came }) => came === "reply" || (came === "success" && !isNoAnswer));
    return !isAnswered && this.#held(message, happened);
  }

  #held({ deliveries }: Message, { at, process }: Happened): boolean {
    // A store in trouble may have kept the answer from it until WeChat had dropped the delivery.
    const keptMs = this.isSlow ? SAVED_LATE_MS : 0;
    const freezes = this.#record.faults.filter((each) => each.fault === "freeze" && each.process === process);
    const { at: since } = freezes.find(({ until }) => until <= at && at <= until + THAWING_MS) ?? { at };
    const its = deliveries.filter((delivery) => delivery.process === process && delivery.at <= at);
    return its.some(({ endedAt = Infinity }) => endedAt + keptMs >= since);
  }

  #isOfPush({ fault, at, until, messages = [] }: Happened, message: Message): boolean {
    if (this.#plan.bot.push === "next-message") return false;
    if (fault === "push lost") return messages.includes(message.id);
    if (!GONE.includes(fault) && fault !== "freeze") return false;
    return message.runs.some(({ endedAt = Infinity }) => endedAt <= until && at <= endedAt + PUSH_MS);
  }
}
