/**
 * What a handler is told beside the message.
 *
 * @module
 */

/** One for each message, shared by all its middleware and handlers. */
export interface Context {
  /** The account's original id: `ToUserName` of the message. */
  readonly account: string;
  /** The follower: `FromUserName` of the message. */
  readonly openId: string;
  /** When the message arrived, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** A place for middleware to leave things for handlers. */
  readonly state: Record<string, unknown>;
  /** Set while a handler of `hears(RegExp)` runs. */
  match: RegExpExecArray | undefined;
  /** Aborts when nobody waits for the answer any more. Hand it to `fetch`. */
  readonly signal: AbortSignal;
}

/** The context of one message. What costs something is made when it is asked for. */
export class MessageContext implements Context {
  readonly account: string;
  readonly openId: string;
  readonly receivedAt: number;
  match: RegExpExecArray | undefined = undefined;
  #state: Record<string, unknown> | undefined;
  #abort: AbortController | undefined;
  #abortReason: Error | undefined;

  constructor(account: string, openId: string, receivedAt: number) {
    this.account = account;
    this.openId = openId;
    this.receivedAt = receivedAt;
  }

  get state(): Record<string, unknown> {
    this.#state ??= Object.create(null) as Record<string, unknown>;
    return this.#state;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#abortReason !== undefined) this.#abort.abort(this.#abortReason);
    }
    return this.#abort.signal;
  }

  /** Tells the handlers that nobody waits any more. */
  abort(reason: Error): void {
    this.#abortReason = reason;
    this.#abort?.abort(reason);
  }
}
