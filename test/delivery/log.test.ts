/** The log tells of each delivery: which one it was, joined or first, how long, and what came. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot, BotOptions, LogEntry } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireEnvelope, wireRequest, wireText, wireXml } from "../support/wire.ts";
import { TurnedClock, settle } from "./turned-clock.ts";

interface Desk {
  readonly bot: Bot;
  readonly clock: TurnedClock;
  readonly entries: LogEntry[];
  /** What the log says of deliveries, without what is the same in all of them. */
  lines(): Partial<LogEntry>[];
  /** Delivers over `fetch`; the peer leaves after `limitMs`. */
  deliver(body: string, limitMs?: number): Promise<void>;
}

function desk(options: Partial<BotOptions> = {}): Desk {
  const clock = new TurnedClock();
  const entries: LogEntry[] = [];
  const log = (entry: LogEntry): void => void entries.push(entry);
  const bot = echostr.createBot({ token: "tok3nOfTheLog", clock, log, ...options });
  return {
    bot,
    clock,
    entries,
    lines: () =>
      entries
        .filter(({ event }) => event !== "notice")
        .map(({ level, event, ms, answer, attempt, joined }) => {
          const line = { level, event, ms, answer, attempt, joined };
          const said = Object.entries(line).filter(([, value]) => value !== undefined);
          return Object.fromEntries(said);
        }),
    async deliver(plain, limitMs = 5000) {
      const timestamp = String(Math.floor(clock.now() / 1000));
      const { query, body } = wireRequest({ token: "tok3nOfTheLog", timestamp, body: plain });
      const peer = new AbortController();
      const { signal } = peer;
      const request = new Request(`http://localhost/wx?${query}`, { method: "POST", body, signal });
      const drop = clock.setTimeout(() => peer.abort(), limitMs);
      void bot.fetch(request).then(() => clock.clearTimeout(drop));
      // The body is read from a stream, which takes a few turns of the event loop.
      for (let round = 0; round < 5; round += 1) await settle();
    },
  };
}

describe("The log", () => {
  test("says of an answer at once no more than it must", async () => {
    const { bot, deliver, lines } = desk();
    bot.on("text", () => "答");
    await deliver(wireText("问"));
    assert.deepEqual(lines(), [{ level: "info", event: "delivery", ms: 0, answer: "text" }]);
  });

  test("names the message in each of its deliveries; an event has no id", async () => {
    const { bot, clock, deliver, entries } = desk();
    bot.on("text", async () => {
      await clock.sleep(6000);
      return "答";
    });
    const id = "7287429385930260481";
    const body = wireText("问", { MsgId: id });
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await deliver(body);
      await clock.turn(5000);
    }
    const event = { MsgType: "event", Event: "MASSSENDJOBFINISH", MsgID: "1", MsgId: "1" };
    await deliver(wireXml(wireEnvelope(event)));
    assert.deepEqual(
      entries.map(({ event, kind, msgId }) => [event, kind, msgId]),
      [["delivery", "text", id], ["delivery", "text", id], ["delivery", "event:masssendjobfinish", undefined]],
    );
  });

  test("says of each delivery of a slow message which one it was and what came of it", async () => {
    const { bot, clock, deliver, lines } = desk();
    bot.on("text", async () => {
      await clock.sleep(12_000);
      return "答";
    });
    const body = wireText("问");
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await deliver(body);
      await clock.turn(5000);
    }
    const all = { level: "info", event: "delivery" };
    assert.deepEqual(lines(), [
      { ...all, ms: 4500, answer: "lapsed" },
      { ...all, ms: 4500, answer: "lapsed", attempt: 2, joined: true },
      { ...all, ms: 2000, answer: "text", attempt: 3, joined: true },
    ]);
  });

  test("says where an answer went that no delivery took", async () => {
    const { bot, clock, deliver, entries } = desk();
    bot.on("text", async ({ Content }) => {
      if (Content === "问") await clock.sleep(20_000);
      return "答";
    });
    const body = wireText("问");
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await deliver(body);
      await clock.turn(5000);
    }
    await clock.turn(30_000);
    await deliver(wireText("还"));
    const told = entries.map(({ answer, message }) => answer ?? message);
    assert.deepEqual(told, [
      "lapsed",
      "lapsed",
      "success",
      "Answer came late and is parked for the follower's next message",
      "A parked answer is sent with this message",
      "text",
    ]);
    for (const entry of entries) assert.equal(entry.openId, "o9Ag…3bGY");
  });

  test("tells of a failure once, with its stack, however often it is delivered", async () => {
    const { bot, deliver, entries, lines } = desk();
    bot.on("text", () => {
      throw new Error("broken");
    });
    bot.onError(() => "出错了");
    const body = wireText("问");
    for (let attempt = 1; attempt <= 3; attempt += 1) await deliver(body);
    assert.deepEqual(lines().map(({ answer }) => answer), ["text", "text", "text"]);
    const failed = entries.filter(({ stack }) => stack !== undefined);
    assert.equal(failed.length, 1);
    assert.match(failed[0]?.stack ?? "", /broken/);
  });

  test("tells of a peer that left before the deadline as of a delivery that lapsed", async () => {
    const { bot, clock, deliver, lines } = desk();
    bot.on("text", () => new Promise<string>(() => {}));
    await deliver(wireText("问"), 1000);
    await clock.turn(1000);
    assert.deepEqual(lines(), [{ level: "info", event: "delivery", ms: 1000, answer: "lapsed" }]);
  });
});
