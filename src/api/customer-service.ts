/**
 * Writing to a follower who has not just asked: customer-service messages (客服消息).
 *
 * Only verified accounts may do so, and only to followers who have been active: after a message five messages
 * within 48 hours, after a click on the menu, a follow or a scan three within a minute. Nothing is ever sent
 * twice: when the platform's answer is lost, the call fails, and the caller decides.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { Reply } from "../protocol/reply.ts";
import { someText } from "../options.ts";
import type { Table } from "../options.ts";
import { requireText } from "./api-error.ts";
import { aSignal, readInput } from "./call-options.ts";
import type { Caller } from "./caller.ts";
import { splitReply, toCustomMessage } from "./custom-message.ts";
import type { CustomMessage } from "./custom-message.ts";

/** How a customer-service message is sent. */
export interface SendOptions {
  /** The human agent in whose name it is sent, such as `test1@test`. */
  readonly kfAccount?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const SENDING = {
  kfAccount: { check: someText },
  signal: { check: aSignal },
} satisfies Table<SendOptions>;

const SEND = "/cgi-bin/message/custom/send";
const TYPING = "/cgi-bin/message/custom/typing";

export class CustomerService {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Sends a message. A text of more than 1,800 bytes goes out as several, one after the other.
   *
   * @param message what a handler may return, `msgmenu(…)`, `miniprogrampage(…)`, or any kind in
   *   WeChat's own form, such as `{ msgtype: "wxcard", wxcard: { card_id } }`
   * @throws ApiError 45015 after 48 hours, 45047 when there were too many, 48001 when the account
   *   may not; EchostrError `API_UNREACHABLE`: it is not known whether the message was sent
   *
   * @example
   * await context.api.customerService.send(context.openId, "稍后的回答");
   */
  async send(
    openId: string,
    message: string | Reply | CustomMessage,
    options: SendOptions = {},
  ): Promise<void> {
    requireText("Openid", openId);
    const { kfAccount, signal } = readInput(SENDING, options);
    const agent = kfAccount === undefined ? {} : { customservice: { kf_account: kfAccount } };
    const parts = splitReply(message).map(toCustomMessage);
    for (const [sent, part] of parts.entries()) {
      // A message in WeChat's own form may bring both with it; what was asked for here counts.
      const body = { ...part, touser: openId, ...agent };
      await this.#caller.json(SEND, body, {}, { signal }).catch((error: unknown) => {
        // The reason of a signal is its owner's, and that of a DOMException cannot be changed.
        if (sent > 0 && error instanceof EchostrError) {
          error.message += `; ${sent} of the ${parts.length} messages that the text takes were sent`;
        }
        throw error;
      });
    }
  }

  /**
   * Shows 对方正在输入 for 15 s or until the next message; only within 30 s of something that the
   * follower did.
   *
   * @param on false ends it
   */
  async typing(openId: string, on: boolean = true): Promise<void> {
    requireText("Openid", openId);
    await this.#caller.json(TYPING, { touser: openId, command: on ? "Typing" : "CancelTyping" });
  }
}
