/** The line of a follower: what comes first, who may have it, and what a record decides. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bytesOf, LINE_BYTES, readLine } from "../../src/delivery/line.ts";
import { FOLLOWER, lineScene as scene, OTHER, said, text } from "./line-scene.ts";

const HOUR_MS = 3_600_000;

describe("A line", () => {
  test("gives whole answers in the order in which their messages were written", async () => {
    const { put, fetchAll } = scene();
    await put("second", { since: 2 });
    await put("third", { since: 3 });
    await put("first", { since: 1 });
    assert.deepEqual(await fetchAll(), ["first", "second", "third"]);
  });

  test("is each follower's own", async () => {
    const { put, fetch, mayHave } = scene();
    await put("1", { since: 1 });
    assert.deepEqual([mayHave(FOLLOWER), mayHave(OTHER)], [true, false]);
    assert.equal(await fetch("pick-up", OTHER), undefined);
    assert.equal(await fetch(), "1");
  });

  test("gives the rest of what was shown last first, then whole answers, then earlier rests", async () => {
    const { put, place, fetchAll } = scene();
    await put("early rest", { since: 1, begun: true });
    await put("whole", { since: 2 });
    // The follower is shown a whole answer, and so its rest is what they were shown last.
    await put("late rest", { since: 3, begun: true });
    assert.deepEqual(await fetchAll(), ["late rest", "whole", "early rest"]);
    await put("early rest", { since: 1, begun: true });
    await put("whole", { since: 2 });
    await place("whole", { since: 2 }, "told");
    assert.deepEqual(await fetchAll(), ["whole", "early rest"], "a notice has just promised it");
  });

  test("gives what is left of an answer before others, piece by piece", async () => {
    const { put, fetchAll } = scene({ limitBytes: 10, more: "+" });
    await put("0123456789".repeat(2), { since: 1 });
    await put("b", { since: 2 });
    assert.deepEqual(await fetchAll(), ["01234567\n+", "89012345\n+", "6789", "b"]);
  });

  test("holds a message once, however often it is put there", async () => {
    const { put, place, refs } = scene();
    await put("1", { since: 1 });
    await place("1", { since: 1, begun: true });
    assert.deepEqual((await refs()).map(({ of, begun }) => [of, begun]), [["1", true]]);
  });

  test("knows an answer of which the beginning was shown, though its maker places it once more as whole", async () => {
    const { put, place, fetchAll, refs } = scene();
    await put("whole", { since: 1 });
    await put("rest", { since: 2, begun: true });
    await place("rest", { since: 2 });
    await place("rest", { since: 2 }, "told");
    assert.deepEqual(await fetchAll(), ["rest", "whole"]);
    await place("rest", { since: 2, begun: true });
    await place("rest", { since: 2 }, "taken back");
    assert.deepEqual((await refs()).map(({ begun }) => begun), [false], "its beginning has not gone out");
  });

  test("leaves nothing behind in the store when it is empty", async () => {
    const { put, fetch, mayHave, store } = scene();
    await put("1", { since: 1 });
    await fetch();
    assert.equal(await store.get(`line\n${FOLLOWER}`), undefined);
    assert.equal(await fetch(), undefined);
    assert.equal(mayHave(FOLLOWER), false, "a look that found nothing is the last");
  });

  test("stands as long as the longest of what is in it", async () => {
    const { put, clock, store, fetch } = scene();
    await put("long", { since: 1, until: clock.now() + 5000 });
    await put("short", { since: 2, until: clock.now() + 1000 });
    assert.match(store.taken().findLast((call) => call.startsWith("swap line")) ?? "", / 5000$/);
    await clock.turn(1000);
    assert.deepEqual([await fetch(), await fetch()], ["long", undefined]);
  });

  test("may have something for anybody where other processes put it there too", async () => {
    const { mayHave } = scene({ shared: true });
    assert.equal(mayHave(OTHER), true);
  });

  test("takes 512 KiB and no more, and stays as it was when it is full", async () => {
    const { put, refs } = scene();
    // Each takes 512 beside its answer, and the last has all that is left.
    const most = (LINE_BYTES - 3 * 512) / 4;
    const placed: boolean[] = [];
    for (let since = 1; since <= 5; since += 1) placed.push(await put(`${since}`, { since, bytes: most }));
    assert.deepEqual(placed, [true, true, true, true, false]);
    assert.deepEqual((await refs()).map(({ of }) => of), ["1", "2", "3", "4"]);
    assert.equal(await put("4", { since: 4, bytes: most + 1 }), false, "a byte above");
    assert.equal(await put("4", { since: 4, bytes: most }), true, "its own bytes count once");
  });
});

describe("Of what the record of a message says", () => {
  test("a handler at work is a promise; what is ready behind it is not held up", async () => {
    const { put, place, write, fetch, clock } = scene();
    await write("1", { state: "working", by: "one", until: clock.now() + 3000, late: true });
    await place("1", { since: 1 });
    assert.equal(await fetch(), "promised");
    await put("2", { since: 2 });
    assert.equal(await fetch(), "2");
    assert.equal(await fetch(), "promised");
  });

  test("a lease that is over promises nothing, and keeps its place, for its process may only be slow", async () => {
    const { place, write, fetch, clock } = scene();
    await write("1", { state: "working", by: "slow", until: clock.now() + 3000, late: true });
    await place("1", { since: 1 });
    await clock.turn(3000);
    assert.equal(await fetch(), undefined);
    await write("1", { state: "ready", replies: [text("1")], late: true });
    assert.equal(await fetch(), "1");
  });

  test("a promise of a process that may be killed is kept in mind for no hour, though the clock was set back", async () => {
    for (const shared of [true, false]) {
      const { place, write, fetch, clock } = scene({ shared });
      await write("1", { state: "working", by: "one", until: clock.now() + 3000, late: true });
      await place("1", { since: 1 });
      clock.set(-HOUR_MS);
      assert.equal(await fetch(), shared ? undefined : "promised", "our own handler ends, and says so");
    }
  });

  test("nothing is there for a reference to nothing, which is forgotten with its time", async () => {
    const { place, fetch, refs, clock } = scene();
    await place("1", { since: 1, until: clock.now() + 1000 });
    assert.deepEqual([await fetch(), (await refs()).length], [undefined, 1]);
    await clock.turn(1000);
    assert.deepEqual(await refs(), []);
  });

  for (const shared of [false, true]) {
    test(`an answer keeps its place, though somebody looks before it is written: shared ${shared}`, async () => {
      const { place, write, fetch, fetchAll } = scene({ shared });
      await place("1", { since: 1, begun: true });
      assert.equal(await fetch("push"), undefined);
      await write("1", { state: "given", rest: [text("rest")] });
      assert.deepEqual(await fetchAll(), ["rest"]);
    });
  }

  test("an answer whose own delivery may still come is for a follower who asks, and not pushed", async () => {
    const { put, clock, fetch } = scene();
    await put("1", { since: 1, late: false });
    assert.equal(await fetch("push"), undefined);
    await clock.turn(9999);
    assert.equal(await fetch("push"), undefined);
    await clock.turn(1);
    assert.equal(await fetch("push"), "1");
    await put("2", { since: 2, late: false });
    assert.equal(await fetch(), "2");
  });

  test("an answer is pushed, though the clock was set back while its delivery could come", async () => {
    const { put, clock, fetch } = scene();
    await put("1", { since: 1, late: false });
    clock.set(-HOUR_MS);
    assert.equal(await fetch("push"), "1");
  });

  test("rests go out with pick-up words and pushes, and not along with another answer", async () => {
    const { put, fetch } = scene();
    await put("rest", { since: 1, begun: true });
    assert.equal(await fetch("along"), undefined);
    await put("whole", { since: 2 });
    assert.equal(await fetch("along"), "whole");
    assert.equal(await fetch("push"), "rest");
  });

  test("the rest of a reply is pushed for its own message, and with others when that reply has come", async () => {
    const { lines, clock, fetch, put, write } = scene();
    await put("1", { since: 1, begun: true });
    await write("1", { state: "given", reply: text("1"), rest: [text("rest")] });
    assert.equal(await fetch("push"), undefined);
    const own = await lines.next(FOLLOWER, "push", "one", { pushed: "1" });
    assert.equal(said(own), "rest");
    assert.ok(typeof own === "object");
    await own.back();
    await clock.turn(10_000);
    assert.equal(await fetch("push"), "rest");
  });

  test("an answer of which the line has not heard that its beginning went out stays behind, too", async () => {
    const { place, write, fetch } = scene();
    await write("1", { state: "given", reply: text("a"), rest: [text("b")] });
    await place("1", { since: 1 });
    assert.equal(await fetch("along"), undefined);
    assert.equal(await fetch(), "b");
  });
});

describe("The value of a line in the store", () => {
  const REF = { of: "key", since: 1, begun: false, until: 9, bytes: 5 };

  test("gives those that have the form and are not over", () => {
    const others = [
      ...[null, 1, {}, [], { ...REF, of: 1 }, { ...REF, begun: "no" }, { ...REF, until: 8 }],
      ...["since", "until", "bytes"].map((name) => ({ ...REF, [name]: "9" })),
    ];
    assert.deepEqual(readLine(JSON.stringify([...others, REF]), 8), [REF]);
  });

  test("that is none is an empty line", () => {
    for (const value of [undefined, "", "x", "{}", "null", "7"]) assert.deepEqual(readLine(value, 0), []);
  });

  test("counts an answer by its bytes as they are written", () => {
    assert.equal(bytesOf([text("答")]), Buffer.byteLength('[{"MsgType":"text","Content":"答"}]'));
  });
});
