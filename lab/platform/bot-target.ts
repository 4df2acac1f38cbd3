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
import { LabNoAnswer } from "./no-answer.ts";
import type { BotLike, LabRequest, LabResponse, NoAnswerReason, Target } from "./types.ts";
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
  return { send: (request) => send(bot, address, clock, request) };
}

function send(
  bot: BotLike,
  address: string,
  clock: Clock,
  labRequest: LabRequest,
): Promise<LabResponse> {
  const startedAt = clock.now();
  const elapsed = (): number => clock.now() - startedAt;
  const connection = new AbortController();
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clock.clearTimeout(timer);
      labRequest.signal?.removeEventListener("abort", onAbort);
    };
    const fail = (reason: NoAnswerReason, message: string, cause?: unknown): void => {
      settle();
      reject(new LabNoAnswer(reason, elapsed(), message, { cause }));
      connection.abort();
    };
    const onAbort = (): void => fail("aborted", "The request was given up");
    const timer = clock.setTimeout(() => {
      fail("timeout", `No whole answer came within ${labRequest.timeoutMs} ms`);
    }, labRequest.timeoutMs);
    if (labRequest.signal?.aborted === true) return onAbort();
    labRequest.signal?.addEventListener("abort", onAbort, { once: true });
    ask(bot, address, labRequest, connection.signal).then(
      (answer) => {
        settle();
        resolve({ ...answer, ms: elapsed() });
      },
      (error: unknown) => fail("reset", `The bot's fetch was rejected: ${messageOf(error)}`, error),
    );
  });
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
