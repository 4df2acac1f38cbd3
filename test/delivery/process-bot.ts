/**
 * The bot of a process that a test has started with `fork`: where its store is and what its delivery is
 * to be comes in the environment, what its store and its log say goes to the one that started it. It ends
 * with that one.
 *
 * @module
 */
import { closeSync, openSync, writeSync } from "node:fs";
import type { Bot, DeliveryOptions, OpenStoreOptions, Store } from "../../src/index.ts";
import { ACCOUNT } from "../server/platform.ts";
import { echostr } from "../support/subject.ts";

/** What a test may decide, as JSON in `OPTIONS`. */
export interface ProcessOptions {
  readonly delivery?: DeliveryOptions;
  readonly redis?: OpenStoreOptions["redis"];
}

export interface ProcessBot {
  readonly bot: Bot;
  readonly store: Store;
  /** Writes a line into the file `NOTES`, which processes append to at once and which outlives a kill. */
  note(...words: readonly (string | number)[]): void;
}

export function processBot(): ProcessBot {
  const { STORE, NOTES = "", OPTIONS = "{}" } = process.env;
  const { delivery, redis } = JSON.parse(OPTIONS) as ProcessOptions;
  const file = openSync(NOTES, "a");
  process.once("disconnect", () => process.exit());
  process.once("exit", () => closeSync(file));
  const store = echostr.openStore(STORE, {
    onNotice: (notice) => process.send?.({ notice }),
    ...(redis !== undefined && { redis }),
  });
  const bot = echostr.createBot({
    token: ACCOUNT.token,
    store,
    delivery,
    log: ({ level, message, stack }) => {
      if (level === "error") process.send?.({ notice: stack ?? message });
    },
  });
  return { bot, store, note: (...words) => void writeSync(file, `${words.join(" ")}\n`) };
}
