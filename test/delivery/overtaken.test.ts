/**
 * A delivery that lies in a process which stands still until WeChat has dropped it, while the next one comes to
 * another process. When it goes on, the process learns from the store of the next one before its own is over.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot, Clock, LateOptions } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

/** The clock of a process that can stand still: what is due meanwhile is done when it goes on, in its order. */
class StoppedClock implements Clock {
  readonly #clock: TurnedClock;
  #due: (() => void)[] | undefined;

  constructor(clock: TurnedClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(run: () => void, ms: number): unknown {
    return this.#clock.setTimeout(() => void (this.#due === undefined ? run() : this.#due.push(run)), ms);
  }

  clearTimeout(timer: unknown): void {
    this.#clock.clearTimeout(timer);
  }

  stop(): void {
    this.#due = [];
  }

  async goOn(): Promise<void> {
    const due = this.#due ?? [];
    this.#due = undefined;
    for (const run of due) {
      run();
      await this.#clock.turn(0);
    }
  }
}

interface Scene {
  readonly clock: TurnedClock;
  /** The one that will stand still, and the other. */
  readonly one: Bot;
  readonly two: Bot;
  readonly stopped: StoppedClock;
  /** Which handlers were told, when they ended, that their last delivery had been answered. */
  readonly late: boolean[];
  /** Delivers a question whose handler takes a minute; WeChat's leaving is not heard of. What came of it is pushed. */
  deliver(to: Bot): string[];
}

/** @param hasAnswer an answer to an earlier message waits for the follower */
async function scene(late: LateOptions, hasAnswer: boolean): Promise<Scene> {
  const clock = new TurnedClock();
  const memory = echostr.openStore("memory", { clock: () => clock.now() });
  const options = { store: sharing(memory), delivery: { late } };
  const wechat = new TurnedPlatform(options, clock);
  const stopped = new StoppedClock(clock);
  const [one, two] = [wechat.createBot({ ...options, clock: stopped }), wechat.bot];
  const isLate: boolean[] = [];
  for (const bot of [one, two]) {
    bot.hears("慢", () => clock.sleep(16_000).then(() => "慢答"));
    bot.hears("更慢", async (_message, context) => {
      await clock.sleep(13_000);
      isLate.push(context.late);
      await clock.sleep(47_000);
      return undefined;
    });
  }
  if (hasAnswer) {
    wechat.say("慢");
    await clock.turn(30_000);
  }
  const body = wireText("更慢");
  const deliver = (to: Bot): string[] => {
    const told: string[] = [];
    void wechat.deliver(body, { to }).then(({ outcome, body: answer }) => {
      told.push(/<Content><!\[CDATA\[(.*?)\]\]>/.exec(answer)?.[1] ?? outcome);
    });
    return told;
  };
  return { clock, one, two, stopped, late: isLate, deliver };
}

/**
 * What the three deliveries get: the second one comes to the process that stands still until the third has come.
 *
 * @param ms the third one comes so long after the second
 */
async function overtaken({ clock, one, two, stopped, deliver }: Scene, ms = 5000): Promise<string[]> {
  const first = deliver(two);
  await clock.turn(5000);
  const second = deliver(one);
  await clock.turn(3000);
  stopped.stop();
  await clock.turn(ms - 3000);
  const third = deliver(two);
  await clock.turn(6500 - ms);
  await stopped.goOn();
  await clock.turn(10_000);
  return [first, second, third].map((told) => told.join(" "));
}

describe("A delivery that was dropped in a process that stood still, behind which another one came elsewhere,", () => {
  for (const ms of [4000, 5000]) {
    test(`is not the last one, and what waits for the follower goes out with that, which came ${ms} ms later`, async () => {
      assert.deepEqual(await overtaken(await scene({}, true), ms), ["lapsed", "lapsed", "慢答"]);
    });
  }

  test("tells nobody that the last one has been answered", async () => {
    const made = await scene({ notice: "稍等，回复 1" }, false);
    assert.deepEqual(await overtaken(made), ["lapsed", "lapsed", "稍等，回复 1"]);
    assert.deepEqual(made.late, [false]);
  });

  test("gets nothing of what waits where none is held either", async () => {
    const { clock, one, two, stopped, deliver } = await scene({ hold: false }, true);
    const first = deliver(one);
    await clock.turn(3000);
    stopped.stop();
    await clock.turn(2100);
    const second = deliver(two);
    await clock.turn(500);
    await stopped.goOn();
    await clock.turn(10_000);
    assert.deepEqual([first, second], [["lapsed"], ["慢答"]]);
  });
});
