/**
 * Once per message, and in time.
 *
 * WeChat waits five seconds for an answer, drops the connection, and sends the same message again,
 * three times in all. Here the message has one run of its handler, and each delivery waits for it:
 *
 * ```text
 * 0 s   first delivery ──> handler starts        4.5 s  no answer: let it lapse, say nothing
 * 5 s   second delivery ─> joins the run         9.5 s  no answer: let it lapse
 * 10 s  third delivery ──> joins the run        14.5 s  no answer: notice or success; the answer is
 *                                                       parked for the follower's next message
 * ```
 *
 * A lapsed delivery is not answered with `success`: that would tell WeChat to stop repeating.
 *
 * @module
 */
import { MessageContext } from "../bot/context.ts";
import type { Services } from "../bot/context.ts";
import { deliveryKey, SEED_BYTES } from "../bot/keys.ts";
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Message } from "../protocol/message.ts";
import { FIRST, POSTPONED, REPEATED } from "./delivered.ts";
import type { Attempt, Delivered } from "./delivered.ts";
import type { DeliverySettings } from "./delivery-options.ts";
import { LateAnswers } from "./late-answers.ts";
import type { PushLate } from "./late-answers.ts";
import { Parking } from "./parking.ts";
import { RunWorker } from "./run-worker.ts";
import type { RunHandler } from "./run-worker.ts";
import { OPEN_BYTES, Run, Runs } from "./runs.ts";
import type { Wakeup } from "./runs.ts";
import { SharedRuns } from "./shared-runs.ts";

export type { Delivered } from "./delivered.ts";

/** A delivery of a message. */
export interface Delivery {
  readonly message: Message;
  /** Of the body that it came in, in code units or bytes. */
  readonly size: number;
  /** In milliseconds since 1970. */
  readonly receivedAt: number;
  /**
   * When this very request will be too old to be accepted, in milliseconds since 1970. Until then
   * whoever has captured it may send it again.
   */
  readonly acceptedUntil: number;
  /** Calls back when the peer has left. */
  readonly onClose?: ((left: () => void) => void) | undefined;
}

/** What the engine is made from. */
export interface EngineParts {
  readonly settings: DeliverySettings;
  readonly services: Services;
  readonly clock: Clock;
  readonly log: Log;
  readonly runHandler: RunHandler;
  /** Sends customer-service messages; missing where late answers wait for the next message. */
  readonly push: PushLate | undefined;
  /** A name that no other process has. */
  readonly owner: string;
  /** Fresh random bytes. */
  readonly random: (size: number) => Uint8Array;
}

/** What a bot does with deliveries. */
export interface DeliveryService extends Pick<DeliveryEngine, "deliver"> {
  close(): Promise<void>;
}

/**
 * An engine that is made with its first message: some runtimes have no random bytes while a module is
 * loaded.
 */
export function createDelivery(parts: () => EngineParts): DeliveryService {
  let engine: DeliveryEngine | undefined;
  return {
    deliver: (delivery) => (engine ??= new DeliveryEngine(parts())).deliver(delivery),
    close: async () => void (await engine?.close()),
  };
}

/** How often the log says that there is no room. */
const TELL_FULL_MS = 60_000;

export class DeliveryEngine {
  readonly #parts: EngineParts;
  readonly #runs: Runs;
  readonly #shared: SharedRuns | undefined;
  readonly #parking: Parking;
  readonly #late: LateAnswers;
  readonly #worker: RunWorker;
  #toldFullAt = -Infinity;

  constructor(parts: EngineParts) {
    const { services, clock, owner, settings, log, runHandler, push } = parts;
    const { store } = services;
    this.#runs = new Runs(parts.random(SEED_BYTES));
    this.#parts = parts;
    this.#shared = store.shared ? new SharedRuns(store, clock, owner) : undefined;
    this.#parking = new Parking(store, clock, owner);
    this.#late = new LateAnswers(this.#parking, settings, clock, log, push);
    this.#worker = new RunWorker({
      settings,
      clock,
      runHandler,
      runs: this.#runs,
      shared: this.#shared,
      parking: this.#parking,
      late: this.#late,
    });
  }

  /**
   * Answers a delivery: starts the handler, or joins the run of an earlier one. Never throws or
   * rejects.
   */
  deliver(delivery: Delivery): Delivered | Promise<Delivered> {
    const key = deliveryKey(this.#parts.services.accountId, delivery.message);
    const known = this.#runs.get(key);
    if (known === "delivered") return REPEATED;
    if (known === undefined && !this.#runs.hasRoom(delivery.size)) return this.#postpone();
    const run = known ?? this.#begin(key, delivery);
    run.deliveries += 1;
    run.lastAt = delivery.receivedAt;
    run.acceptedUntil = Math.max(run.acceptedUntil, delivery.acceptedUntil);
    if (known === undefined && run.done) return this.#give(run, FIRST);
    return this.#deliverLater(run, delivery, known !== undefined);
  }

  async #deliverLater(run: Run, delivery: Delivery, joined: boolean): Promise<Delivered> {
    const here = run.deliveries;
    if (joined) {
      run.arriving += 1;
      await this.#join(run);
      run.arriving -= 1;
    }
    const wakeup = run.done ? "done" : await this.#wait(run, delivery);
    const nth = here + run.deliveriesElsewhere;
    if (wakeup === "done") {
      // Not after the last delivery was answered without it: what comes then may be anybody's.
      if (run.parked && !run.gaveUp) await this.#unpark(run);
      return this.#give(run, { nth, joined: joined || run.elsewhere });
    }
    return this.#giveNothing(run, wakeup, { nth, joined });
  }

  /**
   * Stops: parks the answers that waited for a delivery, tells the handlers that nobody waits any
   * more, and lets other processes run them.
   *
   * @returns how many answers were still in the making
   */
  async close(): Promise<number> {
    const owed = this.#runs.owed();
    const active = owed.filter((run) => !run.done);
    for (const run of active) {
      this.#parts.clock.clearTimeout(run.timer);
      run.abandoned = true;
      run.stopKeeping?.();
      run.context?.abort(new Error("The server is shutting down"));
      await this.#shared?.abandon(run.key);
      this.#late.tell(run, "warn", "Answer was still in the making when the server stopped");
    }
    for (const run of owed.filter((each) => each.done)) {
      this.#parts.clock.clearTimeout(run.timer);
      await this.#worker.sendLate(run);
    }
    // What is being pushed may be refused, and must then still be parked.
    await this.#worker.idle();
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
    return POSTPONED;
  }

  #begin(key: string, { message, size, receivedAt, acceptedUntil }: Delivery): Run {
    const { ToUserName, FromUserName } = message;
    const { services } = this.#parts;
    const context = new MessageContext(ToUserName, FromUserName, receivedAt, services);
    const run = new Run(key, message, context);
    run.size = size;
    run.acceptedUntil = acceptedUntil;
    this.#worker.start(run, message, context);
    // What was answered at once is remembered by its answer alone.
    if (!run.done) this.#runs.add(run);
    return run;
  }

  /** A repeat after its answer was parked takes it back, unless the follower has it already. */
  async #unpark(run: Run): Promise<void> {
    if (await this.#parking.remove(run.follower, run.key).catch(() => false)) run.parked = false;
  }

  /** Counts a repeat for all processes. */
  async #join(run: Run): Promise<void> {
    if (this.#shared === undefined || run.done) return;
    const known = run.deliveries + run.deliveriesElsewhere - 1;
    const count = await this.#shared
      .countDelivery(run.key, known, run.lastAt)
      .catch(() => known + 1);
    run.deliveriesElsewhere = count - run.deliveries;
  }

  async #wait(run: Run, { receivedAt, onClose }: Delivery): Promise<Wakeup> {
    const { clock, settings } = this.#parts;
    let timer: unknown;
    const wakeup = await run.wait((leave) => {
      const leftMs = receivedAt + settings.deadlineMs - clock.now();
      // No longer than the whole, though the clock was set back meanwhile.
      const waitMs = Math.min(settings.deadlineMs, Math.max(0, leftMs));
      timer = clock.setTimeout(() => leave("deadline"), waitMs);
      onClose?.(() => leave("closed"));
    });
    clock.clearTimeout(timer);
    return wakeup;
  }

  #give(run: Run, attempt: Attempt): Delivered | Promise<Delivered> {
    const { givenNoted } = run;
    const error = run.errorTold ? undefined : run.error;
    run.errorTold = true;
    const reply = run.parked ? undefined : run.pieces[0];
    const outcome = error !== undefined ? "failed" : reply === undefined ? "nothing" : "answered";
    const delivered: Delivered = { outcome, reply, error, attempt };
    if (!run.parked) this.#runs.remember(run, run.lastAt);
    if (reply === undefined || givenNoted) return delivered;
    run.given = true;
    run.givenNoted = true;
    this.#parts.clock.clearTimeout(run.timer);
    if (this.#shared === undefined && run.pieces.length === 1) return delivered;
    return this.#noteGiven(run).then(() => delivered);
  }

  /** Once for a message: the answer is no longer late, and what did not fit into it is parked. */
  async #noteGiven(run: Run): Promise<void> {
    try {
      const isFirst = (await this.#shared?.isFirstToGive(run)) ?? true;
      if (isFirst && run.pieces.length > 1) await this.#late.parkRest(run);
    } catch (error) {
      this.#late.tell(run, "error", `Store failed: ${messageOf(error)}`);
    }
  }

  /** The time of a delivery is over, and there is no answer. */
  #giveNothing(run: Run, wakeup: Wakeup, attempt: Attempt): Delivered {
    const { settings } = this.#parts;
    this.#limitRun(run);
    const told = { error: undefined, attempt };
    const { before } = run;
    const more = before === undefined && settings.hold && attempt.nth < settings.deliveries;
    if (wakeup === "closed" || more) return { outcome: "lapsed", reply: undefined, ...told };
    run.before = undefined;
    run.gaveUp = true;
    if (run.context !== undefined) run.context.late = true;
    void this.#shared?.mark(run, "gave up").catch(() => {});
    // A message that waits itself promises nothing new: the wait must have an end.
    if (before === undefined && settings.notice !== undefined && !run.waitsForEarlier) {
      run.owed = true;
      void this.#parking.owe(run.follower).catch(() => {});
    }
    const reply = before ?? settings.notice;
    return { outcome: reply === undefined ? "nothing" : "answered", reply, ...told };
  }

  /** A handler that never ends is waited for as long as its answer would be kept, no longer. */
  #limitRun(run: Run): void {
    const { clock, settings } = this.#parts;
    if (run.timer !== undefined || run.done || run.abandoned) return;
    run.timer = clock.setTimeout(() => {
      run.context?.abort(new Error("Nobody waits for the answer any more"));
      this.#runs.forget(run, clock.now());
      void this.#late.settle(run);
      this.#late.tell(run, "error", "Handler did not end; its answer is not waited for any more");
    }, settings.keepMs);
  }
}
