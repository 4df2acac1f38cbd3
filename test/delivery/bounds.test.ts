/** What is kept of followers, answers and lines has bounds in bytes; each is filled here. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PIECES_BYTES } from "../../src/delivery/pieces.ts";
import { FOLLOWERS_BYTES, LINE_BYTES, Parking, WaitingFollowers } from "../../src/delivery/parking.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

function nameOf(id: number): string {
  return `wx5823bf96d3bd56c7\ngh_97417a04a28d\no${String(id).padStart(27, "0")}`;
}

describe("The followers who may have something", () => {
  test("are named in 16 MiB, and beyond that may be anybody until the last of them is over", () => {
    const followers = new WaitingFollowers();
    let most = 0;
    let named = 0;
    for (let id = 0; id < 100_000; id += 1) {
      followers.add(nameOf(id), 1000 + id);
      most = Math.max(most, followers.bytes);
      if (!followers.mayHave("nobody")) named = id + 1;
      assert.ok(followers.mayHave(nameOf(id)));
    }
    assert.ok(named > 70_000, `${named} have names`);
    assert.ok(most <= FOLLOWERS_BYTES + 500, `${most} bytes`);
    assert.equal(followers.bytes, 0);
    for (let id = 0; id < 100_000; id += 1000) assert.ok(followers.mayHave(nameOf(id)));
    followers.delete(nameOf(99_999));
    followers.sweep(1000 + 99_998);
    assert.deepEqual([followers.isEmpty, followers.mayHave(nameOf(5))], [false, true]);
    followers.sweep(1000 + 99_999);
    assert.deepEqual([followers.isEmpty, followers.mayHave(nameOf(5))], [true, false]);
  });

  test("give their bytes back when they have gone, and are counted once", () => {
    const followers = new WaitingFollowers();
    followers.add("f", 1);
    followers.add("f", 5);
    assert.equal(followers.bytes, 98);
    followers.sweep(4);
    assert.equal(followers.mayHave("f"), true);
    followers.delete("f");
    followers.delete("f");
    assert.deepEqual([followers.bytes, followers.isEmpty], [0, true]);
  });
});

describe("The line of one follower", () => {
  test("takes 512 KiB, and says how many replies find no room", async () => {
    const clock = new TurnedClock();
    const store = new MemoryStore({ clock: () => clock.now() });
    const parking = new Parking(store, clock, "one");
    const reply = { MsgType: "text", Content: "a".repeat(1800) } as const;
    const many = Array.from({ length: 145 }, () => {
      return { reply, of: "k", asked: true, until: clock.now() + 1e6 };
    });
    const left: number[] = [];
    for (let answer = 0; answer < 4; answer += 1) left.push(await parking.add("f", many));
    assert.deepEqual([left[0], left[3]], [0, 145]);
    const text = (await store.get("parked\nf")) ?? "";
    assert.ok(text.length <= LINE_BYTES && text.length > LINE_BYTES - 2000, `${text.length} bytes`);
    assert.equal((JSON.parse(text) as unknown[]).length + left.reduce((sum, each) => sum + each, 0), 4 * 145);
  });
});

describe("An answer of a million characters", () => {
  test("is kept to 256 KiB of its pieces, the last of which asks for no more, and the log says so", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.hears("长", () => "长".repeat(1_000_000));
    wechat.bot.on("text", ({ Content }) => `${Content}!`);
    const pieces = [await wechat.ask("长")];
    for (let next = 0; next < 200 && pieces.at(-1)?.endsWith("（回复任意内容继续）"); next += 1) {
      pieces.push(await wechat.ask("续"));
    }
    assert.equal(await wechat.ask("好"), "好!");
    const last = pieces.pop()?.replace(/\n\n续!$/, "") ?? "";
    const bytes = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), Buffer.byteLength(last));
    assert.ok(bytes <= PIECES_BYTES && bytes > PIECES_BYTES - 4000, `${bytes} bytes`);
    const told = wechat.sentences.filter((sentence) => sentence.startsWith("warn"));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /^warn: Answer is longer than 262144 bytes: its first 14\d pieces are kept, and the rest is cut off$/);
  });

  test("that finds the line full is cut off there, and the log says so", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("event", () => "长".repeat(80_000));
    for (let count = 0; count < 4; count += 1) {
      wechat.event("CLICK", { EventKey: `${count}` });
      await wechat.clock.turn(0);
    }
    const told = wechat.sentences.filter((each) => each.includes("is full"));
    assert.equal(told.length, 3, told.join("\n"));
    assert.match(told[2] ?? "", /^warn: Line of the follower is full \(524288 bytes\): \d+ of 135 replies are lost$/);
  });
});
