/** The rest of an answer is not read before its beginning, however long the store takes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../src/index.ts";
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
    const long = `${"长".repeat(50)}\n${"文".repeat(50)}`;
    bot.hears("长", () => long);
    bot.on("event", () => long);
    bot.hears("慢", () => clock.sleep(20_000).then(() => "慢答"));
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

  test("is in its turn behind an earlier answer, when its beginning was given too late, and taken back", async () => {
    const { wechat, clock } = slowToSay(6000);
    wechat.say("慢");
    await clock.turn(60_000);
    const sent = wechat.event("CLICK", {}, { deliveries: 1 });
    await clock.turn(30_000);
    const words = [await wechat.ask("1"), await wechat.ask("1"), await wechat.ask("1"), await wechat.ask("1")];
    assert.deepEqual([sent.told, words], [["lapsed"], ["慢答", FIRST, REST, "1!"]]);
  });

  test("goes on before an earlier one, when a further delivery has the beginning that came too late for its own", async () => {
    const clock = new TurnedClock();
    const store = sharing(echostr.openStore("memory", { clock: () => clock.now() }));
    let hasGiven = false;
    const swap: Store["swap"] = async (...words) => {
      if (hasGiven && words[0].startsWith("line")) await clock.sleep(200);
      const swapped = await store.swap(...words);
      const isGiven = words[2]?.includes('"given"') === true && words[2].includes("长");
      if (isGiven && !hasGiven) await clock.sleep(5050);
      hasGiven ||= isGiven;
      return swapped;
    };
    const wechat = new TurnedPlatform({ store: { ...store, swap }, textLimitBytes: 200 }, clock);
    const other = wechat.createBot({ store, textLimitBytes: 200 });
    for (const bot of [wechat.bot, other]) {
      bot.hears("旧", () => `${"旧".repeat(50)}\n${"古".repeat(50)}`);
      bot.hears("长", () => `${"长".repeat(50)}\n${"文".repeat(50)}`);
    }
    await wechat.ask("旧");
    const sent = wechat.say("长", {}, { deliveries: 1, to: [wechat.bot, other] });
    await clock.turn(5100);
    sent.again();
    await clock.turn(2000);
    const words = ["1", "1"].map((word) => wechat.say(word, {}, { to: [other] }));
    await clock.turn(1000);
    assert.deepEqual([...sent.told, ...words.map(({ told }) => told[0])], ["lapsed", FIRST, REST, "古".repeat(50)]);
  });
});
