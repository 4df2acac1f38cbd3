import assert from "node:assert/strict";
import { type TestContext, describe, test } from "node:test";
import { type Answer, exchange } from "../support/http.ts";
import { wireSign } from "../support/wire.ts";
import { ACCOUNT, FOLLOWER, plainDelivery, textMessage } from "./platform.ts";
import { REFUSALS, type Refusal, STRANGER } from "./refusal-cases.ts";
import { type Log, PLAIN, readableLog, serve, tutorialBot } from "./serving.ts";

const HELLO = textMessage("hello");

async function refuse(
  context: TestContext,
  { options, request }: Refusal,
): Promise<{ answer: Answer; log: Log }> {
  const log = readableLog();
  const port = await serve(context, tutorialBot({ ...options, log: log.log }));
  return { answer: await exchange(port, request), log };
}

describe("A refusal names its cause in the log", () => {
  for (const refusal of REFUSALS) {
    test(`${refusal.what} is ${refusal.code}`, async (context) => {
      const { answer, log } = await refuse(context, refusal);
      const cause = log.cause();
      assert.ok([refusal.code].flat().includes(cause ?? ""), `${cause}: ${log.text()}`);
      assert.equal(answer.status, refusal.status);
    });
  }

  test("the skew is told in the log, so that the clock can be set", async (context) => {
    const refusal = REFUSALS.find(({ code }) => code === "TIMESTAMP_SKEW");
    assert.ok(refusal);
    const { log } = await refuse(context, refusal);
    // Three hours when it was made, and what has passed since.
    const [, seconds = ""] = /got one (\d+) s behind/.exec(log.text()) ?? [];
    assert.ok(Number(seconds) >= 10_800 && Number(seconds) < 14_400, log.text());
  });

  test("a fault of the XML is told with its line, its column and a caret", async (context) => {
    const refusal = REFUSALS.find(({ code }) => code === "XML_INVALID");
    assert.ok(refusal);
    const { log } = await refuse(context, refusal);
    assert.match(log.text(), /line 2, column \d+/);
    assert.match(log.text(), /\\n *\^/);
  });
});

describe("A refusal tells nothing that helps to forge", () => {
  for (const refusal of REFUSALS) {
    test(`${refusal.what}: no secret in the log or the answer`, async (context) => {
      const { answer, log } = await refuse(context, refusal);
      const query = new URLSearchParams(refusal.request.target.split("?")[1] ?? "");
      const signed = [query.get("timestamp") ?? "", query.get("nonce") ?? ""] as const;
      const secrets = [ACCOUNT.token, ACCOUNT.encodingAesKey, wireSign(ACCOUNT.token, ...signed)];
      for (const secret of secrets) {
        assert.ok(!log.text().includes(secret), log.text());
        assert.ok(!answer.body.includes(secret));
        assert.ok(!Object.values(answer.headers).includes(secret));
      }
    });

    test(`${refusal.what}: the answer is a few words and names no cause`, async (context) => {
      const { answer } = await refuse(context, refusal);
      assert.ok(answer.body.length < 60);
      assert.doesNotMatch(answer.body, /line \d|column|token|appid|encrypt|skew|clock|xml/i);
      assert.doesNotMatch(answer.body, /[A-Z]+_[A-Z]+/);
    });
  }

  test("answers of the same status are the same", async (context) => {
    const bodies = new Map<number, Set<string>>();
    for (const refusal of REFUSALS) {
      const { answer } = await refuse(context, refusal);
      const known = bodies.get(answer.status) ?? new Set<string>();
      bodies.set(answer.status, known.add(answer.body));
    }
    for (const [status, different] of bodies) {
      assert.equal(different.size, 1, `${status}: ${[...different].join(" | ")}`);
    }
  });

  test("the whole openid of a follower is never in the log", async (context) => {
    const log = readableLog();
    const port = await serve(context, tutorialBot({ ...PLAIN, log: log.log }));
    await exchange(port, plainDelivery(ACCOUNT, HELLO, { openid: FOLLOWER }));
    await exchange(port, plainDelivery(STRANGER, HELLO, { openid: FOLLOWER }));
    await exchange(port, plainDelivery(ACCOUNT, HELLO.replace("</Content>", "")));
    assert.equal(log.entries.length, 3);
    assert.ok(!log.text().includes(FOLLOWER), log.text());
  });
});
