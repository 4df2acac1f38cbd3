/** Where a late answer goes when it is pushed, and what becomes of what cannot be. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MessageContext } from "../../src/bot/context.ts";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import type { LateOptions } from "../../src/delivery/delivery-options.ts";
import { LateAnswers } from "../../src/delivery/late-answers.ts";
import type { PushLate } from "../../src/delivery/late-answers.ts";
import { bytesOf } from "../../src/delivery/line.ts";
import { Lines } from "../../src/delivery/lines.ts";
import type { Standing } from "../../src/delivery/record.ts";
import { Records } from "../../src/delivery/records.ts";
import { Run } from "../../src/delivery/run.ts";
import { Runs } from "../../src/delivery/runs.ts";
import type { LogEntry } from "../../src/log.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { wireText } from "../support/wire.ts";
import { aKey } from "./a-run.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";

const KEY = "wx1\ngh_1\noFollower\n1714112445\n7\ntext\n0";
const FOLLOWER = "wx1\ngh_1\noFollower";
const OPEN_ID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY";

function text(Content: string): Reply {
  return { MsgType: "text", Content };
}

interface Desk {
  readonly clock: TurnedClock;
  readonly late: LateAnswers;
  readonly runs: Runs;
  readonly sentences: string[];
  /** What was to be pushed, and to whom. */
  readonly pushed: [openId: string, replies: readonly Reply[]][];
  /** Puts a late answer into its line. */
  keep(key: string, standing: Standing): Promise<Run>;
  /** A word fetches the first piece. */
  fetch(): Promise<void>;
  /** What a follower can fetch: each text, and the key of its message. */
  rest(): Promise<(readonly [text: string, of: string])[]>;
}

/** @param push how many replies are sent before none is, and how long each takes */
function desk(options: LateOptions = {}, push: { after?: number; ms?: number; isShared?: boolean } = {}): Desk {
  const { after = Infinity, ms = 0, isShared = false } = push;
  const clock = new TurnedClock();
  const memory = new MemoryStore({ clock: () => clock.now() });
  const store = isShared ? sharing(memory) : memory;
  const late: LateOptions = { push: "customer-service", ...options };
  const settings = prepareDelivery({ late }, 1800, true);
  const records = new Records(store, clock);
  const lines = new Lines({ store, clock, records, settings });
  const runs = new Runs(() => new Uint8Array(16));
  const sentences: string[] = [];
  const log = ({ level, message }: LogEntry): void => void sentences.push(`${level}: ${message ?? ""}`);
  const pushed: Desk["pushed"] = [];
  const pushLate: PushLate = async (openId, replies) => {
    if (pushed.length >= after) return { left: replies, problem: "45015 out of time" };
    pushed.push([openId, replies]);
    if (ms > 0) await clock.sleep(ms);
    return { left: [], problem: undefined };
  };
  let owners = 0;
  const newOwner = (): string => `owner ${(owners += 1)}`;
  const made = { store, records, lines, runs, settings, clock, log, newOwner };
  const services = { accountId: "wx1", store, api: undefined, clock, newOwner, patienceMs: 4500 };
  return {
    clock,
    late: new LateAnswers({ ...made, push: options.onLate === undefined ? pushLate : undefined }),
    runs,
    sentences,
    pushed,
    async keep(key, standing) {
      const message = parseMessage(wireText("问"));
      const receivedAt = clock.now();
      const context = new MessageContext("gh_1", OPEN_ID, receivedAt, services);
      const run = new Run(aKey(key), { message, size: 1, receivedAt, acceptedUntil: receivedAt }, context);
      run.isLate = true;
      const until = receivedAt + 3_600_000;
      const replies = standing.state === "ready" ? standing.replies : [];
      if (standing.state === "ready") run.state = { is: "ready", replies, isKept: true };
      if (standing.state === "given") run.give(standing.reply);
      const counted = { since: receivedAt, deliveries: 3, at: receivedAt, expires: until };
      await lines.place(FOLLOWER, { of: key, since: receivedAt, begun: false, until, bytes: bytesOf(replies) });
      await records.change(key, () => ({ ...counted, ...standing }));
      runs.add(run);
      return run;
    },
    async fetch() {
      const held = await lines.next(FOLLOWER, "pick-up", "a word");
      if (typeof held === "object") await held.done();
    },
    async rest() {
      const all: (readonly [string, string])[] = [];
      for (;;) {
        const held = await lines.next(FOLLOWER, "pick-up", "a word");
        if (typeof held !== "object") return all;
        await held.done();
        all.push([held.reply.MsgType === "text" ? held.reply.Content : held.reply.MsgType, held.of]);
      }
    },
  };
}

function ready(...words: readonly string[]): Standing {
  return { state: "ready", replies: words.map(text), late: true };
}

const PROBLEM = "since it could not be sent as a customer-service message: 45015 out of time";

describe("A late answer that is pushed", () => {
  test("goes to the follower reply by reply, and nothing is left in the line", async () => {
    const { late, keep, sentences, pushed, rest, runs } = desk();
    await late.send(await keep(KEY, ready("一", "二", "三")));
    assert.deepEqual(pushed, ["一", "二", "三"].map((word) => [OPEN_ID, [text(word)]]));
    assert.deepEqual(sentences, [
      "info: Answer came late and was sent as a customer-service message",
    ]);
    assert.deepEqual([await rest(), runs.get(aKey(KEY))], [[], "delivered"]);
  });

  test("is cut for customer-service messages, and names no word", async () => {
    const { late, keep, pushed } = desk();
    await late.send(await keep(KEY, ready("长".repeat(1500))));
    const [[, [first]] = ["", []], [, [second]] = ["", []]] = pushed;
    const sent = [first, second].map((reply) => (reply?.MsgType === "text" ? reply.Content : ""));
    assert.deepEqual([pushed.length, sent.join("")], [3, "长".repeat(1200)]);
  });

  test("is parked as it was when none of it could be sent", async () => {
    const { late, keep, sentences, rest } = desk({}, { after: 0 });
    await late.send(await keep(KEY, ready("一", "二", "三")));
    assert.deepEqual(sentences, [
      `warn: Answer came late and is parked for the follower's next message, ${PROBLEM}`,
    ]);
    assert.deepEqual(await rest(), [["一", KEY], ["二", KEY], ["三", KEY]]);
  });

  test("is parked in part when it was sent in part", async () => {
    const { late, keep, sentences, rest } = desk({}, { after: 1 });
    await late.send(await keep(KEY, ready("一", "二", "三")));
    assert.deepEqual(sentences, [
      "warn: Answer came late and was sent in part, and the rest is parked " +
        `for the follower's next message, ${PROBLEM}`,
    ]);
    assert.deepEqual(await rest(), [["二", KEY], ["三", KEY]]);
  });

  test("is not sent when a delivery has it already", async () => {
    const { late, keep, sentences, pushed } = desk();
    const run = await keep(KEY, { state: "given", reply: text("一"), rest: [] });
    await late.send(run);
    assert.deepEqual([sentences, pushed], [[], []]);
  });

  test("follows half a second after its beginning, which a delivery took", async () => {
    const { clock, late, keep, pushed, rest } = desk();
    late.pushRest(await keep(KEY, { state: "given", reply: text("一"), rest: [text("二")] }));
    await clock.turn(499);
    assert.deepEqual(pushed, []);
    await clock.turn(1);
    assert.deepEqual([pushed, await rest()], [[[OPEN_ID, [text("二")]]], []]);
  });

  test("follows half a second after its beginning, which a word fetched just before", async () => {
    const { clock, late, keep, pushed, fetch } = desk();
    const run = await keep(KEY, ready("一", "二"));
    await fetch();
    void late.send(run);
    await clock.turn(499);
    assert.deepEqual(pushed, []);
    await clock.turn(1);
    assert.deepEqual(pushed, [[OPEN_ID, [text("二")]]]);
  });

  for (const isShared of [false, true]) {
    const store = isShared ? "a shared store" : "a store of its own";
    test(`goes out whole before the next one of the follower, on ${store}`, async () => {
      const { clock, late, keep, pushed, rest } = desk({}, { ms: 1000, isShared });
      const one = await keep(KEY, ready("a1", "a2"));
      await clock.turn(10);
      const two = await keep(`${KEY}2`, ready("b1", "b2"));
      // The later one is ready first.
      void late.send(two);
      void late.send(one);
      await clock.turn(20_000);
      assert.deepEqual(pushed.map(([, replies]) => replies), ["a1", "a2", "b1", "b2"].map((word) => [text(word)]));
      assert.deepEqual([await rest(), clock.waiting], [[], 0]);
    });
  }
});

describe("A late answer that is handed to onLate", () => {
  test("is handed over whole, once, and nothing is left in the line", async () => {
    const handed: (readonly Reply[])[] = [];
    const onLate: LateOptions["onLate"] = (_message, replies) => handed.push(replies);
    const { late, keep, sentences, rest } = desk({ onLate });
    const run = await keep(KEY, ready("一", "二"));
    await Promise.all([late.send(run), late.send(run)]);
    assert.deepEqual(handed, [[text("一"), text("二")]]);
    assert.deepEqual(sentences, ["info: Answer came late and was handed to onLate"]);
    assert.deepEqual(await rest(), []);
  });

  test("is parked when onLate throws", async () => {
    const onLate = (): never => {
      throw new Error("mail is down");
    };
    const { late, keep, sentences, rest } = desk({ onLate });
    await late.send(await keep(KEY, ready("一", "二")));
    assert.deepEqual(sentences, [
      "warn: onLate failed, answer is parked instead: mail is down",
      "warn: Answer came late and is parked for the follower's next message",
    ]);
    assert.deepEqual((await rest()).map(([, of]) => of), [KEY, KEY]);
  });

  test("is not handed over when the follower has fetched it", async () => {
    const handed: unknown[] = [];
    const { late, keep, sentences, rest } = desk({ onLate: (_message, replies) => handed.push(replies) });
    const run = await keep(KEY, ready("一"));
    assert.equal((await rest()).length, 1);
    await late.send(run);
    assert.deepEqual([handed, sentences], [[], []]);
  });
});
