/** A follower who writes again before the first answer is there gets both. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LateOptions } from "../../src/index.ts";
import { imageMessage } from "./slow-bots.ts";
import { settle } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";
import type { Sent } from "./turned-platform.ts";

/** Texts such as `a 20` are answered with `A` after 20 s. */
function alphabet(late: LateOptions = {}): TurnedPlatform {
  const wechat = new TurnedPlatform({ delivery: { late }, textLimitBytes: 200 });
  wechat.bot.on("text", async ({ Content }) => {
    const [word = "", seconds = "0"] = Content.split(" ");
    if (seconds !== "0") await wechat.clock.sleep(Number(seconds) * 1000);
    return word.toUpperCase();
  });
  return wechat;
}

/** All that the follower has read, in the order in which the messages were sent. */
function readBy(sent: readonly Sent[]): string[] {
  return sent.flatMap(({ told }) => told.filter((text) => !/^(lapsed|success|open)$/.test(text)));
}

describe("A follower who writes again while the first answer is being made", () => {
  test("gets both answers, each with its own message", async () => {
    const wechat = alphabet();
    const first = wechat.say("a 6");
    await wechat.clock.turn(1000);
    const second = wechat.say("b 6");
    await wechat.clock.turn(60_000);
    assert.deepEqual([first.told, second.told], [["lapsed", "A"], ["lapsed", "B"]]);
  });

  test("gets the second at once, though the first is late", async () => {
    const wechat = alphabet();
    const first = wechat.say("a 20");
    await wechat.clock.turn(16_000);
    const second = wechat.say("b");
    await wechat.clock.turn(60_000);
    assert.deepEqual([first.told, second.told], [["lapsed", "lapsed", "success"], ["B"]]);
    assert.equal(await wechat.ask("c"), "A\n\nC");
  });

  test("gets two late answers in the order in which they were asked for", async () => {
    for (const [first, second] of [["a 20", "b 25"], ["a 25", "b 20"]] as const) {
      const wechat = alphabet({ notice: "稍等" });
      wechat.say(first);
      await wechat.clock.turn(1000);
      wechat.say(second);
      await wechat.clock.turn(60_000);
      assert.deepEqual([await wechat.ask("继续"), await wechat.ask("继续")], ["A", "B"]);
      assert.equal(await wechat.ask("e"), "E");
    }
  });

  test("gets one late answer before each of the next questions, in the same order", async () => {
    const wechat = alphabet({ notice: "稍等" });
    wechat.say("a 25");
    await wechat.clock.turn(1000);
    wechat.say("b 20");
    await wechat.clock.turn(60_000);
    assert.deepEqual([await wechat.ask("c"), await wechat.ask("d")], ["A\n\nC", "B\n\nD"]);
    assert.equal(await wechat.ask("e"), "E");
  });

  test("gets a late answer with that to a next message that is slow as well", async () => {
    const wechat = alphabet();
    wechat.say("a 20");
    await wechat.clock.turn(60_000);
    const second = wechat.say("b 7");
    await wechat.clock.turn(60_000);
    assert.deepEqual(second.told, ["lapsed", "A\n\nB"]);
    assert.equal(await wechat.ask("c"), "C");
  });

  test("gets a late answer at the last deadline of a message that is slower still", async () => {
    const wechat = alphabet();
    wechat.say("a 20");
    await wechat.clock.turn(60_000);
    const second = wechat.say("b 20");
    await wechat.clock.turn(60_000);
    assert.deepEqual(second.told, ["lapsed", "lapsed", "A"]);
    assert.equal(await wechat.ask("c"), "B\n\nC");
  });

  test("gets a late answer before the next one when both do not fit into one text", async () => {
    const wechat = alphabet();
    const [long, other] = ["x".repeat(120), "y".repeat(120)];
    wechat.say(`${long} 20`);
    await wechat.clock.turn(60_000);
    const first = await wechat.ask(other);
    assert.equal(first, `${long.toUpperCase()}\n（回复“继续”查看更多）`);
    assert.equal(await wechat.ask("继续"), other.toUpperCase(), "the sentence has named the word");
    assert.equal(await wechat.ask("d"), "D");
  });

  test("gets an answer that had no room behind a late one before the next, as any that nobody has read", async () => {
    const wechat = alphabet();
    const [long, other] = ["x".repeat(120), "y".repeat(120)];
    wechat.say(`${long} 20`);
    await wechat.clock.turn(60_000);
    await wechat.ask(other);
    await wechat.clock.turn(1000);
    assert.equal(await wechat.ask("c"), `${other.toUpperCase()}\n\nC`);
    assert.equal(await wechat.ask("继续"), "继续");
  });

  test("gets an answer that had no room behind a late one before those to later messages", async () => {
    const wechat = alphabet({ notice: "稍等" });
    const other = "y".repeat(120);
    wechat.say(`${"x".repeat(120)} 20`);
    await wechat.clock.turn(60_000);
    await wechat.ask(other);
    await wechat.clock.turn(1000);
    wechat.say("c 20");
    await wechat.clock.turn(60_000);
    assert.deepEqual([await wechat.ask("1"), await wechat.ask("1")], [other.toUpperCase(), "C"]);
  });

  test("gets each late answer once, at whatever moment the next messages come", async () => {
    for (let ms = 0; ms <= 30_000; ms += 500) {
      const wechat = alphabet();
      const sent = [wechat.say("a 20")];
      await wechat.clock.turn(ms);
      sent.push(wechat.say("b 3"), wechat.say("c 6"));
      await wechat.clock.turn(60_000);
      for (const word of ["d", "e", "f", "g"]) {
        sent.push(wechat.say(word));
        await wechat.clock.turn(20_000);
      }
      const read = readBy(sent).join("\n").split(/\n+/);
      const sorted = read.toSorted().join("");
      assert.equal(sorted, "ABCDEFG", `a second message after ${ms} ms: ${read.join()}`);
    }
  });
});

describe("A long text", () => {
  const PARTS = ["一", "二", "三", "四"].map((sign) => sign.repeat(50));
  const MORE = "\n（回复“继续”查看更多）";

  function telling(more?: string): TurnedPlatform {
    const wechat = new TurnedPlatform({
      textLimitBytes: 180,
      delivery: more === undefined ? {} : { more },
    });
    wechat.bot.hears("长", () => PARTS.join(""));
    wechat.bot.hears("长二", () => PARTS.join("").toWellFormed().replaceAll("一", "壹"));
    wechat.bot.on("text", ({ Content }) => `${Content}!`);
    return wechat;
  }

  /** Reads pieces with one message after the other until something else comes. */
  async function readOn(wechat: TurnedPlatform): Promise<string[]> {
    const pieces: string[] = [];
    for (;;) {
      const piece = await wechat.ask("继续");
      if (piece === "继续!") return pieces;
      pieces.push(piece);
      assert.ok(pieces.length < 20, "it never ends");
    }
  }

  test("goes out in pieces, each when the follower writes the word for it", async () => {
    const wechat = telling();
    const pieces = [await wechat.ask("长"), ...(await readOn(wechat))];
    assert.ok(pieces.length > 3);
    for (const piece of pieces) assert.ok(Buffer.byteLength(piece) <= 180, piece);
    const ended = pieces.filter((piece) => piece.endsWith(MORE));
    assert.equal(ended.length, pieces.length - 1, "all but the last name the word");
    assert.equal(pieces.map((piece) => piece.replace(MORE, "")).join(""), PARTS.join(""));
  });

  test("says in words of the bot's author that it goes on", async () => {
    const wechat = telling("→ more");
    const first = await wechat.ask("长");
    assert.match(first, /\n→ more$/);
    assert.ok(Buffer.byteLength(first) <= 180);
  });

  test("goes on with the word, though more is empty and names none", async () => {
    const wechat = telling("");
    const pieces = [await wechat.ask("长"), ...(await readOn(wechat))];
    assert.equal(pieces.join(""), PARTS.join(""));
  });

  test("names the first of the words that are set", async () => {
    const wechat = new TurnedPlatform({
      textLimitBytes: 180,
      delivery: { late: { pickup: ["更多", "more"] } },
    });
    wechat.bot.hears("长", () => PARTS.join(""));
    assert.match(await wechat.ask("长"), /\n（回复“更多”查看更多）$/);
    assert.match(await wechat.ask("MORE"), /\n（回复“更多”查看更多）$/);
  });

  test("waits until it is asked for, whatever questions come before", async () => {
    const wechat = telling();
    const first = await wechat.ask("长");
    for (const word of ["那个", "这个"]) assert.equal(await wechat.ask(word), `${word}!`);
    const pieces = [first, ...(await readOn(wechat))];
    assert.equal(pieces.map((piece) => piece.replace(MORE, "")).join(""), PARTS.join(""));
  });

  test("gives the same first piece to a repeat, and parks the rest once", async () => {
    const wechat = telling();
    const sent = wechat.say("长");
    sent.again();
    await wechat.clock.turn(10);
    sent.again();
    await wechat.clock.turn(10);
    assert.equal(new Set(sent.told).size, 1);
    const pieces = [sent.told[0] ?? "", ...(await readOn(wechat))];
    assert.equal(pieces.map((piece) => piece.replace(MORE, "")).join(""), PARTS.join(""));
  });

  test("that is late is given from its beginning", async () => {
    const wechat = telling();
    wechat.bot.use(async (message, _context, next) => {
      if (message.kind === "text" && message.Content === "长") await wechat.clock.sleep(20_000);
      return next();
    });
    wechat.say("长");
    await wechat.clock.turn(60_000);
    const pieces = await readOn(wechat);
    assert.ok(pieces.length > 3);
    assert.equal(pieces.map((piece) => piece.replace(MORE, "")).join(""), PARTS.join(""));
  });

  test("is whole and in order for two messages that ask for more at the same time", async () => {
    const wechat = telling();
    const first = await wechat.ask("长");
    const both = [wechat.say("继续"), wechat.say("继续")];
    await wechat.clock.turn(1000);
    const pieces = [first, ...readBy(both), ...(await readOn(wechat))];
    assert.equal(pieces.map((piece) => piece.replace(MORE, "")).join(""), PARTS.join(""));
  });

  test("loses nothing, however close on it the next message follows", async () => {
    for (let steps = 0; steps < 40; steps += 1) {
      const wechat = telling();
      const sent = [wechat.say("长")];
      for (let step = 0; step < steps; step += 1) await Promise.resolve();
      sent.push(wechat.say("那个"));
      await settle();
      await wechat.clock.turn(1000);
      const read = [...readBy(sent), ...(await readOn(wechat))].join("");
      const told = read.replaceAll("那个!", "").replaceAll(MORE, "").replaceAll("\n", "");
      assert.equal(told, PARTS.join(""), `${steps} turns after it`);
    }
  });

  test("and another long text do not mix", async () => {
    const wechat = telling();
    const sent = [wechat.say("长"), wechat.say("长二")];
    await wechat.clock.turn(1000);
    const read = [...readBy(sent), ...(await readOn(wechat))].join("").replaceAll(MORE, "");
    for (const sign of ["一", "壹", "二", "三", "四"]) {
      const expected = "二三四".includes(sign) ? 100 : 50;
      assert.equal(read.split(sign).length - 1, expected, sign);
    }
  });

  test("cuts no character in two", async () => {
    const wechat = telling();
    const family = "👨‍👩‍👧".repeat(60);
    wechat.bot.on("image", () => family);
    const sent = wechat.send(imageMessage());
    await wechat.clock.turn(0);
    const pieces = [...readBy([sent]), ...(await readOn(wechat))];
    for (const piece of pieces) assert.match(piece.replace(MORE, ""), /^(?:👨‍👩‍👧)+$/u);
    assert.equal(pieces.map((piece) => piece.replace(MORE, "")).join(""), family);
  });
});
