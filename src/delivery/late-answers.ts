/**
 * Where an answer goes that no delivery could take: to `onLate`, out as a customer-service message,
 * or into the line of its follower. The log says where it went.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { failureOf, messageOf } from "../errors.ts";
import { shortenOpenId } from "../log.ts";
import type { Log, LogEntry } from "../log.ts";
import type { Message } from "../protocol/message.ts";
import { TEXT_LIMIT_BYTES } from "../protocol/reply.ts";
import type { Reply } from "../protocol/reply.ts";
import type { DeliverySettings } from "./delivery-options.ts";
import { LINE_BYTES } from "./parking.ts";
import type { Parking } from "./parking.ts";
import { asksForMore, restOf, toPieces, withoutMore } from "./pieces.ts";
import type { Run } from "./runs.ts";
import type { ParkedReply } from "./stored.ts";

/** Sends replies to a follower in their order, and says what is left of them. Never rejects. */
export type PushLate = (
  openId: string,
  replies: readonly Reply[],
) => Promise<{ readonly left: readonly Reply[]; readonly problem: string | undefined }>;

export class LateAnswers {
  readonly #parking: Parking;
  readonly #settings: DeliverySettings;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #push: PushLate | undefined;

  /** @param push missing where late answers wait for the next message */
  constructor(
    parking: Parking,
    settings: DeliverySettings,
    clock: Clock,
    log: Log,
    push: PushLate | undefined,
  ) {
    this.#parking = parking;
    this.#settings = settings;
    this.#clock = clock;
    this.#log = log;
    this.#push = push;
  }

  /** Sends the whole answer of a run on its way. */
  async send(run: Run): Promise<void> {
    const { message } = run;
    if (message === undefined || run.given || run.parked) return;
    run.parked = true;
    const { onLate, limitBytes, more } = this.#settings;
    // Nobody has to ask for these pieces, so they are cut without room for the sentence.
    const whole = run.replies ?? run.pieces.map((reply) => withoutMore(reply, more));
    if (onLate !== undefined) {
      try {
        await onLate(message, toPieces(whole, { limitBytes, more: "" }));
        this.tell(run, "info", "Answer came late and was handed to onLate");
        return;
      } catch (error) {
        this.tell(run, "warn", `onLate failed, answer is parked instead: ${messageOf(error)}`);
      }
    } else if (this.#push !== undefined) {
      await this.#pushAndPark(run, message, whole, this.#push);
      return;
    }
    await this.#park(run, this.#parked(run, run.pieces));
    this.tell(run, "warn", "Answer came late and is parked for the follower's next message");
  }

  /** What cannot be sent is parked, and no more than that. */
  async #pushAndPark(
    run: Run,
    message: Message,
    whole: readonly Reply[],
    push: PushLate,
  ): Promise<void> {
    // A customer-service message holds no more than a reply does, whatever the account's own limit.
    const limitBytes = Math.min(this.#settings.limitBytes, TEXT_LIMIT_BYTES);
    const pushed = { limitBytes, more: "" };
    const replies = toPieces(whole, pushed);
    const { left, problem } = await push(message.FromUserName, replies);
    if (problem === undefined) {
      this.tell(run, "info", "Answer came late and was sent as a customer-service message");
      return;
    }
    const isWhole = left.length === replies.length;
    const rest = toPieces(restOf(whole, replies.length - left.length, pushed), this.#settings);
    // A repeat takes back what is parked under the run's key, to give all of it once more: of an
    // answer that was sent in part it must find nothing.
    const parked = isWhole
      ? this.#parked(run, run.pieces)
      : this.#parked(run, rest).map((each) => ({ ...each, of: `${run.key}\nrest` }));
    await this.#park(run, parked);
    const what = isWhole ? "is parked" : "was sent in part, and the rest is parked";
    this.tell(
      run,
      "warn",
      `Answer came late and ${what} for the follower's next message, since it could not ` +
        `be sent as a customer-service message: ${problem}`,
    );
  }

  /** Parks what did not fit into the answer that a delivery took. */
  async parkRest(run: Run): Promise<void> {
    await this.#park(run, this.#parked(run, run.pieces).slice(1));
  }

  async #park(run: Run, replies: readonly ParkedReply[]): Promise<void> {
    const left = await this.#parking.add(run.follower, replies);
    if (left === 0) return;
    const problem = `Line of the follower is full (${LINE_BYTES} bytes)`;
    this.tell(run, "warn", `${problem}: ${left} of ${replies.length} replies are lost`);
  }

  /** The follower need not wait for this answer any more: it is parked, or will not come. */
  async settle(run: Run): Promise<void> {
    if (!run.gaveUp) return;
    return this.#parking.settle(run.follower).catch(() => {});
  }

  /** Says what became of an answer. */
  tell(run: Run, level: "info" | "warn" | "error", message: string): void {
    this.#log({ ...this.#about(run), level, event: "notice", message });
  }

  /** Says that a handler failed when no delivery waited for it. */
  tellFailure(run: Run, error: unknown): void {
    this.#log({
      ...this.#about(run),
      level: "error",
      event: "failed",
      ...failureOf(error),
    });
  }

  #about(run: Run): Pick<LogEntry, "kind" | "openId"> {
    const { message } = run;
    return { kind: message?.kind, openId: message && shortenOpenId(message.FromUserName) };
  }

  /** Pieces, each with whether the follower was asked to write something for it. */
  #parked(run: Run, pieces: readonly Reply[]): readonly ParkedReply[] {
    const { give, more, keepMs } = this.#settings;
    const until = this.#clock.now() + keepMs;
    return pieces.map((reply, index) => {
      const asked = index === 0 ? give === "instead" : asksForMore(pieces[index - 1], more);
      return { reply, of: run.key, asked, until };
    });
  }
}
