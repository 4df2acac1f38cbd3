/**
 * A bot over a shared store that notes what is asked of it.
 *
 * @module
 */
import type { BotOptions, LateOptions } from "../../src/index.ts";
import { NotingStore } from "./noting-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

export interface Scene {
  readonly wechat: TurnedPlatform;
  readonly clock: TurnedClock;
  readonly store: NotingStore;
  /** How often handlers ran. */
  runs(): number;
}

/** 慢 takes so many milliseconds; the rest is echoed. */
export function scene(ms: number = 6000, late: LateOptions = {}, options: Partial<BotOptions> = {}): Scene {
  const clock = new TurnedClock();
  const store = new NotingStore(clock, true);
  const wechat = new TurnedPlatform({ store, delivery: { late }, ...options }, clock);
  let runs = 0;
  wechat.bot.hears(/^慢/, async () => {
    runs += 1;
    await clock.sleep(ms);
    return "慢答";
  });
  wechat.bot.hears("长", () => "长".repeat(700));
  wechat.bot.on("text", ({ Content }) => `${Content}!`);
  return { wechat, clock, store, runs: () => runs };
}
