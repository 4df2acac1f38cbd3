/** The answers that are remembered for repeats, and the runs that a process knows. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { MessageKey } from "../../src/bot/keys.ts";
import { ANSWERS_BYTES, Remembered } from "../../src/delivery/remembered.ts";
import { Run } from "../../src/delivery/run.ts";
import { Runs } from "../../src/delivery/runs.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { aKey, aRun } from "./a-run.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const SEED = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);

function text(Content: string): Reply {
  return { MsgType: "text", Content };
}

describe("The answers that are remembered", () => {
  const [one, two] = [text("一"), text("二")];

  test("are those that were kept, with how many deliveries they had", () => {
    const answers = new Remembered(() => SEED);
    assert.equal(answers.get(aKey("k")), undefined);
    answers.keep(aKey("k"), { reply: one, deliveries: 3 }, 0, 0);
    assert.deepEqual(answers.get(aKey("k")), { reply: one, deliveries: 3 });
    answers.keep(aKey("k"), { reply: two, deliveries: 1000 }, 0, 0);
    assert.deepEqual(answers.get(aKey("k")), { reply: one, deliveries: 1000 });
    assert.equal(answers.get(aKey("other")), undefined);
  });

  test("are no reply, a text of any form, and every other kind as it is", () => {
    const answers = new Remembered(() => SEED);
    const article = { title: "题", description: "", picUrl: "", url: "u" };
    const all: (Reply | undefined)[] = [
      undefined, one, text(""), text("\ud83d alone"), text("a\0b"), undefined,
      text(""), undefined,
      { MsgType: "image", Image: { MediaId: "m" } }, text(JSON.stringify({ MsgType: "image", Image: { MediaId: "m" } })),
      { MsgType: "news", Articles: [article, article] } as unknown as Reply,
    ];
    for (const [id, reply] of all.entries()) answers.keep(aKey(`${id}`), { reply, deliveries: 1 }, 0, 0);
    for (const [id, reply] of all.entries()) {
      assert.deepEqual(answers.get(aKey(`${id}`)), { reply, deliveries: 1 });
    }
  });

  test("are nothing for a reply that cannot be written down", () => {
    const answers = new Remembered(() => SEED);
    const reply = { MsgType: "image", Image: { MediaId: 1n } } as unknown as Reply;
    answers.keep(aKey("k"), { reply, deliveries: 2 }, 0, 0);
    assert.deepEqual(answers.get(aKey("k")), { reply: undefined, deliveries: 2 });
  });

  test("hold a text once that is equal to the one before it", () => {
    const answers = new Remembered(() => SEED);
    const long = "长".repeat(16_384);
    for (let id = 1; id <= 20; id += 1) answers.keep(aKey(`${id}`), { reply: text(long), deliveries: 1 }, 0, 0);
    assert.equal(answers.bytes.answers, 32_768);
    answers.keep(aKey("21"), { reply: text(`${long}!`), deliveries: 1 }, 0, 0);
    assert.equal(answers.bytes.answers, 65_538);
    for (const [id, content] of [[1, long], [20, long], [21, `${long}!`]] as const) {
      assert.deepEqual(answers.get(aKey(`${id}`)), { reply: text(content), deliveries: 1 });
    }
    answers.keep(aKey("22"), { reply: text(`${long}!`), deliveries: 2 }, 0, 0);
    assert.deepEqual([answers.get(aKey("22")), answers.bytes.answers], [{ reply: text(`${long}!`), deliveries: 2 }, 65_538]);
  });

  test("take their bytes and no more, whatever they are: the oldest go first", () => {
    const answers = new Remembered(() => SEED);
    let most = 0;
    for (let id = 0; id < 32; id += 1) {
      answers.keep(aKey(`${id}`), { reply: text(String(id).padEnd(500_000)), deliveries: 1 }, 0, 0);
      most = Math.max(most, answers.bytes.answers);
    }
    // Eight of a million bytes in each of the two generations.
    assert.equal(most, 16_000_000);
    assert.ok(most <= 2 * ANSWERS_BYTES);
    const kept = Array.from({ length: 32 }, (_none, id) => id).filter((id) => answers.get(aKey(`${id}`)) !== "delivered");
    assert.deepEqual(kept, Array.from({ length: 16 }, (_none, id) => id + 16));
  });

  test("are of the size of a generation at most, and what is longer is not among them", () => {
    const answers = new Remembered(() => SEED);
    answers.keep(aKey("too long"), { reply: text("a".repeat(4_194_305)), deliveries: 1 }, 0, 0);
    assert.equal(answers.get(aKey("too long")), "delivered");
    answers.keep(aKey("as long"), { reply: text("a".repeat(4_194_304)), deliveries: 1 }, 0, 0);
    assert.deepEqual(answers.bytes.answers, ANSWERS_BYTES);
    assert.deepEqual(answers.get(aKey("as long")), { reply: text("a".repeat(4_194_304)), deliveries: 1 });
  });
});

test("What is remembered holds no key, which may be a part of a body of a megabyte", async () => {
  setFlagsFromString("--expose-gc");
  const answers = new Remembered(() => SEED);
  const noted = (): WeakRef<MessageKey> => {
    const key = aKey("k");
    answers.keep(key, { reply: text("一"), deliveries: 1 }, 0, 0);
    return new WeakRef(key);
  };
  const key = noted();
  await new Promise((resolve) => setImmediate(resolve));
  (runInNewContext("gc") as () => void)();
  assert.equal(key.deref(), undefined);
  assert.deepEqual(answers.get(aKey("k")), { reply: text("一"), deliveries: 1 });
});

describe("The runs that a process knows", () => {
  const [one, two] = [text("一"), text("二")];

  /** Remembers an answer to a message of which nothing else is known. */
  function remember(runs: Runs, key: string, reply: Reply | undefined, now: number): void {
    runs.remember(aRun(key), reply, now);
  }

  /** What a repeat gets; `"delivered"` when its answer is forgotten. */
  function answer(runs: Runs, key: string): Reply | "delivered" | "open" | undefined {
    const known = runs.get(aKey(key));
    if (known instanceof Run) return "open";
    return typeof known === "object" ? known.reply : known;
  }

  test("are found while they are open, and by their answer when it is remembered", () => {
    const runs = new Runs(() => new Uint8Array(8));
    const run = aRun("k");
    run.deliveries = 2;
    run.deliveriesElsewhere = 3;
    assert.equal(runs.get(aKey("k")), undefined);
    runs.add(run);
    assert.equal(runs.get(aKey("k")), run);
    runs.remember(run, one, 0);
    assert.deepEqual(runs.get(aKey("k")), { reply: one, deliveries: 5 });
    assert.deepEqual([runs.get(aKey("other")), runs.open()], [undefined, []]);
  });

  test("are found by an answer that was nothing", () => {
    const runs = new Runs(() => new Uint8Array(8));
    remember(runs, "k", undefined, 0);
    assert.deepEqual(runs.get(aKey("k")), { reply: undefined, deliveries: 0 });
  });

  test("are forgotten when they are told to be, and known as delivered", () => {
    const runs = new Runs(() => new Uint8Array(8));
    const [first, second] = [aRun("1"), aRun("2")];
    runs.forget(first, 0);
    runs.add(first);
    runs.add(second);
    runs.forget(first, 0);
    assert.deepEqual([runs.get(aKey("1")), runs.get(aKey("2"))], ["delivered", second]);
    assert.deepEqual(runs.open(), [second]);
  });

  test("are remembered for a minute at least, and for two at most", () => {
    const runs = new Runs(() => new Uint8Array(8));
    const at = 1_714_112_445_000;
    remember(runs, "first", one, at);
    remember(runs, "second", two, at + 60_000);
    // A minute and a millisecond later the young generation becomes the old one.
    remember(runs, "third", text("三"), at + 60_001);
    assert.deepEqual(answer(runs, "first"), one);
    remember(runs, "fourth", text("四"), at + 120_001);
    assert.deepEqual(answer(runs, "first"), one);
    remember(runs, "fifth", text("五"), at + 120_002);
    assert.deepEqual([runs.get(aKey("first")), runs.get(aKey("second"))], ["delivered", "delivered"]);
    assert.deepEqual(answer(runs, "third"), text("三"));
    assert.deepEqual(answer(runs, "fifth"), text("五"));
  });

  test("keep of a long answer the first piece, for a repeat gets no other", async () => {
    const wechat = new TurnedPlatform();
    wechat.bot.on("text", () => "长".repeat(700));
    const sent = wechat.say("问");
    await wechat.clock.turn(0);
    sent.again();
    await wechat.clock.turn(0);
    assert.match(sent.told[0] ?? "", /^长+\n（回复“继续”查看更多）$/);
    assert.equal(sent.told[1], sent.told[0]);
  });

  test("are known when their answer is forgotten, or was too long to be remembered", () => {
    const runs = new Runs(() => new Uint8Array(8));
    const huge = aRun("huge");
    huge.acceptedUntil = 600_000;
    runs.remember(huge, text("a".repeat(5_000_000)), 0);
    assert.equal(runs.get(aKey("huge")), "delivered");
    const forgotten = aRun("forgotten");
    runs.add(forgotten);
    runs.forget(forgotten, 0);
    assert.equal(runs.get(aKey("forgotten")), "delivered");
  });

  test("are not known when they were dropped, or never there", () => {
    const runs = new Runs(() => new Uint8Array(8));
    const run = aRun("k");
    runs.add(run);
    assert.equal(runs.get(aKey("k")), run);
    runs.drop(run);
    assert.equal(runs.get(aKey("k")), undefined);
  });

  test("are remembered up to 8,000 in a generation", () => {
    const runs = new Runs(() => new Uint8Array(8));
    const at = 1_714_112_445_000;
    for (let id = 0; id < 16_000; id += 1) remember(runs, `k${id}`, one, at);
    assert.deepEqual(answer(runs, "k0"), one, "two generations are full");
    remember(runs, "k16000", one, at);
    assert.equal(answer(runs, "k0"), "delivered");
    assert.equal(answer(runs, "k7999"), "delivered");
    assert.deepEqual(answer(runs, "k8000"), one);
    assert.deepEqual(answer(runs, "k16000"), one);
  });
});
