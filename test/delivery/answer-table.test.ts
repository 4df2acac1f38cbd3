/** What is remembered of messages: the table of answers, and the two generations of it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ANSWERS_BYTES, AnswerTable } from "../../src/delivery/answer-table.ts";
import { Run } from "../../src/delivery/run.ts";
import { Runs } from "../../src/delivery/runs.ts";
import type { Reply } from "../../src/protocol/reply.ts";

function text(Content: string): Reply {
  return { MsgType: "text", Content };
}

describe("The table of answers", () => {
  const [one, two] = [text("一"), text("二")];

  test("knows what was set, with how many deliveries it had", () => {
    const table = new AnswerTable(8);
    assert.equal(table.get({ low: 1, high: 2 }), undefined);
    table.set({ low: 1, high: 2 }, { reply: one, deliveries: 3 });
    assert.deepEqual(table.get({ low: 1, high: 2 }), { reply: one, deliveries: 3 });
    assert.equal(table.size, 1);
    table.set({ low: 1, high: 2 }, { reply: two, deliveries: 4 });
    assert.deepEqual(table.get({ low: 1, high: 2 }), { reply: one, deliveries: 4 });
    assert.equal(table.size, 1);
  });

  test("keeps no reply, a text of any form, and every other kind as it is", () => {
    const table = new AnswerTable(16);
    const article = { title: "题", description: "", picUrl: "", url: "u" };
    const all: (Reply | undefined)[] = [
      undefined, one, text(""), text("\ud83d alone"), text("a\0b"),
      { MsgType: "image", Image: { MediaId: "m" } },
      { MsgType: "news", Articles: [article, article] } as unknown as Reply,
    ];
    for (const [low, reply] of all.entries()) table.set({ low, high: 1 }, { reply, deliveries: 1 });
    for (const [low, reply] of all.entries()) {
      assert.deepEqual(table.get({ low, high: 1 }), { reply, deliveries: 1 });
    }
  });

  test("keeps nothing of a reply that cannot be written down", () => {
    const table = new AnswerTable(4);
    const reply = { MsgType: "image", Image: { MediaId: 1n } } as unknown as Reply;
    table.set({ low: 1, high: 1 }, { reply, deliveries: 2 });
    assert.deepEqual(table.get({ low: 1, high: 1 }), { reply: undefined, deliveries: 2 });
  });

  test("tells keys apart that meet in one of their halves, or in a slot", () => {
    const table = new AnswerTable(8);
    const keys = [[1, 1], [1, 2], [2, 1], [9, 1], [17, 1], [0, 5]] as const;
    const put = keys.slice(0, 4);
    for (const [low, high] of put) {
      table.set({ low, high }, { reply: text(`${low} ${high}`), deliveries: 1 });
    }
    for (const [low, high] of put) {
      assert.deepEqual(table.get({ low, high })?.reply, text(`${low} ${high}`));
    }
    for (const [low, high] of keys.slice(4)) assert.equal(table.get({ low, high }), undefined);
    assert.equal(table.size, 4);
  });

  test("goes on at its beginning behind its last slot", () => {
    const table = new AnswerTable(4);
    table.set({ low: 3, high: 1 }, { reply: one, deliveries: 1 });
    table.set({ low: 3, high: 2 }, { reply: two, deliveries: 1 });
    table.set({ low: -1, high: 3 }, { reply: undefined, deliveries: 2 });
    assert.deepEqual(table.get({ low: 3, high: 2 })?.reply, two);
    assert.deepEqual(table.get({ low: -1, high: 3 }), { reply: undefined, deliveries: 2 });
  });

  test("counts 255 deliveries at most", () => {
    const table = new AnswerTable(4);
    for (const [deliveries, told] of [[255, 255], [256, 255], [1000, 255]] as const) {
      table.set({ low: 1, high: 1 }, { reply: undefined, deliveries });
      assert.equal(table.get({ low: 1, high: 1 })?.deliveries, told);
    }
  });

  test("keeps a text once that is equal to the one before it, and grows with the others", () => {
    const table = new AnswerTable(64);
    const long = "长".repeat(16_384);
    for (let low = 1; low <= 20; low += 1) {
      table.set({ low, high: 1 }, { reply: text(long), deliveries: 1 });
    }
    assert.equal(table.bytes, 65_536);
    table.set({ low: 21, high: 1 }, { reply: text(`${long}!`), deliveries: 1 });
    assert.equal(table.bytes, 131_072);
    for (const [low, content] of [[1, long], [20, long], [21, `${long}!`]] as const) {
      assert.deepEqual(table.get({ low, high: 1 })?.reply, text(content));
    }
  });

  test("takes no more than its bytes, whatever the answers, and says what finds no room", () => {
    const table = new AnswerTable(64);
    const taken: number[] = [];
    for (let low = 0; low < 32; low += 1) {
      const reply = text(String(low).padEnd(500_000));
      if (table.set({ low, high: 1 }, { reply, deliveries: 1 })) taken.push(low);
    }
    assert.deepEqual(taken, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.equal(table.bytes, ANSWERS_BYTES);
    assert.equal(table.get({ low: 8, high: 1 }), undefined);
    table.clear();
    assert.equal(table.bytes, 0);
    assert.equal(table.set({ low: 0, high: 1 }, { reply: text("a".repeat(4_194_305)), deliveries: 1 }), false);
    assert.equal(table.set({ low: 0, high: 1 }, { reply: text("a".repeat(4_194_304)), deliveries: 1 }), true);
  });

  test("is empty when it has been cleared", () => {
    const table = new AnswerTable(4);
    table.set({ low: 1, high: 1 }, { reply: one, deliveries: 1 });
    table.clear();
    assert.deepEqual([table.size, table.get({ low: 1, high: 1 })], [0, undefined]);
    table.set({ low: 1, high: 1 }, { reply: one, deliveries: 1 });
    assert.deepEqual(table.get({ low: 1, high: 1 })?.reply, one);
  });
});

describe("The runs that a process knows", () => {
  function answered(key: string, content: string, deliveries: number = 1): Run {
    const run = new Run(key);
    run.pieces = [text(content)];
    run.deliveries = deliveries;
    run.done = true;
    run.given = true;
    return run;
  }

  test("are found while they are open, and by their answer when it is remembered", () => {
    const runs = new Runs(new Uint8Array(8));
    const run = answered("k", "答", 2);
    run.deliveriesElsewhere = 3;
    assert.equal(runs.get("k"), undefined);
    runs.add(run);
    assert.equal(runs.get("k"), run);
    runs.remember(run, 0);
    const recalled = runs.get("k");
    assert.notEqual(recalled, run);
    assert.deepEqual(recalled?.pieces, [text("答")]);
    const { deliveries, done, given, givenNoted, errorTold, message } = recalled ?? new Run("");
    assert.deepEqual([deliveries, done, given, givenNoted, errorTold], [5, true, true, true, true]);
    assert.equal(message, undefined);
    assert.equal(runs.get("other"), undefined);
  });

  test("are forgotten when they are told to be", () => {
    const runs = new Runs(new Uint8Array(8));
    const [one, two] = [new Run("1"), new Run("2")];
    runs.forget(one, 0);
    runs.add(one);
    runs.add(two);
    runs.forget(one, 0);
    assert.deepEqual([runs.get("1"), runs.get("2")], [undefined, two]);
  });

  test("are owed where somebody is still to get something", () => {
    const runs = new Runs(new Uint8Array(8));
    const active = new Run("active");
    const waiting = answered("waiting", "答");
    waiting.given = false;
    const silent = new Run("silent");
    silent.done = true;
    const parked = answered("parked", "答");
    parked.given = false;
    parked.parked = true;
    for (const run of [active, waiting, silent, parked, answered("given", "答")]) runs.add(run);
    assert.deepEqual(runs.owed().map(({ key }) => key), ["active", "waiting"]);
  });

  test("are remembered for a minute at least, and for two at most", () => {
    const runs = new Runs(new Uint8Array(8));
    const at = 1_714_112_445_000;
    runs.remember(answered("first", "一"), at);
    runs.remember(answered("second", "二"), at + 60_000);
    // A minute and a millisecond later the young generation becomes the old one.
    runs.remember(answered("third", "三"), at + 60_001);
    assert.deepEqual(runs.get("first")?.pieces, [text("一")]);
    runs.remember(answered("fourth", "四"), at + 120_001);
    assert.deepEqual(runs.get("first")?.pieces, [text("一")]);
    runs.remember(answered("fifth", "五"), at + 120_002);
    assert.deepEqual([runs.get("first"), runs.get("second")], [undefined, undefined]);
    assert.deepEqual(runs.get("third")?.pieces, [text("三")]);
    assert.deepEqual(runs.get("fifth")?.pieces, [text("五")]);
  });

  test("keep of a long answer the first piece, for a repeat gets no other", () => {
    const runs = new Runs(new Uint8Array(8));
    const run = answered("k", "一");
    run.pieces = [text("一"), text("二")];
    runs.remember(run, 0);
    assert.deepEqual(runs.get("k")?.pieces, [text("一")]);
  });

  test("are known when their answer is forgotten, or was too long to be remembered", () => {
    const runs = new Runs(new Uint8Array(8));
    const huge = answered("huge", "a".repeat(5_000_000));
    huge.acceptedUntil = 600_000;
    runs.remember(huge, 0);
    assert.deepEqual([runs.get("huge"), runs.isKnown("huge")], [undefined, true]);
    const forgotten = answered("forgotten", "答");
    runs.add(forgotten);
    runs.forget(forgotten, 0);
    assert.deepEqual([runs.get("forgotten"), runs.isKnown("forgotten")], [undefined, true]);
  });

  test("are not known when they were dropped, or never there", () => {
    const runs = new Runs(new Uint8Array(8));
    const run = new Run("k");
    runs.add(run);
    assert.equal(runs.isKnown("k"), false);
    runs.drop(run);
    assert.deepEqual([runs.get("k"), runs.isKnown("k")], [undefined, false]);
  });

  test("are remembered up to 8,000 in a generation", () => {
    const runs = new Runs(new Uint8Array(8));
    const at = 1_714_112_445_000;
    for (let id = 0; id < 16_000; id += 1) runs.remember(answered(`k${id}`, "答"), at);
    assert.ok(runs.get("k0") !== undefined, "two generations are full");
    runs.remember(answered("k16000", "答"), at);
    assert.equal(runs.get("k0"), undefined);
    assert.equal(runs.get("k7999"), undefined);
    assert.ok(runs.get("k8000") !== undefined);
    assert.ok(runs.get("k16000") !== undefined);
  });
});
