/**
 * What an account sends by itself: messages, and that it is typing.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { jsonOf, OK, requiredText, textIn, unescapedJsonOf } from "./api-call.ts";
import type { ApiCall } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";
import type { MessageWindows } from "./message-windows.ts";
import { readSentMessage } from "./sent-message.ts";
import type { SentMessage } from "./sent-message.ts";

/** The follower must have done something so recently. */
const TYPING_AFTER_MS = 30_000;
/** So long the phone shows it. */
const TYPING_FOR_MS = 15_000;

/** What it needs of the rest of this side. */
export interface CustomerServiceParts {
  readonly clock: Pick<Clock, "now">;
  readonly windows: MessageWindows;
  readonly hasMedia: (mediaId: string) => boolean;
  readonly onSent: (message: SentMessage) => void;
  readonly onTyping: (openId: string) => void;
}

export class CustomerService {
  readonly #parts: CustomerServiceParts;
  readonly #sent: SentMessage[] = [];
  readonly #typingUntil = new Map<string, number>();

  constructor(parts: CustomerServiceParts) {
    this.#parts = parts;
  }

  /** In the order in which they were sent. */
  get sent(): readonly SentMessage[] {
    return this.#sent;
  }

  /** Whether the follower's phone shows 对方正在输入. */
  isTyping(openId: string): boolean {
    return (this.#typingUntil.get(openId) ?? 0) > this.#parts.clock.now();
  }

  /** POST `message/custom/send`. */
  async send(call: ApiCall): Promise<typeof OK> {
    const { clock, windows, hasMedia } = this.#parts;
    const body = await unescapedJsonOf(call);
    const message = readSentMessage(body, clock.now(), hasMedia);
    windows.take(message.openId, clock.now());
    this.#typingUntil.delete(message.openId);
    this.#sent.push(message);
    this.#parts.onSent(message);
    return OK;
  }

  /** POST `message/custom/typing`. */
  async type(call: ApiCall): Promise<typeof OK> {
    const { clock, windows } = this.#parts;
    const fields = await jsonOf(call);
    const openId = requiredText(fields, "touser", 41009);
    const command = textIn(fields, "command");
    if (command !== "Typing" && command !== "CancelTyping") throw new ApiFailure(45072);
    const last = windows.lastInteraction(openId);
    if (last === undefined || last < clock.now() - TYPING_AFTER_MS) throw new ApiFailure(45080);
    if (command === "CancelTyping") this.#typingUntil.delete(openId);
    else if (this.isTyping(openId)) throw new ApiFailure(45081);
    else this.#typingUntil.set(openId, clock.now() + TYPING_FOR_MS);
    this.#parts.onTyping(openId);
    return OK;
  }
}
