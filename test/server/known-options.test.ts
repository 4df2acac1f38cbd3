/** An option whose name is not known is refused: it would have no effect, and nobody would know. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const { createApi, createBot, startServer } = echostr;

/** As JavaScript would give it. */
function bot(options: object): () => unknown {
  return () => createBot({ token: "t0kenOfTheOptions", ...options });
}

describe("An option that is not known is refused, with the names that are", () => {
  const cases: readonly (readonly [run: () => unknown, message: string])[] = [
    [
      bot({ encodingAESKey: "5ecret" }),
      "Option encodingAESKey is not known, encodingAesKey is meant",
    ],
    // As other libraries call it: without a word the bot would be in plain mode.
    ...["aesKey", "aes_key", "encoding_aes_key", "encodingAesKeys", "EncodingAESKey"].map(
      (name) =>
        [bot({ [name]: "5ecret" }), `Option ${name} is not known, encodingAesKey is meant`] as const,
    ),
    [bot({ app_id: "wx1" }), "Option app_id is not known, appId is meant"],
    [bot({ "text-limit-bytes": 1 }), "Option text-limit-bytes is not known, textLimitBytes is meant"],
    [
      bot({ delivery: { deadline_ms: 1 } }),
      "Option delivery.deadline_ms is not known, delivery.deadlineMs is meant",
    ],
    [
      bot({ delivery: { notice: "…" } }),
      "Option delivery.notice is not known, " +
        "known are deadlineMs, deliveries, handlerMs, hardCapMs, more, late",
    ],
    [
      bot({ delivery: { late: { onlate: () => {} } } }),
      "Option delivery.late.onlate is not known, delivery.late.onLate is meant",
    ],
    [
      bot({ delivery: { ["x".repeat(200)]: 1 } }),
      `Option ${`delivery.${"x".repeat(200)}`.slice(0, 80)} is not known, ` +
        "known are deadlineMs, deliveries, handlerMs, hardCapMs, more, late",
    ],
    [
      bot({ delivery: { toString: 1 } }),
      "Option delivery.toString is not known, " +
        "known are deadlineMs, deliveries, handlerMs, hardCapMs, more, late",
    ],
    [
      bot({ appId: "wx1", appSecret: "5ecret" }),
      "Option appSecret is not known, write api: createApi({ appId, appSecret })",
    ],
    [
      () => createApi({ appId: "wx1", appSecret: "5ecret", timeoutms: 1 } as never),
      "Option timeoutms is not known, timeoutMs is meant",
    ],
    [
      () => createApi({ appid: "wx1", appId: "wx1", appSecret: "5ecret" } as never),
      "Option appid is not known, appId is meant",
    ],
  ];
  for (const [run, message] of cases) {
    test(message.slice(0, 80), () => {
      const error = fails(run, "SETTING_INVALID", message);
      assert.equal(error.message, message);
      assert.ok(!error.message.includes("5ecret"), "no value is shown");
    });
  }

  test("but not what a configuration holds beside them", () => {
    bot({ log: () => {}, name: "x", secret: "5ecret", AES: "5ecret", key: "5ecret", keys: [] })();
  });

  test("also by the server", async () => {
    const server = createBot({ token: "t0kenOfTheOptions", log: () => {} });
    await assert.rejects(startServer(server, { prot: 0 } as never), {
      code: "SETTING_INVALID",
      message:
        "Option prot is not known, known are port, host, tls, headersTimeoutMs, " +
        "requestTimeoutMs, keepAliveTimeoutMs, maxConnections, shutdownTimeoutMs, log",
    });
  });
});

describe("Options that are no object are refused, with what came", () => {
  const cases: readonly (readonly [run: () => unknown, message: string])[] = [
    [() => createBot("token" as never), "Options must be an object, got string"],
    [() => createBot(null as never), "Options must be an object, got null"],
    [bot({ delivery: "off" }), "Option delivery must be an object, got string"],
    [bot({ delivery: { late: "x" } }), "Option delivery.late must be an object, got string"],
    [
      bot({ api: 1 }),
      "Option api must come from createApi, got another number: write api: createApi({ appId, appSecret })",
    ],
    [
      bot({ api: { timeoutMs: 1 } }),
      "Option api must come from createApi, got another object: write api: createApi({ appId, appSecret })",
    ],
    [
      bot({ api: null }),
      "Option api must come from createApi, got another object: write api: createApi({ appId, appSecret })",
    ],
  ];
  for (const [run, message] of cases) {
    test(message, () => {
      assert.equal(fails(run, "SETTING_INVALID", message).message, message);
    });
  }
});

test("An object with more in it may be handed on as it is", () => {
  const account = { token: "t0kenOfTheOptions", originalId: "gh_1", toString: () => "" };
  assert.ok(createBot(account));
  const app = { appId: "wx1", appSecret: "5ecretOfTheOptions", name: "商店" };
  assert.ok(createApi(app));
});

test("An option that is undefined is one that is not given", () => {
  const none = { appId: undefined, appSecret: undefined, delivery: undefined, api: undefined };
  assert.ok(createBot({ token: "t0kenOfTheOptions", ...none }));
});
