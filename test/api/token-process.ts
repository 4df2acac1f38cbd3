/**
 * One process of an account, for `processes.test.ts`: started with `fork`, it makes calls when it
 * is told to, by a clock that it is told, and tells what came of them. It ends with the one that
 * started it.
 *
 * @module
 */
import type { ApiOptions, Clock } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

/** So many calls at once, at this time. */
export interface Round {
  readonly now: number;
  readonly calls: number;
}

/** What came of them: an errcode, a code, or `ok`. */
export interface RoundResult {
  readonly outcomes: readonly string[];
  readonly notices: readonly string[];
}

const { STORE, BASE, KIND } = process.env;

let now = 0;
/** It tells the test's time; what waits waits by the machine's, in a tenth of the time. */
const clock: Clock = {
  now: () => now,
  setTimeout: (run, ms) => setTimeout(run, ms / 10),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

process.once("disconnect", () => process.exit());

const notices: string[] = [];
const onNotice = (notice: string): void => void notices.push(notice);
const api = echostr.createApi({
  appId: APP_ID,
  appSecret: SECRET,
  base: BASE,
  token: KIND as ApiOptions["token"],
  store: echostr.openStore(STORE, { onNotice, clock: () => now }),
  // A tenth of it, by the clock above.
  timeoutMs: 100_000,
  clock,
  log: ({ message = "" }) => onNotice(message),
});

process.on("message", (round: Round) => {
  now = round.now;
  void play(round).then((result) => process.send?.(result));
});

async function play({ calls }: Round): Promise<RoundResult> {
  const outcomes = await Promise.all(Array.from({ length: calls }, call));
  return { outcomes, notices: notices.splice(0) };
}

async function call(): Promise<string> {
  try {
    await api.callbackIps();
    return "ok";
  } catch (error) {
    const { errcode, code, message } = error as { errcode?: number; code?: string } & Error;
    return String(errcode ?? code ?? message);
  }
}

process.send?.({ ready: true });
