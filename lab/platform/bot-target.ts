/**
 * A bot in the same process, asked through its `fetch`: no socket, no port, and no real time.
 *
 * When the time is over the request's signal is aborted, as a host aborts it when its peer has
 * left, and what the bot answers after that goes nowhere.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { messageOf } from "../../src/errors.ts";
import { readAnswer } from "./answer-bytes.ts";
import type { BotLike, LabRequest, LabResponse, Target } from "./types.ts";
import { untilAnswered } from "./until-answered.ts";
import { waitingClock } from "../../src/clock.ts";

/** What is not in `BotLike`. */
export interface BotTargetOptions {
  readonly clock?: Clock | undefined;
}

/**
 * @example
 * const target = createBotTarget(createBot({ token: "xxxx" }));
 */
export function createBotTarget(bot: BotLike, options: BotTargetOptions = {}): Target {
  const clock = options.clock ?? waitingClock;
  // A bot with the path "*" answers everywhere.
  const address = `http://bot.test${bot.path === "*" ? "/" : bot.path}`;
  return {
    send: (request) =>
      untilAnswered(request, clock, (answer, fail) => {
        const connection = new AbortController();
        ask(bot, address, request, connection.signal).then(answer, (error: unknown) =>
          fail("reset", `The bot's fetch was rejected: ${messageOf(error)}`, error),
        );
        return () => connection.abort();
      }),
  };
}

async function ask(
  bot: BotLike,
  address: string,
  { method, query, headers, body }: LabRequest,
  signal: AbortSignal,
): Promise<Omit<LabResponse, "ms">> {
  const init: RequestInit = { method, headers, signal };
  if (body !== undefined) init.body = typeof body === "string" ? body : new Uint8Array(body);
  const request = new Request(query === "" ? address : `${address}?${query}`, init);
  const response = await bot.fetch(request);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await readAnswer(response.body ?? new Blob().stream()),
  };
}
