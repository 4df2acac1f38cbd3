/**
 * An account in safe mode under a turned clock, whose deliveries can be captured and sent again byte
 * for byte, as somebody on the way could.
 *
 * @module
 */
import type { Bot, BotOptions } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireOpenReply, wireReadReply, wireRequest } from "../support/wire.ts";
import type { TurnedClock } from "./turned-clock.ts";

/** A request as it stands on the wire. */
export interface Captured {
  readonly query: string;
  readonly body: string;
}

export class SafeAccount {
  readonly clock: TurnedClock;
  readonly bot: Bot;
  readonly #options: Partial<BotOptions>;
  readonly #secrets: { readonly token: string; readonly encodingAesKey: string; readonly appId: string };

  /** @param letter makes the account's token, key and appid, which no other letter has */
  constructor(letter: string, clock: TurnedClock, options: Partial<BotOptions> = {}) {
    this.clock = clock;
    this.#options = options;
    this.#secrets = {
      token: `safeT0ken${letter}`,
      encodingAesKey: letter.repeat(42).concat("A"),
      appId: `wxsafe${letter}`,
    };
    this.bot = this.createBot();
  }

  /** One more process of the account. */
  createBot(): Bot {
    return echostr.createBot({ ...this.#secrets, clock: this.clock, log: () => {}, ...this.#options });
  }

  /** What WeChat sends now for a message. */
  capture(body: string): Captured {
    const timestamp = String(Math.floor(this.clock.now() / 1000));
    return wireRequest({ ...this.#secrets, timestamp, body, mode: "safe" });
  }

  /** Delivers a request; the answer's text, `success`, or the outcome when there is no answer. */
  async send(captured: Captured, to: Bot = this.bot): Promise<string> {
    const told = this.open(captured, to);
    await this.clock.turn(100);
    return Promise.race([told, "open"]);
  }

  /** The same without waiting. */
  async open(captured: Captured, to: Bot = this.bot): Promise<string> {
    const receivedAt = this.clock.now();
    const answer = await to.callback({ method: "POST", ...captured, receivedAt });
    if (answer.outcome === "refused") throw answer.error;
    if (answer.body === "" || answer.body === "success") return answer.body || answer.outcome;
    const { xml } = wireOpenReply(answer.body, this.#secrets);
    return String(wireReadReply(xml)["Content"]);
  }

  /** Delivers a message three times as WeChat does, until it is answered; all that came of it. */
  async say(body: string): Promise<string[]> {
    const told: string[] = [];
    for (let delivery = 0; delivery < 3; delivery += 1) {
      const place = told.push("open") - 1;
      void this.open(this.capture(body)).then((answer) => (told[place] = answer));
      await this.clock.turn(5000);
      if (told[place] !== "lapsed") break;
    }
    return told;
  }
}
