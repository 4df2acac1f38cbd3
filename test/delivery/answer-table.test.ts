/** What is remembered of messages: the table of answers, and the two generations of it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AnswerTable, fingerprintOf } from "../../src/delivery/answer-table.ts";
import { Run } from "../../src/delivery/run.ts";
import { Runs } from "../../src/delivery/runs.ts";
import type { Reply } from "../../src/protocol/reply.ts";

function text(Content: string): Reply {
  return { MsgType: "text", Content };
}

describe("A fingerprint", () => {
  /** The same by the book, in whole numbers. */
  function byTheBook(key: string): { low: number; high: number } {
    let [low, high] = [0x811c9dc5n, 0x9747b28cn];
    for (const character of key.split("")) {
      const unit = BigInt(character.charCodeAt(0));
      low = BigInt.asUintN(32, (low ^ unit) * 0x01000193n);
      high = BigInt.asUintN(32, (high ^ unit) * 0x5bd1e995n);
      high ^= high >> 15n;
    }
    return { low: Number(BigInt.asIntN(32, low)), high: Number(BigInt.asIntN(32, high)) };
  }

  test("is FNV-1a, with the known values of it", () => {
    assert.equal(fingerprintOf("a").low >>> 0, 0xe40c292c);
    assert.equal(fingerprintOf("foobar").low >>> 0, 0xbf9cf968);
  });

  test("is two hashes that differ in every way", () => {
    for (const key of ["a", "b", "ab", "ba", "gh_1\noFollower\n1714112445\n7", "你好", "\uffff"]) {
      const { low, high } = fingerprintOf(key);
      const book = byTheBook(key);
      // Its lowest bit says that the slot is taken.
      assert.deepEqual([low | 0, high | 0], [book.low, book.high | 1], key);
    }
  });

  test("may be 0 in its first half, and not in its second, which says that a slot is taken", () => {
    assert.equal(fingerprintOf("\u00cc$1\u00c4").low, 0);
    assert.notEqual(fingerprintOf("\u00cc$1\u00c4").high, 0);
    assert.equal(byTheBook("\u7915\uc10c").high, 0);
    assert.equal(fingerprintOf("\u7915\uc10c").high, 1);
  });

  test("tells 200,000 keys apart", () => {
    const seen = new Set<string>();
    for (let id = 0; id < 200_000; id += 1) {
      const { low, high } = fingerprintOf(`gh_1\noFollower\n1714112445\n${id}\ntext\n0`);
      seen.add(`${low} ${high}`);
    }
    assert.equal(seen.size, 200_000);
  });
});

describe("The table of answers", () => {
  const [one, two] = [text("一"), text("二")];

  test("knows what was set, with how many deliveries it had", () => {
    const table = new AnswerTable(8);
    assert.equal(table.get({ low: 1, high: 2 }), undefined);
    table.set({ low: 1, high: 2 }, { pieces: [one], deliveries: 3 });
    assert.deepEqual(table.get({ low: 1, high: 2 }), { pieces: [one], deliveries: 3 });
    assert.equal(table.size, 1);
    table.set({ low: 1, high: 2 }, { pieces: [two], deliveries: 4 });
    assert.deepEqual(table.get({ low: 1, high: 2 }), { pieces: [two], deliveries: 4 });
    assert.equal(table.size, 1);
  });

  test("keeps no reply, one, and several", () => {
    const table = new AnswerTable(8);
    const all = [[], [one], [one, two], [two, one, one]];
    for (const [index, pieces] of all.entries()) {
      table.set({ low: index + 1, high: 0 }, { pieces, deliveries: 1 });
    }
    for (const [index, pieces] of all.entries()) {
      assert.deepEqual(table.get({ low: index + 1, high: 0 })?.pieces, pieces);
    }
  });

  test("tells keys apart that meet in one of their halves, or in a slot", () => {
    const table = new AnswerTable(8);
    const keys = [[1, 1], [1, 2], [2, 1], [9, 1], [17, 1], [0, 5], [5, 0]] as const;
    const put = keys.slice(0, 4);
    for (const [low, high] of put) {
      table.set({ low, high }, { pieces: [text(`${low} ${high}`)], deliveries: 1 });
    }
    for (const [low, high] of put) {
      assert.deepEqual(table.get({ low, high })?.pieces, [text(`${low} ${high}`)]);
    }
    for (const [low, high] of keys.slice(4)) assert.equal(table.get({ low, high }), undefined);
    assert.equal(table.size, 4);
  });

  test("takes keys of which one half is 0", () => {
    const table = new AnswerTable(8);
    table.set({ low: 0, high: 5 }, { pieces: [one], deliveries: 1 });
    table.set({ low: 5, high: 0 }, { pieces: [two], deliveries: 1 });
    assert.deepEqual(table.get({ low: 0, high: 5 })?.pieces, [one]);
    assert.deepEqual(table.get({ low: 5, high: 0 })?.pieces, [two]);
  });

  test("goes on at its beginning behind its last slot", () => {
    const table = new AnswerTable(4);
    table.set({ low: 3, high: 1 }, { pieces: [one], deliveries: 1 });
    table.set({ low: 3, high: 2 }, { pieces: [two], deliveries: 1 });
    table.set({ low: -1, high: 3 }, { pieces: [], deliveries: 2 });
    assert.deepEqual(table.get({ low: 3, high: 2 })?.pieces, [two]);
    assert.deepEqual(table.get({ low: -1, high: 3 }), { pieces: [], deliveries: 2 });
  });

  test("counts 255 deliveries at most", () => {
    const table = new AnswerTable(4);
    for (const [deliveries, told] of [[255, 255], [256, 255], [1000, 255]] as const) {
      table.set({ low: 1, high: 1 }, { pieces: [], deliveries });
      assert.equal(table.get({ low: 1, high: 1 })?.deliveries, told);
    }
  });

  test("keeps an answer once that is equal to the text before it", () => {
    const table = new AnswerTable(16);
    const kept = (low: number, reply: Reply): Reply | undefined => {
      table.set({ low, high: 1 }, { pieces: [reply], deliveries: 1 });
      return table.get({ low, high: 1 })?.pieces[0];
    };
    const first = text("同");
    assert.equal(kept(1, first), first);
    assert.equal(kept(2, text("同")), first);
    const image: Reply = { MsgType: "image", Image: { MediaId: "m" } };
    assert.equal(kept(3, image), image);
    assert.equal(kept(4, text("同")), first);
    const other = text("异");
    assert.equal(kept(5, other), other);
    assert.equal(kept(6, text("异")), other);
    assert.notEqual(kept(7, text("同")), first);
  });

  test("is empty when it has been cleared", () => {
    const table = new AnswerTable(4);
    table.set({ low: 1, high: 0 }, { pieces: [one], deliveries: 1 });
    table.clear();
    assert.deepEqual([table.size, table.get({ low: 1, high: 0 })], [0, undefined]);
    table.set({ low: 1, high: 0 }, { pieces: [], deliveries: 1 });
    assert.deepEqual(table.get({ low: 1, high: 0 })?.pieces, []);
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
    const runs = new Runs();
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
    const runs = new Runs();
    const [one, two] = [new Run("1"), new Run("2")];
    runs.forget(one);
    runs.add(one);
    runs.add(two);
    runs.forget(one);
    assert.deepEqual([runs.get("1"), runs.get("2")], [undefined, two]);
  });

  test("are owed where somebody is still to get something", () => {
    const runs = new Runs();
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
    const runs = new Runs();
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

  test("are remembered up to 8,000 in a generation", () => {
    const runs = new Runs();
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

describe("A run", () => {
  test("names the follower in its key", () => {
    assert.equal(new Run("wx1\ngh_1\noF\n1714112445\n7\ntext\n0").follower, "wx1\ngh_1\noF");
  });

  test("begins with nothing done, given, told or owed", () => {
    const { message, context, ...state } = new Run("k");
    assert.deepEqual(state, {
      key: "k",
      deliveries: 0,
      arriving: 0,
      deliveriesElsewhere: 0,
      lastAt: 0,
      done: false,
      pieces: [],
      error: undefined,
      errorTold: false,
      before: undefined,
      given: false,
      givenNoted: false,
      gaveUp: false,
      waitsForEarlier: false,
      owed: false,
      parked: false,
      abandoned: false,
      stopKeeping: undefined,
      elsewhere: false,
      timer: undefined,
    });
    assert.deepEqual([message, context], [undefined, undefined]);
  });

  test("is awaited before its first delivery, while one arrives and while one waits", async () => {
    const run = new Run("k");
    assert.equal(run.awaited, true);
    run.deliveries = 1;
    assert.equal(run.awaited, false);
    run.arriving = 1;
    assert.equal(run.awaited, true);
    run.arriving = 0;
    let leave: ((wakeup: "deadline") => void) | undefined;
    const waiting = run.wait((left) => {
      leave = left;
    });
    assert.equal(run.awaited, true);
    leave?.("deadline");
    assert.equal(await waiting, "deadline");
    assert.equal(run.awaited, false);
  });

  test("wakes all that wait, and those alone", async () => {
    const run = new Run("k");
    run.wake();
    const waiting = [run.wait(() => {}), run.wait((leave) => leave("closed"))];
    run.wake();
    assert.deepEqual(await Promise.all(waiting), ["done", "closed"]);
  });
});
