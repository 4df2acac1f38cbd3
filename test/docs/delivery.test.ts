/** What the README says of slow answers is so, to the second. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { prettyLine } from "../../src/cli/log-writer.ts";
import { MessageContext } from "../../src/bot/context.ts";
import { systemClock } from "../../src/clock.ts";
import { REMEMBER_MS } from "../../src/delivery/remembered.ts";
import { Run, Runs } from "../../src/delivery/runs.ts";
import type { Bot, BotOptions, LogEntry } from "../../src/index.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { MemoryTable } from "../../src/store/memory-table.ts";
import { APP_ID, SECRET, startStandIn } from "../api/stand-in.ts";
import type { ApiStandIn } from "../api/stand-in.ts";
import { ACCOUNT, FOLLOWER, field, message, plainDelivery, textMessage } from "../server/platform.ts";
import { until } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { TurnedClock } from "./clock.ts";
import { readDocument, tableWith } from "./markdown.ts";

const README = readDocument("README.md");
const LIMITS = tableWith(README, "XML").map(([what, limit]) => `${what}: ${limit}`);

/** A bot whose handler takes as many seconds as the text says, and a way to deliver to it. */
class Slow {
  readonly clock = new TurnedClock();
  readonly log: LogEntry[] = [];
  readonly bot: Bot;
  runs = 0;

  constructor(delivery: BotOptions["delivery"] = {}, more: Partial<BotOptions> = {}) {
    const { clock, log } = this;
    const options = { clock, delivery, log: (entry: LogEntry) => void log.push(entry) };
    this.bot = echostr.createBot({ ...options, ...more, token: ACCOUNT.token });
    this.bot.on("text", async ({ Content }) => {
      this.runs += 1;
      const ms = 1000 * Number(Content);
      if (ms > 0) await new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
      return `${Content} s`;
    });
  }

  /** Whether a line of the log says it. */
  told(words: string): boolean {
    return this.log.some(({ message: said = "" }) => said.includes(words));
  }

  /** Delivers a message, and drops it after five seconds as WeChat does; `undefined`: no answer. */
  async deliver(body: string): Promise<string | undefined> {
    const { clock, bot } = this;
    const { target } = plainDelivery(ACCOUNT, body);
    const dropped = new AbortController();
    const url = `http://127.0.0.1${target}`;
    const request = new Request(url, { method: "POST", body, signal: dropped.signal });
    const { pending } = clock;
    let answer: Response | undefined;
    const answered = bot.fetch(request).then((response) => (answer = response));
    // Reading the body of a request takes a moment that the clock does not see.
    await until("a delivery to be answered or to wait", () => {
      return answer !== undefined || clock.pending > pending;
    });
    for (let waited = 0; waited < 5000 && answer === undefined; waited += 100) {
      await clock.turn(100);
    }
    dropped.abort();
    await answered;
    return answer?.status === 200 ? answer.text() : undefined;
  }
}

function content(answer: string | undefined): string {
  return field(answer ?? "", "Content");
}

describe("The README's seconds", () => {
  const drawn = README.blocks.find(({ code }) => code.includes("first delivery"))?.code ?? "";
  const seconds = [...drawn.matchAll(/^ ?([\d.]+) s /gm)].map(([, text]) => Number(text));

  test("are those at which deliveries come, lapse, and are answered", async () => {
    const slow = new Slow({ late: { notice: "等等" } });
    const started = slow.clock.now();
    const times: number[] = [];
    const body = textMessage("30");
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      times.push((slow.clock.now() - started) / 1000);
      const answer = await slow.deliver(body);
      const { ms = 0, answer: kind } = slow.log.at(-1) ?? {};
      times.push((times.at(-1) ?? 0) + ms / 1000);
      assert.equal(kind, delivery < 3 ? "lapsed" : "text");
      if (delivery < 3) assert.equal(answer, undefined);
      else assert.equal(content(answer), "等等");
    }
    assert.deepEqual(times, seconds);
    assert.equal(slow.runs, 1);
  });

  test("are those of the log that it shows", async () => {
    const shown = README.blocks.find(({ code }) => code.includes("-> lapsed"))?.code ?? "";
    const slow = new Slow();
    slow.bot.use(async (_message, _context, next) => `第 1 问：${String(await next())}`);
    const body = textMessage("12");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    const lines = slow.log.map((entry) => prettyLine(entry, 0, false));
    const withoutTime = (text: string): string => text.replace(/^[\d:]{8} /gm, "");
    assert.equal(withoutTime(shown), withoutTime(lines.join("")));
    assert.deepEqual(
      slow.log.map(({ attempt, joined }) => [attempt, joined]),
      [[undefined, undefined], [2, true], [3, true]],
    );
  });
});

describe("A late answer, the README says", () => {
  async function tooLate(slow: Slow): Promise<void> {
    const body = textMessage("20");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    await slow.clock.turn(10_000);
  }

  test("is given alone after a notice, and no handler runs for the message", async () => {
    const slow = new Slow({ late: { notice: "等等" } });
    await tooLate(slow);
    assert.equal(content(await slow.deliver(textMessage("0"))), "20 s");
    assert.equal(slow.runs, 1);
  });

  test("is given before the message's own answer without a notice", async () => {
    const slow = new Slow();
    await tooLate(slow);
    assert.equal(content(await slow.deliver(textMessage("0"))), "20 s\n\n0 s");
    assert.equal(slow.runs, 2);
  });

  test("is waited for by a message that comes before it is there", async () => {
    const slow = new Slow({ late: { notice: "等等" } });
    const body = textMessage("20");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    const early = textMessage("0");
    assert.equal(await slow.deliver(early), undefined);
    assert.equal(content(await slow.deliver(early)), "20 s");
    assert.equal(content(await slow.deliver(textMessage("0"))), "0 s");
  });

  test("is not fetched by an event", async () => {
    const slow = new Slow({ late: { notice: "等等" } });
    const body = textMessage("20");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    await slow.clock.turn(10_000);
    const click = message({ MsgType: "event", Event: "CLICK", EventKey: "K" });
    assert.equal(await slow.deliver(click), "success");
    assert.equal(content(await slow.deliver(textMessage("0"))), "20 s");
  });

  test("is kept for an hour", async () => {
    const slow = new Slow({ late: { notice: "等等" } });
    await tooLate(slow);
    await slow.clock.turn(3_600_000);
    // Ours is the clock that signatures are compared with.
    const timestamp = String(Math.floor(slow.clock.now() / 1000));
    const body = textMessage("0");
    const { target } = plainDelivery(ACCOUNT, body, { timestamp });
    const query = target.slice(target.indexOf("?") + 1);
    const receivedAt = slow.clock.now();
    const { body: answer } = await slow.bot.callback({ method: "POST", query, body, receivedAt });
    assert.equal(content(answer), "0 s");
  });

  test("goes to onLate, after one delivery that is answered at once, where it is pushed", async () => {
    const pushed: unknown[] = [];
    const onLate = (_message: unknown, replies: unknown): void => void pushed.push(replies);
    const slow = new Slow({ more: "", late: { hold: false, push: "customer-service", onLate } });
    assert.equal(await slow.deliver(textMessage("20")), "success");
    assert.equal(slow.log.at(-1)?.ms, 4500);
    await slow.clock.turn(20_000);
    assert.deepEqual(pushed, [[{ MsgType: "text", Content: "20 s" }]]);
  });

  describe("where it is pushed,", () => {
    async function pushing(context: TestContext): Promise<{ slow: Slow; standIn: ApiStandIn }> {
      const standIn = await startStandIn((end) => context.after(end));
      standIn.heard(FOLLOWER);
      const api = echostr.createApi({ appId: APP_ID, appSecret: SECRET, base: standIn.base });
      const slow = new Slow(
        { late: { notice: "好了就发给你", hold: false, push: "customer-service" } },
        { api },
      );
      assert.equal(content(await slow.deliver(textMessage("20"))), "好了就发给你");
      return { slow, standIn };
    }

    test("is sent when it is there, a long text in several messages", async (context) => {
      const { slow, standIn } = await pushing(context);
      // The call has ten seconds by the same clock, so it is not turned further than needed.
      await slow.clock.turn(16_000);
      await until("a message to be sent", () => standIn.sent.length === 1);
      slow.bot.use(async (_message, _context, next) => `${String(await next())}${"长".repeat(1000)}`);
      await slow.deliver(textMessage("30"));
      await slow.clock.turn(26_000);
      await until("three messages to be sent", () => standIn.sent.length === 3);
      const texts = standIn.sent.map(({ text }) => (text as { content: string }).content);
      assert.equal(texts[0], "20 s");
      assert.match(texts.slice(1).join(""), /^30 s长{1000}$/);
      await until("the line in the log", () => slow.told("was sent as a customer-service message"));
    });

    test("waits for the next message when WeChat refuses it, and the log says so", async (context) => {
      const { slow, standIn } = await pushing(context);
      standIn.faults.failNext({ path: "/cgi-bin/message/custom/send", errcode: 48001, times: Infinity });
      await slow.clock.turn(16_000);
      await until("the line in the log", () => slow.told("errcode 48001"));
      assert.equal(content(await slow.deliver(textMessage("0"))), "20 s\n\n0 s");
    });
  });

  test("is not waited for with delivery: false, and the handler runs each time", async () => {
    const slow = new Slow(false);
    const body = textMessage("0");
    await slow.deliver(body);
    await slow.deliver(body);
    assert.equal(slow.runs, 2);
  });
});

describe("The README's bounds of what is remembered", () => {
  test("are those of the runs: some seconds at least, or between two numbers", () => {
    const row = LIMITS.find((text) => text.startsWith("message, for its repeats")) ?? "";
    const [least = 0, low = 0, high = 0] = (row.match(/[\d,]+/g) ?? [])
      .map((text) => Number(text.replaceAll(",", "")))
      .filter((number) => number > 0);
    assert.equal(least * 1000, REMEMBER_MS);
    const runs = new Runs(new Uint8Array(8));
    const text = parseMessage(textMessage("0"));
    const store = new MemoryStore();
    const parts = { accountId: "wx1", store, api: undefined, newOwner: () => "", patienceMs: 1 };
    const services = { ...parts, clock: systemClock };
    const found: number[] = [];
    for (let count = 1; count <= 2 * high; count += 1) {
      const run = new Run(String(count), text, new MessageContext("gh", "o", 0, services));
      run.done = true;
      runs.remember(run, 0);
      if (count <= high || count % 100 > 1) continue;
      let kept = 0;
      while (runs.get(String(count - kept)) !== undefined) kept += 1;
      found.push(kept);
    }
    assert.equal(Math.min(...found), low + 1);
    assert.equal(Math.max(...found), high);
  });

  test("are those of the memory store", () => {
    const row = LIMITS.find((text) => text.startsWith("store in memory")) ?? "";
    const [, values = "", mib = ""] = /([\d,]+) values or (\d+) MiB/.exec(row) ?? [];
    const notices: string[] = [];
    const table = new MemoryTable({
      clock: () => 0,
      onNotice: (notice) => void notices.push(notice),
    });
    for (let count = 0; count <= Number(values.replaceAll(",", "")); count += 1) {
      assert.deepEqual(notices, []);
      table.set(String(count), "", 1000);
    }
    assert.equal(notices.length, 1);
    assert.ok(notices[0]?.includes(`or ${Number(mib) * 1024 * 1024} bytes`), String(notices[0]));
  });
});
