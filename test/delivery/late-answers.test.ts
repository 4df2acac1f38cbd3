/** Where a late answer goes when it is pushed, and what becomes of what cannot be. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import type { LateOptions } from "../../src/delivery/delivery-options.ts";
import { LateAnswers } from "../../src/delivery/late-answers.ts";
import type { PushLate } from "../../src/delivery/late-answers.ts";
import { Parking } from "../../src/delivery/parking.ts";
import { Run } from "../../src/delivery/runs.ts";
import type { LogEntry } from "../../src/log.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { wireText } from "../support/wire.ts";
import { TurnedClock } from "./turned-clock.ts";

const KEY = "wx1\ngh_1\noFollower\n1714112445\n7\ntext\n0";
const FOLLOWER = "wx1\ngh_1\noFollower";
const MORE = "（回复任意内容继续）";

function text(Content: string): Reply {
  return { MsgType: "text", Content };
}

interface Desk {
  readonly late: LateAnswers;
  readonly run: Run;
  readonly sentences: string[];
  /** What was to be pushed, and to whom. */
  readonly pushed: [openId: string, replies: readonly Reply[]][];
  /** What is parked: its text, and the end of the key that it is parked under. */
  rest(): Promise<(readonly [text: string, of: string, asked: boolean])[]>;
}

/** @param left how many of the replies cannot be sent */
function desk(pieces: readonly Reply[], left: number, options: LateOptions = {}): Desk {
  const clock = new TurnedClock();
  const parking = new Parking(new MemoryStore({ clock: () => clock.now() }), clock, "one");
  const sentences: string[] = [];
  const log = ({ level, message }: LogEntry): void => {
    sentences.push(`${level}: ${message ?? ""}`);
  };
  const pushed: Desk["pushed"] = [];
  const push: PushLate = async (openId, replies) => {
    pushed.push([openId, replies]);
    const kept = left === replies.length ? replies : replies.slice(replies.length - left);
    return { left: kept, problem: left === 0 ? undefined : "45015 out of time" };
  };
  const late: LateOptions = { push: "customer-service", ...options };
  const settings = prepareDelivery({ late }, 1800, true);
  const run = new Run(KEY, parseMessage(wireText("问")));
  run.pieces = pieces;
  run.done = true;
  return {
    late: new LateAnswers(parking, settings, clock, log, push),
    run,
    sentences,
    pushed,
    async rest() {
      const all: (readonly [string, string, boolean])[] = [];
      for (;;) {
        const parked = await parking.take(FOLLOWER, async () => {});
        if (parked === undefined) return all;
        const { reply, of, asked, until } = parked;
        assert.equal(until, clock.now() + 3_600_000);
        const content = reply.MsgType === "text" ? reply.Content : reply.MsgType;
        all.push([content, of.slice(KEY.length), asked]);
      }
    },
  };
}

const PIECES: readonly Reply[] = [text(`一\n${MORE}`), text(`二\n${MORE}`), text("三")];
const PROBLEM = "since it could not be sent as a customer-service message: 45015 out of time";

describe("A late answer that is pushed", () => {
  test("goes to the follower without what asks for more, and nothing is parked", async () => {
    const { late, run, sentences, pushed, rest } = desk(PIECES, 0);
    await late.send(run);
    assert.deepEqual(pushed, [
      ["o9AgO5Kd5ggOC-bXrbNODIiE3bGY", [text("一"), text("二"), text("三")]],
    ]);
    assert.deepEqual(sentences, [
      "info: Answer came late and was sent as a customer-service message",
    ]);
    assert.deepEqual([await rest(), run.parked], [[], true]);
  });

  test("is parked as it was when none of it could be sent", async () => {
    const { late, run, sentences, rest } = desk(PIECES, 3);
    await late.send(run);
    assert.deepEqual(sentences, [
      `warn: Answer came late and is parked for the follower's next message, ${PROBLEM}`,
    ]);
    assert.deepEqual(await rest(), [
      [`一\n${MORE}`, "", false],
      [`二\n${MORE}`, "", true],
      ["三", "", true],
    ]);
  });

  test("is parked as one that was asked for, where the notice has asked", async () => {
    const { late, run, rest } = desk(PIECES, 3, { give: "instead", notice: "稍等" });
    await late.send(run);
    assert.deepEqual((await rest()).map(([, , asked]) => asked), [true, true, true]);
  });

  test("is parked in part when it was sent in part, under a key that no repeat finds", async () => {
    const { late, run, sentences, rest } = desk(PIECES, 2);
    await late.send(run);
    assert.deepEqual(sentences, [
      "warn: Answer came late and was sent in part, and the rest is parked " +
        `for the follower's next message, ${PROBLEM}`,
    ]);
    const asking = "二\n（回复任意内容继续）";
    assert.deepEqual(await rest(), [[asking, "\nrest", false], ["三", "\nrest", true]]);
  });

  for (const [why, change] of Object.entries({
    "given": { given: true },
    "parked": { parked: true },
  })) {
    test(`is not sent when it is ${why} already`, async () => {
      const { late, run, sentences, pushed } = desk(PIECES, 0);
      Object.assign(run, change);
      await late.send(run);
      assert.deepEqual([sentences, pushed], [[], []]);
    });
  }

  test("leaves its rest to the next message when a delivery took its beginning", async () => {
    const { late, run, sentences, rest } = desk(PIECES, 0);
    await late.parkRest(run);
    assert.deepEqual(sentences, []);
    assert.deepEqual(await rest(), [[`二\n${MORE}`, "", true], ["三", "", true]]);
  });
});
