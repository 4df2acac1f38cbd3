/**
 * A handler ends while the time of the last delivery does, which another process answers: what the one
 * writes and the other reads cross each other on the way to the store.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const NOTICE = "稍等，回复 1";

/** What is read in all: with the message itself, and with two words after it. */
async function readAfter(handlerMs: number, latencyMs: number, notice?: string): Promise<string[]> {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const store = sharing(memory, () => clock.sleep(latencyMs));
  const delivery = notice === undefined ? {} : { late: { notice } };
  const wechat = new TurnedPlatform({ store, delivery }, clock);
  const other = wechat.createBot({ store, delivery });
  for (const bot of [wechat.bot, other]) {
    bot.on("text", async ({ Content }) => {
      if (Content === "慢") await clock.sleep(handlerMs);
      return `${Content}答`;
    });
  }
  const { told } = wechat.send(wireText("慢"), { to: [wechat.bot, wechat.bot, other] });
  await clock.turn(30_000);
  const read = [...told];
  for (let nth = 0; nth < 2; nth += 1) {
    const word = wechat.say("1");
    await clock.turn(5000);
    read.push(...word.told);
  }
  return read;
}

for (const [latencyMs, notice] of [[20, NOTICE], [60, NOTICE], [35, undefined], [47, undefined]] as const) {
  const kind = notice === undefined ? "without a notice" : "with a notice";
  describe(`A handler that ends as its last delivery does, ${latencyMs} ms from the store, ${kind},`, () => {
    test("is read once: with that delivery, or with a word afterwards", async () => {
      for (let handlerMs = 14_200; handlerMs < 14_620; handlerMs += 10) {
        const read = await readAfter(handlerMs, latencyMs, notice);
        assert.equal(read.filter((text) => text === "慢答").length, 1, `${handlerMs} ms: ${read.join(" | ")}`);
        assert.equal(read.at(-1), "1答", `${handlerMs} ms: ${read.join(" | ")}`);
      }
    });
  });
}
