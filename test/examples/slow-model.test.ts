/**
 * The example 07-slow-model.ts between WeChat, which waits 5 seconds, drops the connection and
 * delivers three times, and an endpoint that takes its time. All by HTTP and a clock that is turned.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Clock, LogEntry } from "../../src/index.ts";
import { freePort, launch, temporaryFolder } from "../cli/process.ts";
import { stop } from "../cli/started.ts";
import { ACCOUNT, field, plainDelivery, textMessage } from "../server/platform.ts";
import { readableLog, serve } from "../server/serving.ts";
import { exchange, openFor, until } from "../support/http.ts";
import { builtProgram } from "../support/programs.ts";
import { echostr } from "../support/subject.ts";
import "../../scripts/own-name.ts";

const { default: setup, options } = await import("../../examples/07-slow-model.ts");

const KEY = "sk-5ecretOfTheEndpoint";
const APOLOGY = /抱歉/;

/** When WeChat drops a delivery, and when the bot lets it lapse by default. */
const DROPS_AFTER_MS = 5000;
const DEADLINE_MS = 4500;

type Timer = { readonly at: number; readonly run: () => void };

/** It stands still until it is turned. */
class TurnedClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = Date.now();
  now = (): number => this.#now;

  setTimeout(run: () => void, ms: number): Timer {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  rings(at: number): boolean {
    return [...this.#timers].some((timer) => timer.at === at);
  }

  /** Default: to the next timer. */
  turnTo(end: number = Math.min(...[...this.#timers].map(({ at }) => at))): void {
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      this.#now = Math.min(timer.at, end);
      if (timer.at <= end && this.#timers.delete(timer)) timer.run();
    }
    this.#now = end;
  }
}

interface Question {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly body: { readonly messages: readonly { role: string; content: string }[] };
  abandoned: boolean;
}

type Send = (response: ServerResponse) => unknown;

/** An OpenAI-compatible endpoint: what it was asked, what it will send, and after how long. */
class Endpoint {
  readonly questions: Question[] = [];
  readonly plans: { readonly seconds?: number; readonly send: Send }[] = [];
  isThinking = false;
  url = "";

  async start(context: TestContext, clock: Clock): Promise<this> {
    const server = createServer(async (request, response) => {
      const body = JSON.parse(await text(request)) as Question["body"];
      const { url, headers } = request;
      const question = { url, key: headers.authorization, body, abandoned: false };
      this.questions.push(question);
      response.on("close", () => (question.abandoned = !response.writableFinished));
      const { seconds = 0, send } = this.plans.shift() ?? { send: streamed("好") };
      this.isThinking = seconds > 0;
      if (this.isThinking) await new Promise<void>((end) => clock.setTimeout(end, seconds * 1000));
      this.isThinking = false;
      await send(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    context.after(() => server.close().closeAllConnections());
    return this;
  }
}

/** The events of an answer, a few characters each, and those that carry no text. */
function events(answer: string): string {
  const deltas = [null, ...(answer.match(/.{1,3}/gsu) ?? [])].map((content) => ({ content }));
  const data = [{ choices: [] }, ...deltas.map((delta) => ({ choices: [{ delta }] }))];
  return `: waiting\n\n${data.map((each) => `data: ${JSON.stringify(each)}\n\n`).join("")}`;
}

function streamed(answer: string): Send {
  return (response) => response.end(`${events(answer)}data: [DONE]\n\n`);
}

/** Each byte as a chunk of its own; Node makes one chunk of what is written at once. */
function inBytes(stream: string): Send {
  return async (response) => {
    for (const byte of Buffer.from(stream)) {
      response.write(Buffer.of(byte));
      await setImmediate();
    }
    response.end();
  };
}

/** Some endpoints quote the key in what they say. */
function refused(status: number): Send {
  return (response) => response.writeHead(status).end(`{"error":{"message":"Bad key ${KEY}"}}`);
}

/** The example at work, and a follower who talks to it. */
async function talk(context: TestContext, settings: NodeJS.ProcessEnv = {}) {
  const clock = new TurnedClock();
  const endpoint = await new Endpoint().start(context, clock);
  const usual = { LLM_BASE_URL: endpoint.url, LLM_API_KEY: KEY, LLM_MODEL: "slow-1" };
  Object.assign(process.env, usual, settings);
  const log = readableLog();
  const bot = echostr.createBot({ ...options, token: ACCOUNT.token, clock, log: log.log });
  setup(bot);
  const port = await serve(context, bot);
  const ended = (): LogEntry[] => log.entries.filter(({ answer }) => answer !== undefined);

  /** The follower says it, and WeChat delivers it until it is answered. */
  async function say(content: string): Promise<{ delivery: number; text: string }> {
    const body = textMessage(content);
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      const connection = await openFor(context, port);
      const sentAt = clock.now();
      const before = ended().length;
      const hasEnded = (): boolean => ended().length > before;
      const waits = (): boolean => endpoint.isThinking && clock.rings(sentAt + DEADLINE_MS);
      connection.send(plainDelivery(ACCOUNT, body));
      await until("the delivery to arrive", () => hasEnded() || waits());
      if (!hasEnded()) clock.turnTo();
      await until("the delivery to end", hasEnded);
      assert.ok(clock.now() < sentAt + DROPS_AFTER_MS, "it ends before WeChat drops it");
      if (ended().at(-1)?.answer !== "lapsed") {
        const { body: xml } = await connection.answer("POST");
        assert.ok(!(xml + log.text()).includes(KEY), "the key is shown to nobody");
        return { delivery, text: field(xml, "Content") };
      }
      clock.turnTo(sentAt + DROPS_AFTER_MS);
      assert.equal(connection.unread, "", "a lapsed delivery is told nothing");
      connection.close();
    }
    throw new Error("No delivery was answered");
  }

  /** Lets the endpoint come to its end after the last delivery. */
  function endLate(): Promise<void> {
    clock.turnTo();
    return until("the answer to be parked", () => log.text().includes("is parked"));
  }
  return { bot, endpoint, log, say, endLate };
}

/** What came with the nth question: the talk before it, and the question itself. */
function turnsOf({ questions }: Endpoint, nth: number): string[] {
  const messages = questions[nth - 1]?.body.messages ?? [];
  return messages.map(({ role, content }) => `${role} ${content}`);
}

describe("A bot before a slow model", () => {
  for (const [seconds, delivery] of [[1, 1], [7, 2], [12, 3]] as const) {
    test(`answers after ${seconds} s with delivery ${delivery}, and asks once`, async (context) => {
      const { endpoint, say } = await talk(context);
      endpoint.plans.push({ seconds, send: streamed("四十二。") });
      assert.deepEqual(await say("六乘七？"), { delivery, text: "四十二。" });
      const messages = [{ role: "user", content: "六乘七？" }];
      const body = { model: "slow-1", messages, stream: true };
      const asked = { url: "/v1/chat/completions", key: `Bearer ${KEY}`, body, abandoned: false };
      assert.deepEqual(endpoint.questions, [asked]);
    });
  }

  test("gives an answer after 25 s for the word that it names, and asks once", async (context) => {
    const { endpoint, say, endLate } = await talk(context);
    endpoint.plans.push({ seconds: 25, send: streamed("**四十二**。") });
    assert.match(Object.values(await say("六乘七？")).join(" "), /^3 .*回复 1 /);
    await endLate();
    assert.deepEqual(await say("1"), { delivery: 1, text: "四十二。" });
    assert.equal(endpoint.questions.length, 1);
    // What fetched the answer is not part of the talk, and the model reads its own Markdown.
    await say("再加一？");
    assert.deepEqual(turnsOf(endpoint, 2), ["user 六乘七？", "assistant **四十二**。", "user 再加一？"]);
  });

  test("asks with the ten questions before and their answers", async (context) => {
    const { endpoint, say } = await talk(context);
    for (let nth = 1; nth <= 12; nth += 1) await say(`问题 ${nth}`);
    assert.deepEqual(turnsOf(endpoint, 2), ["user 问题 1", "assistant 好", "user 问题 2"]);
    assert.equal(turnsOf(endpoint, 12).length, 10 * 2 + 1);
    assert.equal(turnsOf(endpoint, 12)[0], "user 问题 2");
  });

  test("reads a stream that is cut inside lines and inside characters", async (context) => {
    const { endpoint, say } = await talk(context);
    const answer = "你好，𝄞 é 世界🌏\n第二行";
    const stream = `${events(answer)}data: [DONE]\n\n`;
    for (const form of [stream, stream.replaceAll("\n", "\r\n"), stream.replaceAll("a: ", "a:")]) {
      endpoint.plans.push({ send: inBytes(form) });
      assert.deepEqual(await say("你好"), { delivery: 1, text: answer });
    }
  });

  test("stops asking when the bot is closed", async (context) => {
    const { bot, endpoint, say } = await talk(context);
    endpoint.plans.push({ seconds: 25, send: streamed("太晚了") });
    await say("你好");
    await bot.close();
    await until("the question to be dropped", () => endpoint.questions[0]?.abandoned === true);
  });

  test("runs as its first line says, with its settings in .env", async (context) => {
    const endpoint = await new Endpoint().start(context, new TurnedClock());
    endpoint.plans.push({ send: streamed("四十二。") }, { send: refused(429) });
    const folder = temporaryFolder(context);
    const port = await freePort();
    const model = `LLM_BASE_URL=${endpoint.url}/\nLLM_API_KEY=${KEY}\nLLM_MODEL=slow-1\n`;
    const server = `WECHAT_TOKEN=${ACCOUNT.token}\nPORT=${port}\nHOST=127.0.0.1\nLOG=json\n`;
    writeFileSync(join(folder, ".env"), model + server);
    const program = launch(context, { folder, args: [builtProgram("examples/07-slow-model.ts")] });
    await program.says(/消息加解密方式 .*\n/);
    for (const expected of [/四十二。/, APOLOGY]) {
      const { body } = await exchange(port, plainDelivery(ACCOUNT, textMessage("六乘七？")));
      assert.match(body, expected);
    }
    assert.equal(endpoint.questions[0]?.url, "/v1/chat/completions");
    const [, entry] = await stop(program);
    assert.equal(entry?.["message"], "Model answered HTTP 429");
    assert.ok(!(program.stderr + program.stdout).includes(KEY));
  });
});

describe("A model that does not answer", () => {
  const breakOff: Send = (response) => response.write(events("一"), () => response.destroy());
  for (const [what, send, logged] of [
    ["answers 500", refused(500), /Model answered HTTP 500/],
    ["breaks off", breakOff, /Connection to the model failed: UND_ERR_SOCKET/],
    ["ends inside an event", inBytes(events("好").slice(0, -9)), /without a whole answer/],
    ["says nothing", inBytes("data: [DONE]\n\n"), /gave no answer: stop/],
  ] as const) {
    test(`when it ${what}, costs one apology and a sentence in the log`, async (context) => {
      const { endpoint, log, say } = await talk(context);
      endpoint.plans.push({ seconds: 7, send });
      const apology = await say("六乘七？");
      assert.match(`${apology.delivery} ${apology.text}`, /^2 抱歉/);
      assert.equal(endpoint.questions.length, 1);
      assert.match(log.entries.find(({ event }) => event === "failed")?.message ?? "", logged);
      assert.deepEqual(await say("还在吗？"), { delivery: 1, text: "好" });
      assert.deepEqual(turnsOf(endpoint, 2), ["user 还在吗？"], "nothing of it is remembered");
    });
  }

  test("after 25 s costs one apology, with the next message", async (context) => {
    const { endpoint, log, say, endLate } = await talk(context);
    endpoint.plans.push({ seconds: 25, send: refused(503) });
    assert.equal((await say("六乘七？")).delivery, 3);
    await endLate();
    assert.match(log.text(), /Model answered HTTP 503/);
    assert.match((await say("1")).text, APOLOGY);
    assert.equal((await say("六乘七？")).text, "好");
  });

  for (const [what, settings, logged] of [
    ["does not listen", { LLM_BASE_URL: "http://127.0.0.1:2" }, /failed: ECONNREFUSED/],
    ["has no address", { LLM_BASE_URL: "api.example.com" }, /failed: ERR_INVALID_URL/],
    ["has a secret address", { LLM_BASE_URL: `http://me:${KEY}@x` }, /failed: see LLM_BASE_URL/],
    ["has a key with a line end", { LLM_API_KEY: `${KEY}\n${KEY}` }, /failed: see .*LLM_API_KEY/],
  ] as const) {
    test(`because it ${what}, is told in the log, without a secret`, async (context) => {
      const { log, say } = await talk(context, settings);
      assert.match((await say("你好")).text, APOLOGY);
      assert.match(log.text(), logged);
    });
  }

  test("because a setting is missing, is told at the start", () => {
    process.env["LLM_MODEL"] = "";
    assert.throws(() => setup(echostr.createBot({ token: "t" })), /LLM_MODEL must be set/);
  });
});
