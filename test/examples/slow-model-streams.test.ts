/**
 * The streams that 07-slow-model.ts has to understand: how endpoints end an answer, what they send
 * beside it, how chunks are cut, and how long they may be silent. The model is a server on loopback.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, test } from "node:test";
import type { TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { limits } from "../../examples/07-chat-model.ts";
import type { LogEntry } from "../../src/index.ts";
import { until } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply, wireRequest, wireText } from "../support/wire.ts";
import "../../scripts/own-name.ts";

// A signal that only weak references lead to is collected, and then never ends anything.
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const { default: setup } = await import("../../examples/07-slow-model.ts");

const TOKEN = "tok3nOfTheStreams";
const KEY = "sk-5ecretOfTheStreams";
const APOLOGY = "抱歉，模型没有回答，请再问一次";
const LIMITS = { ...limits };

interface Told {
  readonly text: string;
  /** What the log says went wrong. */
  readonly failure: string | undefined;
}

/** Asks the bot once, before a model that answers as it is told. */
async function ask(
  context: TestContext,
  answer: (response: ServerResponse) => unknown,
): Promise<Told> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => void answer(response));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  process.env["LLM_BASE_URL"] = `http://127.0.0.1:${port}/v1`;
  process.env["LLM_API_KEY"] = KEY;
  process.env["LLM_MODEL"] = "m";
  const failures: string[] = [];
  const log = ({ event, message = "" }: LogEntry): void => {
    if (event === "failed") failures.push(message);
  };
  const bot = echostr.createBot({ token: TOKEN, log });
  context.after(() => bot.close());
  setup(bot);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const { query, body } = wireRequest({ token: TOKEN, timestamp, body: wireText("问") });
  const response = await bot.fetch(new Request(`http://x/wx?${query}`, { method: "POST", body }));
  const text = String(wireReadReply(await response.text())["Content"]);
  return { text, failure: failures[0] };
}

/** The model sends it as one chunk. */
function sends(stream: string): (response: ServerResponse) => unknown {
  return (response) => response.end(stream);
}

function event(choice: object): string {
  return `data: ${JSON.stringify({ choices: [choice] })}\n\n`;
}

function says(content: string): string {
  return event({ delta: { content }, finish_reason: null });
}

function ends(finish_reason: string): string {
  return event({ delta: {}, finish_reason });
}

afterEach(() => void Object.assign(limits, LIMITS));

describe("An answer is whole", () => {
  const whole: Readonly<Record<string, string>> = {
    "with finish_reason stop and [DONE]": `${says("四十")}${says("二")}${ends("stop")}data: [DONE]\n\n`,
    "with finish_reason stop alone": `${says("四十")}${says("二")}${ends("stop")}`,
    "with [DONE] alone": `${says("四十")}${says("二")}data: [DONE]\n\n`,
    "with finish_reason beside the last words":
      `${says("四十")}${event({ delta: { content: "二" }, finish_reason: "stop" })}`,
    "with another word of the endpoint's for stop": `${says("四十二")}${ends("eos_token")}`,
    "with line ends of two characters": `${says("四十二")}${ends("stop")}`.replaceAll("\n", "\r\n"),
    "between comments, empty data and other fields":
      `: PROCESSING\n\ndata:\n\nevent: message\nid: 1\n${says("四十二")}retry: 1\n\n${ends("stop")}`,
    "behind what the model thought":
      `${event({ delta: { reasoning_content: "嗯" } })}${event({ delta: { content: null } })}` +
      `${says("四十二")}${ends("stop")}`,
    "before an event of what it has cost":
      `${says("四十二")}${ends("stop")}data: {"choices":[],"usage":{"total_tokens":7}}\n\ndata: [DONE]\n\n`,
  };
  for (const [how, stream] of Object.entries(whole)) {
    test(how, async (context) => {
      assert.deepEqual(await ask(context, sends(stream)), { text: "四十二", failure: undefined });
    });
  }

  test("with finish_reason stop, though the endpoint leaves the stream open", async (context) => {
    let closed = false;
    const told = await ask(context, (response) => {
      response.on("close", () => (closed = true)).write(says("四十二") + ends("stop"));
    });
    assert.equal(told.text, "四十二");
    await until("the question to be dropped", () => closed);
  });

  test("cut into chunks of each size, inside lines and characters", async (context) => {
    const stream = Buffer.from(`${says("你好，𝄞 é")}${says("🌏")}${ends("stop")}`);
    for (const size of [1, 2, 3, 7, 50]) {
      const told = await ask(context, async (response) => {
        for (let at = 0; at < stream.length; at += size) {
          response.write(stream.subarray(at, at + size));
          await setImmediate();
        }
        response.end();
      });
      assert.equal(told.text, "你好，𝄞 é🌏");
    }
  });

  test("but too long, and says so", async (context) => {
    const told = await ask(context, sends(`${says("四十")}${ends("length")}`));
    assert.deepEqual(told, { text: "四十……（太长，未写完）", failure: undefined });
  });
});

describe("There is no answer, and the log has the reason,", () => {
  const error = `data: {"error":{"message":"Bad key ${KEY}","code":"overloaded"}}\n\n`;
  const none: readonly (readonly [when: string, stream: string, failure: RegExp])[] = [
    ["when the stream ends between two events", says("四十"), /ended without a whole answer/],
    ["when it ends inside an event", says("四十").slice(0, -12), /ended without a whole answer/],
    ["when it ends inside a character", says("四十"), /ended without a whole answer/],
    ["when nothing comes", "", /ended without a whole answer/],
    ["when the answer is empty", ends("stop"), /gave no answer: stop/],
    ["when it is white space", `${says(" \n")}${ends("stop")}`, /gave no answer: stop/],
    ["when the model thought until there was no room", `${event({ delta: { reasoning_content: "嗯" } })}${ends("length")}`, /gave no answer: length/],
    ["when a filter stopped it", `${says("四十")}${ends("content_filter")}`, /gave no answer: content_filter/],
    ["when an error comes", error, /Model sent an error/],
    ["when an error comes behind the first words", `${says("四十")}event: error\n${error}`, /Model sent an error/],
    ["when an event is no JSON", `data: {Bad key ${KEY}}\n\n`, /an event that is no JSON/],
    ["when JSON comes that is no stream", `{"error":{"message":"${KEY}"}}`, /ended without a whole answer/],
  ];
  for (const [when, stream, failure] of none) {
    test(when, async (context) => {
      const bytes = Buffer.from(stream);
      const cut = when.endsWith("character") ? bytes.subarray(0, bytes.indexOf("十") + 2) : bytes;
      const told = await ask(context, (response) => response.end(cut));
      assert.equal(told.text, APOLOGY);
      assert.match(told.failure ?? "", failure);
      assert.ok(!(told.failure ?? "").includes(KEY));
    });
  }

  for (const status of [401, 429, 500]) {
    test(`when the endpoint answers ${status}`, async (context) => {
      const told = await ask(context, (response) => response.writeHead(status).end(error));
      assert.deepEqual(told, { text: APOLOGY, failure: `Model answered HTTP ${status}` });
    });
  }
});

describe("A model has 30 seconds for each token, and 120 for all of them:", () => {
  test("as the example is shipped", () => {
    assert.deepEqual(limits, { silenceMs: 30_000, wholeMs: 120_000 });
  });

  const stall: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
    "does not answer": () => {},
    "sends a status and no more": (response) => response.flushHeaders(),
    "stops in the middle": (response) => response.write(says("四十")),
    "sends comments only": (response) => {
      const comments = setInterval(() => response.write(": PROCESSING\n\n"), 20);
      response.on("close", () => clearInterval(comments));
    },
  };
  for (const [how, answer] of Object.entries(stall)) {
    test(`one that ${how} is given up`, async (context) => {
      limits.silenceMs = 200;
      let closed = false;
      const told = await ask(context, (response) => {
        response.on("close", () => (closed = true));
        return answer(response);
      });
      assert.deepEqual(told, { text: APOLOGY, failure: "Model is silent" });
      await until("the question to be dropped", () => closed);
    });
  }

  test("one that goes on and on is given up", async (context) => {
    Object.assign(limits, { silenceMs: 5_000, wholeMs: 400 });
    const told = await ask(context, (response) => {
      const tokens = setInterval(() => {
        response.write(says("又"));
        collectGarbage();
      }, 20);
      response.on("close", () => clearInterval(tokens));
    });
    assert.deepEqual(told, { text: APOLOGY, failure: "Model takes too long" });
  });

  test("one that thinks aloud is not silent", async (context) => {
    limits.silenceMs = 400;
    const told = await ask(context, async (response) => {
      for (let nth = 0; nth < 12; nth += 1) {
        response.write(event({ delta: { reasoning_content: "嗯" } }));
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      response.end(says("四十二") + ends("stop"));
    });
    assert.equal(told.text, "四十二");
  });
});
