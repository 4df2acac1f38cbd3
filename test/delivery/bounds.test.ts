/** What is kept of answers and lines has bounds in bytes; each is filled here. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import { LINE_BYTES } from "../../src/delivery/line.ts";
import { REPLIES_BYTES } from "../../src/delivery/pieces.ts";
import { wireText } from "../support/wire.ts";
import { fetchedPieces } from "./fetched-pieces.ts";
import { NotingStore } from "./noting-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

describe("The line of one follower", () => {
  test("takes 512 KiB, and what it refuses is told with how many replies are lost", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("event", () => "长".repeat(21_000));
    for (let count = 0; count < 10; count += 1) {
      wechat.event("CLICK", { EventKey: `${count}` });
      await wechat.clock.turn(0);
    }
    const told = wechat.sentences.filter((each) => each.includes("is full"));
    assert.equal(told.length, 2, told.join("\n"));
    for (const each of told) {
      assert.equal(each, `warn: Line of the follower is full (${LINE_BYTES} bytes): 1 replies are lost`);
    }
  });

  test("that is full costs the follower what finds no room, and not what is in it", async () => {
    const wechat = new TurnedPlatform();
    const long = "长".repeat(21_000);
    let events = 0;
    wechat.bot.on("event", () => [`第 ${(events += 1)} 次`, long]);
    wechat.bot.on("text", ({ Content }) => `${Content}!`);
    for (let count = 0; count < 10; count += 1) {
      const { told } = wechat.event("CLICK", { EventKey: `${count}` });
      await wechat.clock.turn(0);
      assert.match(told[0] ?? "", new RegExp(`^第 ${count + 1} 次`));
    }
    let pieces = 0;
    while (/^长+/.test(await wechat.ask("继续")) && pieces < 1000) pieces += 1;
    const { fetched } = prepareDelivery({}, 1800, false);
    assert.equal(pieces, 8 * fetchedPieces([{ MsgType: "text", Content: long }], fetched).length);
  });
});

test("A message whose answer finds no room when it is kept once more is known all the same", async () => {
  const clock = new TurnedClock();
  const store = new NotingStore(clock, false);
  const wechat = new TurnedPlatform({ store }, clock);
  const long = "长".repeat(21_000);
  let runs = 0;
  wechat.bot.hears("慢", async () => {
    runs += 1;
    await clock.sleep(6000);
    return long;
  });
  wechat.bot.on("event", () => long);
  const body = wireText("慢");
  wechat.send(body, { deliveries: 1 });
  await clock.turn(5500);
  store.failing = ["swap"];
  await clock.turn(1000);
  store.failing = [];
  for (let count = 0; count < 10; count += 1) {
    wechat.event("CLICK", { EventKey: `${count}` });
    await clock.turn(0);
  }
  await clock.turn(60_000);
  const captured = wechat.send(body, { deliveries: 1 });
  await clock.turn(10_000);
  assert.deepEqual([captured.told, runs], [["success"], 1]);
});

describe("An answer of a million characters", () => {
  test("is kept to 64 KiB, its last piece asks for no more, and the log says so", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.hears("长", () => "长".repeat(1_000_000));
    wechat.bot.on("text", ({ Content }) => `${Content}!`);
    const pieces = [await wechat.ask("长")];
    for (let next = 0; next < 200 && pieces.at(-1)?.endsWith("（回复“继续”查看更多）"); next += 1) {
      pieces.push(await wechat.ask("继续"));
    }
    assert.equal(await wechat.ask("好"), "好!");
    const texts = pieces.map((piece) => piece.replace("\n（回复“继续”查看更多）", ""));
    const bytes = texts.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
    assert.ok(bytes <= REPLIES_BYTES && bytes > REPLIES_BYTES - 1803, `${bytes} bytes`);
    const told = wechat.sentences.filter((sentence) => sentence.startsWith("warn"));
    assert.equal(told.length, 1);
    assert.equal(told[0], "warn: Answer is longer than 65536 bytes: the rest is cut off");
  });
});
