/** Both adapters have the same exchange: the same requests, the same answers, the same lines of log. */
import assert from "node:assert/strict";
import { type TestContext, describe, test } from "node:test";
import type { Answer, Bot, BotOptions, LogEntry } from "../../src/index.ts";
import { type Sent, openFor } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import {
  ACCOUNT,
  addressOf,
  compatDelivery,
  message,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
} from "./platform.ts";
import { REFUSALS } from "./refusal-cases.ts";
import { COMPAT, PLAIN, SAFE, serve } from "./serving.ts";

interface Told {
  readonly status: number;
  /** Those that we send, by their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly log: readonly LogEntry[];
}

interface Case {
  readonly options?: BotOptions;
  readonly sent: Sent;
  readonly status: number;
  /** The event and the answer of its entry. */
  readonly told?: readonly [LogEntry["event"], LogEntry["answer"]?];
}

const OURS = ["content-type", "content-length", "x-content-type-options", "allow"];
const HELLO = textMessage("hello");
const START = Date.now();

/** Answers as its message demands; each look at its clock is a millisecond later. */
function makeBot(options: BotOptions, log: (entry: LogEntry) => void): Bot {
  let now = START;
  const clock = (): number => (now += 1);
  const random = (size: number): Uint8Array => new Uint8Array(size).fill(7);
  const bot = echostr.createBot({ ...options, clock, random, log });
  return bot.on("text", ({ Content }) => answers[Content]?.() ?? "测试");
}

const answers: Readonly<Record<string, () => Answer | PromiseLike<Answer>>> = {
  nothing: () => "",
  later: () => new Promise((resolve) => setImmediate(resolve, "晚")),
  never: () => new Promise(() => {}),
  throws: () => {
    throw new Error("the bot's own fault");
  },
  number: () => 42 as never,
  unfit: () => echostr.image(""),
  long: () => "长".repeat(700),
};

const CASES: Readonly<Record<string, Case>> = {
  "the handshake": { sent: verification(ACCOUNT, "测试 1<b>"), status: 200, told: ["verified"] },
  "the handshake, by HEAD": {
    sent: { ...verification(ACCOUNT, "x"), method: "HEAD" },
    status: 200,
    told: ["verified"],
  },
  "a handshake in safe mode": {
    options: SAFE,
    sent: verification(ACCOUNT, "x"),
    status: 200,
    told: ["verified"],
  },
  "a browser": { sent: { target: "/wx" }, status: 200, told: ["notice"] },
  "a browser, with the slash": { sent: { target: "/wx/?" }, status: 200, told: ["notice"] },
  "a monitor, by HEAD": { sent: { method: "HEAD", target: "/wx" }, status: 200, told: ["notice"] },
  "another path": { sent: { target: "/other?x=1" }, status: 404 },
  "a body for another path": { sent: { method: "POST", target: "/", body: HELLO }, status: 404 },
  "another method": {
    sent: { ...plainDelivery(ACCOUNT, HELLO), method: "PUT" },
    status: 405,
    told: ["refused", "405"],
  },
  "a text": { sent: plainDelivery(ACCOUNT, HELLO), status: 200, told: ["delivery", "text"] },
  "a text to a bot that answers every path": {
    options: { ...PLAIN, path: "*" },
    sent: plainDelivery({ ...ACCOUNT, path: "/any/thing" }, HELLO),
    status: 200,
    told: ["delivery", "text"],
  },
  "a text in safe mode": {
    options: SAFE,
    sent: safeDelivery(ACCOUNT, HELLO),
    status: 200,
    told: ["delivery", "text"],
  },
  "a text in compat mode": {
    options: COMPAT,
    sent: compatDelivery(ACCOUNT, HELLO),
    status: 200,
    told: ["delivery", "text"],
  },
  "a text that is answered later": {
    sent: plainDelivery(ACCOUNT, textMessage("later")),
    status: 200,
    told: ["delivery", "text"],
  },
  "nothing to say": {
    sent: plainDelivery(ACCOUNT, textMessage("nothing")),
    status: 200,
    told: ["delivery", "success"],
  },
  "a kind without a handler": {
    sent: plainDelivery(ACCOUNT, message({ MsgType: "thing\nof tomorrow" })),
    status: 200,
    told: ["delivery", "success"],
  },
  "a handler that throws": {
    sent: plainDelivery(ACCOUNT, textMessage("throws")),
    status: 200,
    told: ["failed", "success"],
  },
  "a handler that answers a number": {
    sent: plainDelivery(ACCOUNT, textMessage("number")),
    status: 200,
    told: ["failed", "success"],
  },
  "a reply that cannot be sent": {
    sent: plainDelivery(ACCOUNT, textMessage("unfit")),
    status: 200,
    told: ["failed", "success"],
  },
  "a text that is too long": {
    options: { ...PLAIN, delivery: false },
    sent: plainDelivery(ACCOUNT, textMessage("long")),
    status: 200,
    told: ["delivery", "text"],
  },
  "a compressed body": {
    sent: { ...plainDelivery(ACCOUNT, HELLO), headers: { "Content-Encoding": "gzip" } },
    status: 415,
    told: ["refused", "415"],
  },
  "a body above the limit": {
    options: { ...PLAIN, bodyLimitBytes: 100 },
    sent: plainDelivery(ACCOUNT, HELLO),
    status: 413,
    told: ["refused", "413"],
  },
  "a stranger's body above the limit": {
    options: { ...PLAIN, bodyLimitBytes: 100 },
    sent: { method: "POST", target: "/wx", body: HELLO },
    status: 413,
    told: ["refused", "413"],
  },
  "a stranger's body above 64 KiB": {
    options: SAFE,
    sent: { method: "POST", target: addressOf("/wx", {}), body: "x".repeat(65_537) },
    status: 413,
    told: ["refused", "413"],
  },
  ...Object.fromEntries(
    REFUSALS.map(({ what, options, request, status }) => [
      what,
      { options, sent: request, status, told: ["refused", String(status)] } as const,
    ]),
  ),
};

async function overNode(context: TestContext, { options = PLAIN, sent }: Case): Promise<Told> {
  const log: LogEntry[] = [];
  const port = await serve(context, makeBot(options, (entry) => log.push(entry)));
  const connection = await openFor(context, port);
  connection.send(sent);
  const { status, headers, body } = await connection.answer(sent.method);
  return { status, headers: ours((name) => headers[name]), body, log };
}

async function overFetch({ options = PLAIN, sent }: Case): Promise<Told> {
  const log: LogEntry[] = [];
  const bot = makeBot(options, (entry) => log.push(entry));
  const { target, body, ...init } = sent;
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  const headers = { ...sent.headers, ...length };
  const request = new Request(`https://wx.example.com${target}`, {
    ...init,
    headers,
    ...(body !== undefined && { body: String(body) }),
  });
  const response = await bot.fetch(request);
  return {
    status: response.status,
    headers: ours((name) => response.headers.get(name) ?? undefined),
    body: await response.text(),
    log,
  };
}

function ours(read: (name: string) => string | undefined): Told["headers"] {
  return Object.fromEntries(OURS.map((name) => [name, read(name)]));
}

/** A stack names the lines that the call came through: those of the rim differ. */
function comparable({ log, ...told }: Told): unknown {
  return { ...told, log: log.map(({ stack, ...entry }) => ({ ...entry, stack: stack !== undefined })) };
}

describe("Over node:http and over fetch, status, headers, body and log are the same:", () => {
  for (const [what, each] of Object.entries(CASES)) {
    test(`${what}: ${each.status}`, async (context) => {
      const node = await overNode(context, each);
      const fetched = await overFetch(each);
      assert.deepEqual(comparable(fetched), comparable(node));
      assert.equal(node.status, each.status);
      const [entry] = node.log;
      const [event, answer] = each.told ?? [];
      assert.deepEqual([entry?.event, entry?.answer], [event, answer]);
      assert.equal(node.log.length, each.told === undefined ? 0 : 1);
    });
  }
});

describe("Every answer, over either,", () => {
  const { sent } = CASES["the handshake"] ?? assert.fail("no handshake");

  test("has its length and forbids to guess its type", async (context) => {
    for (const each of Object.values(CASES)) {
      for (const told of [await overNode(context, each), await overFetch(each)]) {
        const { "content-length": length, "x-content-type-options": sniff, allow } = told.headers;
        if (each.sent.method !== "HEAD") assert.equal(Number(length), Buffer.byteLength(told.body));
        assert.ok(Number(length) > 0);
        assert.equal(sniff, "nosniff");
        assert.equal(allow, told.status === 405 ? "GET, HEAD, POST" : undefined);
      }
    }
  });

  test("to HEAD has the length that GET would have", async (context) => {
    const get = await overFetch({ sent, status: 200 });
    for (const made of [overNode.bind(undefined, context), overFetch]) {
      const head = await made({ sent: { ...sent, method: "HEAD" }, status: 200 });
      assert.deepEqual([head.body, head.headers], ["", get.headers]);
    }
  });

  test("is told with the time that it took, a method that is not served among them", async (context) => {
    const put = { sent: { method: "PUT", target: "/wx" }, status: 405 };
    for (const { log } of [await overNode(context, put), await overFetch(put)]) {
      assert.deepEqual(log.map(({ code, ms }) => [code, ms]), [["METHOD_NOT_ALLOWED", 1]]);
    }
  });
});

test("What lapses has no answer over node:http and 503 over fetch; the log says the same", async (context) => {
  const options = { ...PLAIN, delivery: { deadlineMs: 5, hardCapMs: 20 } };
  const sent = plainDelivery(ACCOUNT, textMessage("never"));
  const log: LogEntry[] = [];
  const port = await serve(context, makeBot(options, (entry) => log.push(entry)));
  const connection = await openFor(context, port);
  connection.send(sent);
  assert.equal(await connection.closed, "");
  const fetched = await overFetch({ options, sent, status: 503 });
  assert.deepEqual([fetched.status, fetched.body], [503, "Not now\n"]);
  for (const entries of [log, fetched.log]) {
    assert.deepEqual(entries.map(({ event, answer }) => [event, answer]), [["delivery", "lapsed"]]);
  }
});
