/**
 * A proxy before the server may repeat a delivery by itself, such as nginx does with
 * `proxy_next_upstream non_idempotent`. It is told by its time: WeChat's own come five seconds apart.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../src/index.ts";
import { wireText } from "../support/wire.ts";
import { echostr } from "../support/subject.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

interface Scene {
  readonly wechat: TurnedPlatform;
  readonly clock: TurnedClock;
  runs(): number;
  /** Delivers it once now; what came of it is pushed. It is dropped after five seconds, or so many milliseconds. */
  deliver(to?: "one" | "two", limitMs?: number): string[];
}

/** A handler of so many seconds, in one process or two. */
function scene(seconds: number, isShared: boolean): Scene {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const options = { store: isShared ? sharing(memory) : memory, delivery: { late: { notice: "稍等" } } };
  const wechat = new TurnedPlatform(options, clock);
  const two = isShared ? wechat.createBot(options) : wechat.bot;
  let runs = 0;
  for (const bot of new Set([wechat.bot, two])) {
    bot.on("text", async () => {
      runs += 1;
      await clock.sleep(seconds * 1000);
      return "答";
    });
  }
  const body = wireText("问");
  return {
    wechat,
    clock,
    runs: () => runs,
    deliver(to = "one", limitMs = 5000) {
      const told: string[] = [];
      const startedAt = clock.now();
      const onClose = (left: () => void): void => void clock.setTimeout(left, limitMs);
      void wechat.deliver(body, { to: to === "two" ? two : wechat.bot, onClose }).then(({ outcome, body: answer }) => {
        const text = /<Content><!\[CDATA\[(.*?)\]\]>/.exec(answer)?.[1];
        told.push(`${text ?? outcome} ${clock.now() - startedAt}`);
      });
      return told;
    },
  };
}

for (const isShared of [false, true]) {
  const where = isShared ? "that comes to another process" : "that comes to the same process";
  const repeat = isShared ? "two" : "one";

  describe(`A repeat of a proxy's ${where}`, () => {
    test("is none of WeChat's three: the notice goes out with the last of those, no sooner", async () => {
      const { clock, deliver, runs } = scene(60, isShared);
      const all: string[][] = [];
      for (let nth = 0; nth < 3; nth += 1) {
        all.push(deliver());
        await clock.turn(1000);
        all.push(deliver(repeat));
        await clock.turn(4000);
      }
      const [first, , second, , third] = all;
      assert.deepEqual([first, second, third], [["lapsed 4500"], ["lapsed 4500"], ["稍等 4500"]]);
      assert.equal(runs(), 1);
    });

    test("has the time of the delivery that it repeats, which WeChat will drop", async () => {
      const { clock, deliver } = scene(60, isShared);
      deliver();
      await clock.turn(2000);
      const repeated = deliver(repeat);
      await clock.turn(10_000);
      assert.deepEqual(repeated, ["lapsed 2500"]);
    });

    test("gets the answer as the delivery does that it repeats", async () => {
      const { clock, deliver, runs } = scene(2.95, isShared);
      const first = deliver();
      await clock.turn(1000);
      const repeated = deliver(repeat);
      await clock.turn(10_000);
      assert.equal(first[0], "答 2950");
      assert.match(repeated[0] ?? "", /^答 (1950|20[0-4]\d)$/);
      assert.equal(runs(), 1);
    });

    test("that comes four seconds after is WeChat's, whatever it is, and no sooner one is", async () => {
      for (const [ms, last] of [[3999, "lapsed"], [4000, "稍等"]] as const) {
        const { clock, deliver } = scene(60, isShared);
        deliver();
        await clock.turn(ms);
        deliver(repeat);
        await clock.turn(5000);
        const third = deliver();
        await clock.turn(20_000);
        assert.match(third[0] ?? "", new RegExp(`^${last}`), `${ms} ms`);
      }
    });
  });
}

test("An answer that a proxy's repeat took elsewhere is there for the last delivery, too", async () => {
  const { clock, deliver, runs } = scene(2.95, true);
  // The proxy leaves before the answer is there.
  deliver("one", 900);
  await clock.turn(1000);
  const lost = [deliver("two")];
  await clock.turn(4020);
  lost.push(deliver("two"));
  // Somewhat more than two times of WeChat's have passed since a delivery came to the first process.
  await clock.turn(5020);
  const last = deliver("one");
  await clock.turn(10_000);
  assert.deepEqual([...lost, last].map(([told = ""]) => told.split(" ")[0]), ["答", "答", "答"]);
  assert.equal(runs(), 1);
});

test("A proxy's repeat of the last delivery takes nothing along for which that one had no time", async () => {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const get: Store["get"] = async (key) => {
    if (key.startsWith("line")) await clock.sleep(700);
    return memory.get(key);
  };
  const wechat = new TurnedPlatform({ store: { ...sharing(memory), get } }, clock);
  wechat.bot.hears("慢", () => clock.sleep(20_000).then(() => "慢答"));
  wechat.bot.hears("更慢", () => clock.sleep(60_000).then(() => undefined));
  wechat.bot.on("text", ({ Content }) => `${Content}!`);
  wechat.say("慢");
  await clock.turn(60_000);
  const sent = wechat.say("更慢");
  await clock.turn(13_000);
  sent.again();
  await clock.turn(10_000);
  assert.deepEqual(sent.told, ["lapsed", "lapsed", "success", "success"]);
  const asked = wechat.say("好");
  await clock.turn(3000);
  assert.deepEqual(asked.told, ["慢答\n\n好!"]);
});

test("Many repeats of a proxy's do not make a delivery the last", async () => {
  const { clock, deliver } = scene(60, false);
  const first = deliver();
  const repeats: string[][] = [];
  for (let count = 0; count < 8; count += 1) {
    await clock.turn(490);
    repeats.push(deliver());
  }
  await clock.turn(1080);
  assert.deepEqual([first[0], ...repeats.map(([told = ""]) => told.split(" ")[0])], [
    "lapsed 4500",
    ...Array<string>(8).fill("lapsed"),
  ]);
});
