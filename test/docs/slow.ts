/**
 * A bot that takes its time, for what the manual says of slow answers.
 *
 * @module
 */
import type { Bot, BotOptions, LogEntry } from "../../src/index.ts";
import { ACCOUNT, field, plainDelivery } from "../server/platform.ts";
import { until } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { TurnedClock } from "./clock.ts";

/** A bot whose handler takes as many seconds as the text says, and a way to deliver to it. */
export class Slow {
  readonly clock: TurnedClock = new TurnedClock();
  readonly log: LogEntry[] = [];
  readonly bot: Bot;
  runs = 0;

  constructor(delivery: BotOptions["delivery"] = {}, more: Partial<BotOptions> = {}) {
    const { clock, log } = this;
    const options = { clock, delivery, log: (entry: LogEntry) => void log.push(entry) };
    this.bot = echostr.createBot({ ...options, ...more, token: ACCOUNT.token });
    this.bot.on("text", async ({ Content }) => {
      this.runs += 1;
      const ms = 1000 * Number(Content);
      if (ms > 0) await new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
      return `${Content} s`;
    });
  }

  /** Whether a line of the log says it. */
  told(words: string): boolean {
    return this.log.some(({ message: said = "" }) => said.includes(words));
  }

  /** Delivers a message, and drops it after five seconds as WeChat does; `undefined`: no answer. */
  async deliver(body: string): Promise<string | undefined> {
    const { clock, bot } = this;
    const { target } = plainDelivery(ACCOUNT, body);
    const dropped = new AbortController();
    const url = `http://127.0.0.1${target}`;
    const request = new Request(url, { method: "POST", body, signal: dropped.signal });
    const { pending } = clock;
    let answer: Response | undefined;
    const answered = bot.fetch(request).then((response) => (answer = response));
    // Reading the body of a request takes a moment that the clock does not see.
    await until("a delivery to be answered or to wait", () => {
      return answer !== undefined || clock.pending > pending;
    });
    for (let waited = 0; waited < 5000 && answer === undefined; waited += 100) {
      await clock.turn(100);
    }
    dropped.abort();
    await answered;
    return answer?.status === 200 ? answer.text() : undefined;
  }
}

export function content(answer: string | undefined): string {
  return field(answer ?? "", "Content");
}
