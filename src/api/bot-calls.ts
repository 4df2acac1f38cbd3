/**
 * What a bot calls by the way: late answers as customer-service messages, and the typing state
 * (对方正在输入). Nothing of it rejects, and what the account may not do is not tried for an hour.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import type { Reply } from "../protocol/reply.ts";
import { isErrcode, NO_RIGHT_ERRCODE } from "./api-error.ts";
import { splitReply } from "./custom-message.ts";
import type { CustomerService } from "./customer-service.ts";
import type { ApiParts } from "./parts.ts";

/** What became of a late answer. */
export interface PushResult {
  /** What was not sent, in its order. */
  readonly left: readonly Reply[];
  /** Why it was not. */
  readonly problem: string | undefined;
}

/** An account without the right may get it; until then a try for each message is of no use. */
const OFF_FOR_MS = 3_600_000;

/** The follower did nothing lately; or it is already shown. Neither is a problem. */
const NO_MATTER: readonly number[] = [45080, 45081];

export class BotCalls {
  readonly #customerService: CustomerService;
  readonly #parts: ApiParts;
  #noPushBefore = 0;
  #noTypingBefore = 0;

  constructor(customerService: CustomerService, parts: ApiParts) {
    this.#customerService = customerService;
    this.#parts = parts;
  }

  /** Sends replies in their order, until one is refused. */
  async pushLate(openId: string, replies: readonly Reply[]): Promise<PushResult> {
    if (this.#isOff(this.#noPushBefore)) {
      return { left: replies, problem: "this account may not send it (48001)" };
    }
    // One by one, as they are sent: what went out must not be given again.
    const messages = replies.flatMap((reply) => splitReply(reply) as Reply[]);
    for (const [index, reply] of messages.entries()) {
      try {
        await this.#customerService.send(openId, reply);
      } catch (error) {
        if (isErrcode(error, [NO_RIGHT_ERRCODE])) this.#noPushBefore = this.#inAnHour();
        const left = index === 0 ? replies : messages.slice(index);
        return { left, problem: messageOf(error) };
      }
    }
    return { left: [], problem: undefined };
  }

  async showTyping(openId: string): Promise<void> {
    if (this.#isOff(this.#noTypingBefore)) return;
    try {
      await this.#customerService.typing(openId);
    } catch (error) {
      // Several may have been under way: one line is enough.
      if (isErrcode(error, NO_MATTER) || this.#isOff(this.#noTypingBefore)) return;
      this.#noTypingBefore = this.#inAnHour();
      const message = `The typing state is not shown for an hour: ${messageOf(error)}`;
      this.#parts.log({ level: "warn", event: "notice", message });
    }
  }

  /** Ends it, where it is shown. */
  async hideTyping(openId: string): Promise<void> {
    if (this.#isOff(this.#noTypingBefore)) return;
    await this.#customerService.typing(openId, false).catch(() => {});
  }

  #inAnHour(): number {
    return this.#parts.clock.now() + OFF_FOR_MS;
  }

  /** A clock that was set back does not hold it up for longer. */
  #isOff(until: number): boolean {
    const leftMs = until - this.#parts.clock.now();
    return leftMs > 0 && leftMs <= OFF_FOR_MS;
  }
}
