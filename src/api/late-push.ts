/**
 * Late answers as customer-service messages: sent one after the other until the platform refuses,
 * so that the caller knows exactly which are still to be given some other way.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import type { Reply } from "../protocol/reply.ts";
import { isErrcode } from "./api-error.ts";
import { splitReply } from "./custom-message.ts";
import type { CustomerService } from "./customer-service.ts";
import { NO_RIGHT_ERRCODE } from "./errcodes.ts";
import type { ApiParts } from "./parts.ts";

/** What became of a late answer. */
export interface PushResult {
  /** What was not sent, in its order. */
  readonly left: readonly Reply[];
  /** Why it was not. */
  readonly problem: string | undefined;
}

/** An account without the right may get it; until then a try for each answer is of no use. */
const NOT_ALLOWED_FOR_MS = 3_600_000;

export class LatePush {
  readonly #customerService: CustomerService;
  readonly #parts: Pick<ApiParts, "clock">;
  #notAllowedUntil = 0;

  constructor(customerService: CustomerService, parts: Pick<ApiParts, "clock">) {
    this.#customerService = customerService;
    this.#parts = parts;
  }

  /** Sends the replies in their order. Never rejects. */
  async send(openId: string, replies: readonly Reply[]): Promise<PushResult> {
    if (this.#parts.clock.now() < this.#notAllowedUntil) {
      return { left: replies, problem: "this account may not send it (48001)" };
    }
    // One by one, as they are sent: what went out must not be given again.
    const messages = replies.flatMap((reply) => splitReply(reply) as Reply[]);
    for (const [index, reply] of messages.entries()) {
      try {
        await this.#customerService.send(openId, reply);
      } catch (error) {
        if (isErrcode(error, [NO_RIGHT_ERRCODE])) {
          this.#notAllowedUntil = this.#parts.clock.now() + NOT_ALLOWED_FOR_MS;
        }
        const left = index === 0 ? replies : messages.slice(index);
        return { left, problem: messageOf(error) };
      }
    }
    return { left: [], problem: undefined };
  }
}
