/**
 * The typing state (对方正在输入) as something that is shown by the way: where it cannot be shown, the log
 * says so in one line, and it is not tried for an hour. Nothing else depends on it.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import { isErrcode } from "./api-error.ts";
import type { CustomerService } from "./customer-service.ts";
import type { ApiParts } from "./parts.ts";

/** An account without the right may get it; until then a try for each message is of no use. */
const OFF_FOR_MS = 3_600_000;

/** The follower did nothing lately; or it is already shown. Neither is a problem. */
const NO_MATTER: readonly number[] = [45080, 45081];

export class TypingState {
  readonly #customerService: CustomerService;
  readonly #parts: Pick<ApiParts, "clock" | "log">;
  #offUntil = 0;

  constructor(customerService: CustomerService, parts: Pick<ApiParts, "clock" | "log">) {
    this.#customerService = customerService;
    this.#parts = parts;
  }

  /** A clock that was set back does not hold it up for longer. */
  get #isOff(): boolean {
    const leftMs = this.#offUntil - this.#parts.clock.now();
    return leftMs > 0 && leftMs <= OFF_FOR_MS;
  }

  /** Shows it. Never rejects. */
  async show(openId: string): Promise<void> {
    const { clock, log } = this.#parts;
    if (this.#isOff) return;
    try {
      await this.#customerService.typing(openId);
    } catch (error) {
      if (isErrcode(error, NO_MATTER)) return;
      // Several may have been under way: one line is enough.
      const isTold = this.#isOff;
      this.#offUntil = clock.now() + OFF_FOR_MS;
      if (isTold) return;
      const message = `The typing state is not shown for an hour: ${messageOf(error)}`;
      log({ level: "warn", event: "notice", message });
    }
  }

  /** Ends it, where it is shown. Never rejects. */
  async hide(openId: string): Promise<void> {
    if (this.#isOff) return;
    await this.#customerService.typing(openId, false).catch(() => {});
  }
}
