/** The rest of an answer is not read before its beginning, however long the store takes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { echostr } from "../support/subject.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const FIRST = `${"长".repeat(50)}\n（回复“继续”查看更多）`;
const REST = "文".repeat(50);

/** Two processes and a long answer; the store says only after some time that it was given. */
function slowToSay(ms: number): { wechat: TurnedPlatform; clock: TurnedClock } {
  const clock = new TurnedClock();
  const store = sharing(echostr.openStore("memory", { clock: () => clock.now() }), async () => {});
  const { swap } = store;
  store.swap = async (...words) => {
    const swapped = await swap(...words);
    const isGiven = words[1]?.includes('"ready"') === true && words[2]?.includes('"rest":[{') === true;
    if (isGiven) await clock.sleep(ms);
    return swapped;
  };
  const options = { store, textLimitBytes: 200 };
  const wechat = new TurnedPlatform(options, clock);
  const other = wechat.createBot(options);
  for (const bot of [wechat.bot, other]) {
    bot.hears("长", () => `${"长".repeat(50)}\n${"文".repeat(50)}`);
    bot.on("text", ({ Content }) => `${Content}!`);
  }
  return { wechat, clock };
}

/** What the only delivery got, the word that was written after that time, and two words behind it. */
async function readAfter(storeMs: number, writtenAfterMs: number): Promise<readonly unknown[]> {
  const { wechat, clock } = slowToSay(storeMs);
  const sent = wechat.say("长", {}, { deliveries: 1 });
  await clock.turn(writtenAfterMs);
  const word = wechat.say("1");
  await clock.turn(1000);
  return [sent.told, word.told, await wechat.ask("1"), await wechat.ask("1")];
}

describe("The rest of a long answer", () => {
  test("is fetched when its beginning has been sent, and not before", async () => {
    const { wechat, clock } = slowToSay(1000);
    const sent = wechat.say("长");
    await clock.turn(100);
    const word = wechat.say("1");
    await clock.turn(850);
    assert.deepEqual([sent.told, word.told], [["open"], ["open"]]);
    await clock.turn(200);
    assert.deepEqual([sent.told, word.told], [[FIRST], [REST]]);
    assert.equal(await wechat.ask("1"), "1!");
  });

  test("is fetched after a beginning that was given too late, and taken back", async () => {
    assert.deepEqual(await readAfter(6000, 5100), [["lapsed"], [FIRST], REST, "1!"]);
  });

  test("is free when no delivery can come any more for its beginning, which is then fetched after it", async () => {
    assert.deepEqual(await readAfter(11_000, 10_100), [["lapsed"], [REST], FIRST, "1!"]);
  });
});
