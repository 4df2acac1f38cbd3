/**
 * Delivery: one run per message, answered in time.
 *
 * WeChat waits five seconds for an answer, drops the connection, and sends the same message again,
 * three times in all. Here the message has one run of its handler, and each delivery waits for it:
 *
 * ```text
 * 0 s   first delivery ──> handler starts        4.5 s  no answer: let it lapse, say nothing
 * 5 s   second delivery ─> joins the run         9.5 s  no answer: let it lapse
 * 10 s  third delivery ──> joins the run        14.5 s  no answer: notice or success; the answer waits
 *                                                       in the line of its follower, or is pushed
 * ```
 *
 * A lapsed delivery is not answered with `success`: that would tell WeChat not to retry.
 *
 * @module
 */
import { MessageContext } from "../bot/context.ts";
import type { Services } from "../bot/context.ts";
import { deliveryKey, SEED_BYTES } from "../bot/keys.ts";
import type { MessageKey } from "../bot/keys.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Reply } from "../protocol/reply.ts";
import type { DeliverySettings } from "./delivery-options.ts";
import { HandOver } from "./hand-over.ts";
import { LateAnswers } from "./late-answers.ts";
import type { PushLate } from "./late-answers.ts";
import { Lines } from "./lines.ts";
import { Ownership } from "./ownership.ts";
import { Records } from "./records.ts";
import type { RememberedAnswer } from "./remembered.ts";
import { Run } from "./run.ts";
import type { Delivery, Wakeup } from "./run.ts";
import { RunWorker } from "./run-worker.ts";
import type { RunHandler } from "./run-worker.ts";
import { OPEN_BYTES, Runs } from "./runs.ts";

export type { Delivery } from "./run.ts";

/** Which delivery of its message one is. */
export interface Attempt {
  /** The number of this delivery, 1 to 3. */
  readonly nth: number;
  /** The handler had been started by an earlier one. */
  readonly joined: boolean;
}

/** What a delivery is answered with, and what there is to tell of it. */
export interface Delivered {
  /** `lapsed`: nothing at all, the connection stays open until the peer drops it. */
  readonly outcome: "answered" | "nothing" | "failed" | "lapsed";
  readonly reply: Reply | undefined;
  readonly error: unknown;
  readonly attempt: Attempt;
}

/** Nearly every message has one delivery. */
export const FIRST: Attempt = { nth: 1, joined: false };

/** No answer, so that WeChat sends the message again. */
const LAPSED: Delivered = { outcome: "lapsed", reply: undefined, error: undefined, attempt: FIRST };

/** What the engine is made from. */
export interface EngineParts {
  readonly settings: DeliverySettings;
  readonly services: Services;
  readonly clock: Clock;
  readonly log: Log;
  readonly runHandler: RunHandler;
  /** Sends customer-service messages; missing where late answers wait for the next message. */
  readonly push: PushLate | undefined;
  /** Fresh random bytes. */
  readonly random: (size: number) => Uint8Array;
}

/** How often the log says that there is no room. */
const TELL_FULL_MS = 60_000;

export class DeliveryEngine {
  readonly #parts: EngineParts;
  readonly #runs: Runs;
  readonly #late: LateAnswers;
  readonly #handOver: HandOver;
  readonly #worker: RunWorker;
  #toldFullAt = -Infinity;

  constructor(parts: EngineParts) {
    const { store, newOwner } = parts.services;
    const records = new Records(store, parts.clock);
    this.#parts = parts;
    this.#runs = new Runs(() => parts.random(SEED_BYTES));
    const basic = { ...parts, store, newOwner, records, runs: this.#runs };
    const withLines = { ...basic, lines: new Lines(basic), ownership: new Ownership(basic) };
    this.#late = new LateAnswers(withLines);
    const withLate = { ...withLines, late: this.#late };
    this.#handOver = new HandOver(withLate);
    this.#worker = new RunWorker({ ...withLate, handOver: this.#handOver });
  }

  /**
   * Answers a delivery: starts the handler, or joins the run of an earlier one. Never throws or
   * rejects.
   */
  deliver(delivery: Delivery): Delivered | Promise<Delivered> {
    const { services, settings } = this.#parts;
    const key = deliveryKey(services.accountId, delivery.message);
    const known = this.#runs.get(key);
    if (known === "delivered") return answered(undefined, undefined, { nth: 2, joined: true });
    if (known instanceof Run) return this.#join(known, delivery);
    if (known !== undefined) return this.#repeat(key, known, delivery);
    if (!this.#runs.hasRoom(delivery.size)) return this.#postpone();
    const { message, receivedAt, acceptedUntil } = delivery;
    const context = new MessageContext(message.ToUserName, message.FromUserName, receivedAt, services);
    const begun = this.#worker.begin(message, context);
    if (begun !== undefined && this.#worker.isOver(begun, receivedAt)) {
      const [reply] = begun.replies;
      this.#runs.keep(key, { reply, deliveries: 1 }, acceptedUntil, receivedAt);
      return answered(reply, begun.error, FIRST);
    }
    const run = new Run(key, delivery, context);
    run.note(delivery, settings.soonestMs);
    run.arriving += 1;
    const work = this.#worker.start(run, begun);
    run.arriving -= 1;
    // What was answered at once is remembered by its answer alone.
    if (run.state.is === "given") return this.#give(run, run.state.reply, FIRST);
    this.#runs.add(run);
    if (work !== undefined) delivery.waitUntil?.(work);
    return this.#wait(run, delivery, false);
  }

  /**
   * Stops: sends the answers that waited for a delivery, aborts the signals of the handlers, and lets other
   * processes run them.
   *
   * @returns how many answers were not ready
   */
  async close(): Promise<number> {
    const open = this.#runs.open();
    const active = open.filter(({ state }) => state.is === "working" || state.is === "fetching");
    // All at once: none may begin while another is being written to the store.
    await Promise.all(active.map((run) => this.#worker.abandon(run)));
    // Of those whose handlers have ended the answers reach the store, or a delivery.
    await this.#late.idle();
    const waiting = this.#runs.open().filter(({ state, isLate }) => state.is === "ready" && !(isLate && state.isKept));
    for (const run of waiting) await this.#handOver.sendLate(run);
    // What is being pushed may be refused, and must then still be parked.
    await this.#late.idle();
    return active.length;
  }

  /** A refusal would end the repeats, and what runs must not be dropped; so it is let lapse. */
  #postpone(): Delivered {
    const { clock, log } = this.#parts;
    if (Math.abs(clock.now() - this.#toldFullAt) >= TELL_FULL_MS) {
      this.#toldFullAt = clock.now();
      const message =
        `Handlers that have not ended hold ${OPEN_BYTES} bytes of messages and answers: ` +
        "new messages are left to WeChat, which sends them again";
      log({ level: "warn", event: "notice", message });
    }
    return LAPSED;
  }

  /** Of its message the answer alone is known. */
  #repeat(key: MessageKey, known: RememberedAnswer, { acceptedUntil, receivedAt }: Delivery): Delivered {
    const { reply } = known;
    const nth = known.deliveries + 1;
    this.#runs.keep(key, { reply, deliveries: nth }, acceptedUntil, receivedAt);
    return answered(reply, undefined, { nth, joined: true });
  }

  /** It waits while the store is being written: the answer may be ready before that. */
  #join(run: Run, delivery: Delivery): Promise<Delivered> {
    run.note(delivery, this.#parts.settings.soonestMs);
    const answered = this.#wait(run, delivery, true);
    void this.#worker.join(run);
    return answered;
  }

  async #wait(run: Run, delivery: Delivery, joined: boolean): Promise<Delivered> {
    const here = run.deliveries;
    const wakeup = run.state.is === "given" ? "given" : await this.#sleep(run, delivery);
    const { state } = run;
    const isForeign = state.is === "elsewhere" || (state.is === "given" && state.isForeign);
    const attempt = { nth: here + run.deliveriesElsewhere, joined: joined || isForeign };
    if (state.is === "given") return this.#give(run, state.reply, attempt);
    return this.#giveNothing(run, delivery, wakeup, attempt);
  }

  /** Until the answer is there, the peer has left, or the delivery of WeChat's that this one is must be answered. */
  async #sleep(run: Run, { receivedAt, onClose }: Delivery): Promise<Wakeup> {
    const { settings, services } = this.#parts;
    const { clock } = services; // Its timers keep a program alive that waits for nothing else.
    let timer: unknown;
    let lapse = (): void => {};
    const setTimer = (): void => {
      const leftMs = Math.min(receivedAt, run.lastAt) + settings.deadlineMs - clock.now();
      // No longer than the whole, even if the clock was set back in the meantime.
      const waitMs = Math.min(settings.deadlineMs, Math.max(0, leftMs));
      clock.clearTimeout(timer);
      timer = clock.setTimeout(lapse, waitMs);
    };
    const wakeup = await run.wait((leave) => {
      lapse = () => leave("deadline");
      setTimer();
      onClose?.(() => leave("closed"));
    }, setTimer);
    clock.clearTimeout(timer);
    return wakeup;
  }

  #give(run: Run, reply: Reply | undefined, attempt: Attempt): Delivered {
    const { error } = run;
    run.error = undefined;
    if (attempt.joined) this.#runs.remember(run, reply, run.lastAt);
    return answered(reply, error, attempt);
  }

  /** The time of a delivery is over without an answer. */
  async #giveNothing(run: Run, { receivedAt }: Delivery, wakeup: Wakeup, attempt: Attempt): Promise<Delivered> {
    const { settings } = this.#parts;
    const isLast = !settings.hold || attempt.nth >= settings.deliveries;
    // Another process has had a later one, and it counts: whoever stood still learns of that before its own is over.
    // By more than all of them take it is another clock.
    const behindMs = run.lastAt - receivedAt;
    const isOvertaken = behindMs >= settings.soonestMs && behindMs < settings.deliveries * settings.windowMs;
    if (wakeup === "closed" || !isLast || isOvertaken) return { ...LAPSED, attempt };
    const { notice } = settings;
    const isFetching = run.state.is === "fetching";
    if (isFetching) run.give(notice);
    else void this.#handOver.becomeLate(run);
    // A fetching message has looked by itself, and may hold a piece.
    const reply = notice ?? (isFetching ? undefined : await this.#handOver.giveInstead(run, receivedAt));
    return answered(reply, undefined, attempt);
  }
}

/** @param error what the handler threw */
export function answered(reply: Reply | undefined, error: unknown, attempt: Attempt): Delivered {
  const outcome = error !== undefined ? "failed" : reply === undefined ? "nothing" : "answered";
  return { outcome, reply, error, attempt };
}
