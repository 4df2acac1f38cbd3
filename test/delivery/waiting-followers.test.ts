/** For whom something may wait: false is certain, true costs a look. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FOLLOWERS_BYTES, WaitingFollowers } from "../../src/delivery/waiting-followers.ts";

const MINUTE_MS = 60_000;

function scene(): { clock: { now(): number }; at(ms: number): void; followers: WaitingFollowers } {
  let now = 0;
  const clock = { now: () => now };
  return { clock, at: (ms) => (now = ms), followers: new WaitingFollowers(clock) };
}

function nameOf(id: number): string {
  return `wx5823bf96d3bd56c7\ngh_97417a04a28d\no${String(id).padStart(27, "0")}`;
}

describe("The followers who may have something", () => {
  test("are those that were added, until they are taken out", () => {
    const { followers } = scene();
    assert.equal(followers.mayHave("f"), false);
    followers.add("f", 1000);
    assert.deepEqual([followers.mayHave("f"), followers.mayHave("g")], [true, false]);
    followers.delete("f");
    assert.equal(followers.mayHave("f"), false);
  });

  test("are forgotten when all that waited for them is over, once a minute", () => {
    const { at, followers } = scene();
    followers.add("short", 1000);
    followers.add("long", 90_000);
    at(MINUTE_MS - 1);
    assert.equal(followers.mayHave("short"), true);
    at(MINUTE_MS);
    assert.deepEqual([followers.mayHave("short"), followers.mayHave("long")], [false, true]);
    at(2 * MINUTE_MS);
    assert.equal(followers.mayHave("long"), false);
  });

  test("are kept as long as the longest of what waits for them", () => {
    const { at, followers } = scene();
    followers.add("f", 90_000);
    followers.add("f", 1000);
    at(MINUTE_MS);
    assert.equal(followers.mayHave("f"), true);
    at(2 * MINUTE_MS);
    assert.equal(followers.mayHave("f"), false);
  });

  test("are looked through every minute also after the clock was a month ahead", () => {
    const { at, followers } = scene();
    at(30 * 86_400_000);
    followers.add("ahead", 30 * 86_400_000 + 1000);
    at(0);
    followers.add("f", 1000);
    at(2 * MINUTE_MS);
    assert.equal(followers.mayHave("f"), false);
  });

  test("are named in 16 MiB, and beyond that may be anybody until the last of them is over", () => {
    const { at, followers } = scene();
    let most = 0;
    let named = 0;
    for (let id = 0; id < 100_000; id += 1) {
      followers.add(nameOf(id), 1_000_000 + id);
      most = Math.max(most, followers.bytes);
      if (!followers.mayHave("nobody")) named = id + 1;
      assert.ok(followers.mayHave(nameOf(id)));
    }
    assert.ok(named > 70_000, `${named} have names`);
    assert.ok(most <= FOLLOWERS_BYTES + 500, `${most} bytes`);
    assert.equal(followers.bytes, 0);
    for (let id = 0; id < 100_000; id += 1000) assert.ok(followers.mayHave(nameOf(id)));
    followers.delete(nameOf(99_999));
    at(1_000_000 + 99_998);
    assert.equal(followers.mayHave(nameOf(5)), true);
    at(1_000_000 + 99_998 + MINUTE_MS);
    assert.equal(followers.mayHave(nameOf(5)), false);
    followers.add("f", 2_000_000);
    assert.deepEqual([followers.mayHave("f"), followers.mayHave("g")], [true, false], "names are kept again");
  });

  test("give their bytes back when they have gone, and are counted once", () => {
    const { followers } = scene();
    followers.add("f", 1);
    followers.add("f", 5);
    assert.equal(followers.bytes, 98);
    followers.delete("f");
    followers.delete("f");
    assert.deepEqual([followers.bytes, followers.mayHave("f")], [0, false]);
  });
});
