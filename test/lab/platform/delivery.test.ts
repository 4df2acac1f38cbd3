/**
 * How the platform delivers: five seconds, three times, at once, by a clock that the test turns.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareLabAccount } from "../../../lab/platform/accounts.ts";
import { deliver } from "../../../lab/platform/delivery.ts";
import type { DeliverOptions } from "../../../lab/platform/delivery.ts";
import { LabNoAnswer } from "../../../lab/platform/no-answer.ts";
import type {
  Attempt,
  DeliveryRecord,
  LabRequest,
  LabResponse,
  Target,
} from "../../../lab/platform/types.ts";
import { TurnedClock } from "../../../lab/turned-time/turned-clock.ts";
import { readWire, textAt } from "../../support/reader.ts";
import { wireSign } from "../../support/wire.ts";

const START = 1_714_112_445_000;
const account = prepareLabAccount({ token: "tok3n" });
const TEXT = { MsgType: "text", Content: "你好" };

/** What a server does with a delivery: answers after a while, never, or breaks the connection. */
type Plan = { readonly afterMs: number; readonly body: string } | "silence" | "reset";

/** A server without a socket, on the clock of the test. */
class PlannedTarget implements Target {
  readonly requests: (LabRequest & { readonly at: number })[] = [];
  readonly #clock: TurnedClock;
  readonly #plans: Plan[];

  constructor(clock: TurnedClock, plans: readonly Plan[]) {
    this.#clock = clock;
    this.#plans = [...plans];
  }

  send(request: LabRequest): Promise<LabResponse> {
    this.requests.push({ ...request, at: this.#clock.now() });
    const plan = this.#plans.shift() ?? "silence";
    return new Promise((resolve, reject) => {
      const drop = (reason: "timeout" | "reset" | "aborted", ms: number): void => {
        reject(new LabNoAnswer(reason, ms, `No answer: ${reason}`));
      };
      request.signal?.addEventListener("abort", () => drop("aborted", 0));
      if (plan === "reset") return drop("reset", 0);
      this.#clock.setTimeout(() => drop("timeout", request.timeoutMs), request.timeoutMs);
      if (plan === "silence") return;
      const body = Buffer.from(plan.body);
      const answer = { status: 200, headers: {}, body, ms: plan.afterMs };
      this.#clock.setTimeout(() => resolve(answer), plan.afterMs);
    });
  }
}

/** Delivers a text to a server that does as planned, turning the clock until that is over. */
async function delivered(
  plans: readonly Plan[],
  options: Partial<DeliverOptions> = {},
): Promise<{ record: DeliveryRecord; requests: PlannedTarget["requests"] }> {
  const clock = new TurnedClock(START);
  const target = new PlannedTarget(clock, plans);
  let record: DeliveryRecord | undefined;
  void deliver(target, account, TEXT, { openId: "oA", clock, ...options }).then((done) => {
    record = done;
  });
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (record !== undefined) return { record, requests: target.requests };
    assert.ok(clock.turnToNext(), "it waits for something that no timer brings");
  }
}

const nonceOf = ({ query }: LabRequest): string | null => new URLSearchParams(query).get("nonce");
const timesOf = (record: DeliveryRecord): number[] =>
  record.attempts.map(({ startedAt }) => startedAt - START);

describe("A delivery", () => {
  test("that is answered at once is made once", async () => {
    const { record } = await delivered([{ afterMs: 100, body: "success" }]);
    assert.equal(record.attempts.length, 1);
    assert.equal(record.attempts[0]?.ms, 100);
    assert.deepEqual(record.shown, { what: "nothing" });
  });

  test("is dropped after 5 seconds and made again at once, three times, and then is a fault", async () => {
    const { record, requests } = await delivered([]);
    assert.deepEqual(timesOf(record), [0, 5000, 10_000]);
    assert.deepEqual(
      record.attempts.map(({ ms }) => ms),
      [5000, 5000, 5000],
    );
    assert.deepEqual(
      record.attempts.map(({ outcome }) => outcome),
      Array(3).fill("timeout"),
    );
    assert.deepEqual(record.shown, { what: "fault" });
    assert.equal(requests.length, 3);
  });

  test("that is answered the second time is not made a third time", async () => {
    const { record } = await delivered(["silence", { afterMs: 3000, body: "success" }]);
    assert.deepEqual(timesOf(record), [0, 5000]);
    assert.deepEqual(record.shown, { what: "nothing" });
    const shown = record.attempts.map(({ verdict }) => verdict?.shows.what);
    assert.deepEqual(shown, ["lost", "nothing"]);
  });

  test("that was answered wrongly is not made again", async () => {
    const { record } = await delivered([{ afterMs: 1, body: "{}" }]);
    assert.equal(record.attempts.length, 1);
    assert.deepEqual(record.shown, { what: "fault" });
  });

  test("whose connection breaks is made again at once", async () => {
    const { record } = await delivered(["reset", "reset", { afterMs: 1, body: "success" }]);
    assert.deepEqual(timesOf(record), [0, 0, 0]);
    assert.deepEqual(
      record.attempts.map(({ reason }) => reason),
      ["reset", "reset", undefined],
    );
  });

  test("may be made more often, or wait for longer", async () => {
    const { record } = await delivered([], { deliveries: 4, timeoutMs: 1000 });
    assert.deepEqual(timesOf(record), [0, 1000, 2000, 3000]);
  });
});

describe("A repeat", () => {
  test("has the same message: MsgId and CreateTime", async () => {
    const { requests } = await delivered([]);
    assert.equal(new Set(requests.map(({ body }) => String(body))).size, 1);
    const root = readWire(String(requests[2]?.body));
    assert.equal(textAt(root, "CreateTime"), "1714112445");
    assert.ok(BigInt(textAt(root, "MsgId") ?? "") > 2n ** 53n);
  });

  test("is told from the next message, also from one of the same moment", async () => {
    const both = await Promise.all([delivered([]), delivered([])]);
    const ids = both.map(({ record }) => textAt(readWire(record.xml), "MsgId"));
    assert.notEqual(ids[0], ids[1]);
    assert.notEqual(both[0].record.id, both[1].record.id);
  });

  test("has a timestamp and nonce of its own, rightly signed", async () => {
    const { requests } = await delivered([]);
    assert.equal(new Set(requests.map(nonceOf)).size, 3);
    for (const [index, { query }] of requests.entries()) {
      const read = new URLSearchParams(query);
      const [timestamp, nonce] = [read.get("timestamp") ?? "", read.get("nonce") ?? ""];
      assert.equal(timestamp, String(1_714_112_445 + 5 * index));
      assert.equal(read.get("signature"), wireSign("tok3n", timestamp, nonce));
    }
  });

  test("is the same to the byte where that is asked for", async () => {
    const { requests } = await delivered([], { repeats: "same" });
    assert.equal(new Set(requests.map(({ query, body }) => `${query} ${String(body)}`)).size, 1);
  });
});

describe("A delivery that is altered", () => {
  test("is signed with another token and an old timestamp", async () => {
    const alter = { token: "other", timestamp: 1_600_000_000, nonce: "7" };
    const { requests } = await delivered([{ afterMs: 1, body: "success" }], { alter });
    const read = new URLSearchParams(requests[0]?.query);
    assert.equal(read.get("signature"), wireSign("other", "1600000000", "7"));
  });

  test("that is held back leaves the server less time", async () => {
    const { record, requests } = await delivered([{ afterMs: 1000, body: "success" }], {
      alter: { delayMs: 3000 },
    });
    assert.equal(requests[0]?.at, START + 3000);
    assert.equal(requests[0]?.timeoutMs, 2000);
    assert.equal(record.attempts[0]?.ms, 4000);
  });

  test("that is held back for 5 seconds never arrives", async () => {
    const { record, requests } = await delivered([], { alter: { delayMs: 9000 }, deliveries: 1 });
    assert.equal(requests.length, 0);
    assert.equal(record.attempts[0]?.ms, 5000);
    assert.equal(record.attempts[0]?.reason, "timeout");
  });
});

describe("Whoever watches a delivery", () => {
  test("is told of each attempt when it goes out and when it is over", async () => {
    const told: string[] = [];
    await delivered(["silence", { afterMs: 1, body: "success" }], {
      onStart: ({ number, request }) => told.push(`out ${number} ${request.method}`),
      onAttempt: ({ number, outcome }: Attempt) => told.push(`over ${number} ${outcome}`),
    });
    assert.deepEqual(told, ["out 1 POST", "over 1 timeout", "out 2 POST", "over 2 answered"]);
  });

  test("can end it: the attempt is given up, and none follows", async () => {
    const ending = new AbortController();
    const { record } = await delivered([], {
      signal: ending.signal,
      onStart: ({ number }) => {
        if (number === 2) queueMicrotask(() => ending.abort());
      },
    });
    assert.deepEqual(
      record.attempts.map(({ reason }) => reason),
      ["timeout", "aborted"],
    );
  });

  test("finds each step of the signature with the attempt", async () => {
    const { record } = await delivered([{ afterMs: 1, body: "success" }]);
    const { steps, plaintext, headers } = record.attempts[0]?.request ?? assert.fail();
    assert.equal(steps.signature.parts.length, 3);
    assert.equal(plaintext, record.xml);
    assert.equal(headers["Content-Type"], "text/xml");
  });
});
