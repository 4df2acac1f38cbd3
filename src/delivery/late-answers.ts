/**
 * Where an answer goes that no delivery could take: to `onLate`, or into the line of its follower.
 * The log says where it went.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { shortenOpenId } from "../log.ts";
import type { Log } from "../log.ts";
import type { Reply } from "../protocol/reply.ts";
import type { DeliverySettings } from "./delivery-options.ts";
import type { Parking, ParkedReply } from "./parking.ts";
import type { Run } from "./run.ts";

export class LateAnswers {
  readonly #parking: Parking;
  readonly #settings: DeliverySettings;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(parking: Parking, settings: DeliverySettings, clock: Clock, log: Log) {
    this.#parking = parking;
    this.#settings = settings;
    this.#clock = clock;
    this.#log = log;
  }

  /** Sends the whole answer of a run on its way. */
  async send(run: Run): Promise<void> {
    const { message } = run;
    if (message === undefined || run.given || run.parked || run.pieces.length === 0) return;
    run.parked = true;
    const { onLate, notice } = this.#settings;
    if (onLate !== undefined) {
      try {
        await onLate(message, run.pieces);
        this.tell(run, "info", "Answer came late and was handed to onLate");
        return;
      } catch (error) {
        this.tell(run, "warn", `onLate failed, answer is parked instead: ${messageOf(error)}`);
      }
    }
    await this.#parking.add(
      run.follower,
      run.pieces.map((reply, index) => this.#parked(run, reply, index > 0 || notice !== undefined)),
    );
    this.tell(run, "warn", "Answer came late and is parked for the follower's next message");
  }

  /** Parks what did not fit into the answer that a delivery took. */
  async parkRest(run: Run): Promise<void> {
    const rest = run.pieces.slice(1);
    if (rest.length === 0) return;
    const asked = this.#settings.more !== "";
    await this.#parking.add(
      run.follower,
      rest.map((reply) => this.#parked(run, reply, asked)),
    );
  }

  /** Says what became of an answer. */
  tell(run: Run, level: "info" | "warn" | "error", message: string): void {
    this.#log({
      level,
      event: "notice",
      kind: run.message?.kind,
      openId: shortenOpenId(run.follower.slice(run.follower.indexOf("\n") + 1)),
      message,
    });
  }

  #parked(run: Run, reply: Reply, asked: boolean): ParkedReply {
    return { reply, of: run.key, asked, until: this.#clock.now() + this.#settings.keepMs };
  }
}
