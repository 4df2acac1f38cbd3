/** A piece of a line that somebody hands out: whose it is, and what becomes of it when they are killed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HOLD_MS } from "../../src/delivery/lines.ts";
import { lineScene as scene, said, text } from "./line-scene.ts";

const HOUR_MS = 3_600_000;

describe("A piece of a line", () => {
  test("is in one hand: what comes behind it must not overtake it", async () => {
    const { put, take, fetch } = scene();
    await put("1", { since: 1 });
    await put("2", { since: 2 });
    const held = await take();
    assert.equal(said(held), "1");
    assert.equal(await fetch(), "busy");
    assert.equal(await fetch("push"), "busy");
    await held?.back();
    assert.equal(await fetch(), "1");
  });

  test("that went out in part leaves what did not", async () => {
    const { put, take, fetchAll } = scene();
    await put("1", { since: 1, replies: [text("a"), text("b"), text("c")] });
    await (await take())?.done([text("a2")]);
    assert.deepEqual(await fetchAll(), ["a2", "b", "c"]);
    await put("2", { since: 1, replies: [text("a"), text("b")] });
    await (await take())?.allDone();
    assert.deepEqual(await fetchAll(), []);
  });

  test("is let go of by whoever holds it, and by nobody else", async () => {
    const { put, take, clock, fetch, records } = scene();
    await put("1", { since: 1 });
    const first = await take("pick-up", "one");
    await clock.turn(HOLD_MS);
    const second = await take("pick-up", "two");
    assert.equal(said(second), "1");
    await first?.done();
    assert.equal((await records.get("1"))?.state, "ready", "the first had lost it");
    await first?.back();
    assert.equal(await fetch(), "busy");
    await second?.done();
    assert.equal(await fetch(), undefined);
  });

  test("is not let go of by what the same had in hand before", async () => {
    const { put, take, clock, fetch } = scene();
    await put("1", { since: 1 });
    const before = await take("pick-up", "one");
    await clock.turn(HOLD_MS);
    await take("pick-up", "one");
    await before?.back();
    assert.equal(await fetch(), "busy");
  });

  test("of whoever was killed is free when the lease is over, if it had not gone out", async () => {
    const { put, take, clock, fetch } = scene();
    await put("1", { since: 1 });
    await take("pick-up", "killed");
    await clock.turn(HOLD_MS - 1);
    assert.equal(await fetch(), "busy");
    await clock.turn(1);
    assert.equal(await fetch(), "1");
  });

  test("of whoever was killed has gone out if their message was given with it", async () => {
    const { put, take, clock, fetch, write } = scene();
    await put("1", { since: 1, replies: [text("a"), text("b")] });
    await take("pick-up", "killed");
    await write("killed", { state: "given", reply: text("a"), rest: [], took: "1" });
    await clock.turn(HOLD_MS);
    assert.equal(await fetch(), "busy", "it may be taken back, or go out with a repeat");
    await clock.turn(10_000 - HOLD_MS);
    assert.equal(await fetch(), "b");
    assert.equal(await fetch(), undefined);
  });

  test("that counted as gone, and was not, is put back before what is left", async () => {
    const { put, take, clock, fetchAll, write, refs } = scene();
    for (const rest of [[], ["b"]]) {
      await put("1", { since: 1, replies: ["a", ...rest].map(text) });
      const slow = await take("pick-up", "slow");
      const [{ until } = { until: 0 }] = await refs();
      await write("slow", { state: "given", reply: text("a"), rest: [], took: "1" });
      await clock.turn(10_000);
      const next = await take("pick-up", "next");
      assert.equal(said(next), rest[0]);
      const back = slow?.back();
      await clock.turn(1000);
      await next?.back();
      await clock.turn(100);
      await back;
      assert.deepEqual((await refs()).map((ref) => ref.until), [until + 1], "a look that was late takes out the other");
      assert.deepEqual(await fetchAll(), ["a", ...rest]);
    }
  });

  test("that counted as gone is put back once, though what came behind it went with one who was killed", async () => {
    const { put, take, clock, fetchAll, write } = scene();
    await put("1", { since: 1, replies: ["a", "b", "c"].map(text) });
    const slow = await take("pick-up", "slow");
    await write("slow", { state: "given", reply: text("a"), rest: [], took: "1" });
    await clock.turn(10_000);
    assert.equal(said(await take("pick-up", "killed")), "b");
    await write("killed", { state: "given", reply: text("b"), rest: [], took: "1" });
    const back = slow?.back();
    await clock.turn(12_000);
    await back;
    await slow?.back();
    assert.deepEqual(await fetchAll(), ["a", "c"]);
  });

  test("is not held for an hour by a clock that was set back", async () => {
    const { put, take, clock, fetch } = scene();
    await put("1", { since: 1 });
    await take("pick-up", "killed");
    clock.set(-HOUR_MS);
    assert.equal(await fetch(), "1");
  });
});
