/** Which handler answers, in which order, and what becomes of one that fails. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot, LogEntry, Message } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply, wireRequest, wireEnvelope, wireText, wireXml } from "../support/wire.ts";
import type { WireRecord } from "../support/wire.ts";

const TOKEN = "tok3nOfTheRouter";
const NOW = 1_714_112_445_000;

interface Talk {
  readonly bot: Bot;
  readonly entries: LogEntry[];
  /** What the follower reads; `undefined` for `success`. */
  send(body: string): Promise<string | undefined>;
}

function talk(): Talk {
  const entries: LogEntry[] = [];
  const bot = echostr.createBot({
    token: TOKEN,
    clock: () => NOW,
    log: (entry) => entries.push(entry),
  });
  return {
    bot,
    entries,
    async send(plain) {
      const { query, body } = wireRequest({ token: TOKEN, body: plain });
      const address = `http://localhost/wx?${query}`;
      const response = await bot.fetch(new Request(address, { method: "POST", body }));
      assert.equal(response.status, 200);
      const answer = await response.text();
      return answer === "success" ? undefined : String(wireReadReply(answer)["Content"]);
    },
  };
}

function event(name: string, fields: WireRecord = {}): string {
  return wireXml(wireEnvelope({ MsgType: "event", Event: name, ...fields }));
}

function other(kind: string, fields: WireRecord = {}): string {
  return wireXml(wireEnvelope({ MsgType: kind, ...fields }));
}

describe("on", () => {
  test("answers the kind it names, and no other", async () => {
    const { bot, send } = talk();
    bot.on("text", (message) => `text ${message.Content}`);
    assert.equal(await send(wireText("你好")), "text 你好");
    assert.equal(await send(other("image", { MediaId: "m" })), undefined);
  });

  test("compares the name of an event without case", async () => {
    const { bot, send } = talk();
    bot.on("event:CLICK", (message) => `clicked ${message.EventKey}`);
    assert.equal(await send(event("CLICK", { EventKey: "a" })), "clicked a");
    assert.equal(await send(event("click", { EventKey: "b" })), "clicked b");
  });

  test("with event answers every event, also one that no table knows", async () => {
    const { bot, send } = talk();
    bot.on("event", (message) => message.kind);
    assert.equal(await send(event("subscribe")), "event:subscribe");
    assert.equal(await send(event("brand_new")), "unknown");
    assert.equal(await send(wireText("x")), undefined);
  });

  test("with * answers everything", async () => {
    const { bot, send } = talk();
    bot.on("*", (message) => message.MsgType);
    assert.equal(await send(wireText("x")), "text");
    assert.equal(await send(event("subscribe")), "event");
    assert.equal(await send(other("hologram")), "hologram");
  });

  test("answers a kind that no table knows, by its name", async () => {
    const { bot, send } = talk();
    bot.on("file", (message) => String(message["FileName"]));
    bot.on("event:brand_new", (message) => String(message["Thing"]));
    assert.equal(await send(other("file", { FileName: "a.pdf" })), "a.pdf");
    assert.equal(await send(event("Brand_New", { Thing: "t" })), "t");
  });

  test("refuses the name of an event without event:, and a prefix that is none", () => {
    const bot = echostr.createBot({ token: "tok3nOfTheRouter", log: () => {} });
    const refused = (kind: string, sentence: string): void => {
      assert.throws(
        () => bot.on(kind, () => "…"),
        { code: "SETTING_INVALID", message: sentence },
      );
    };
    refused("subscribe", 'Kind of an event must be written "event:subscribe", got "subscribe"');
    refused("CLICK", 'Kind of an event must be written "event:click", got "CLICK"');
    refused("evnet:click", 'Kind must begin with "event:" when it has a colon, got "evnet:click"');
    bot.on("location", () => "both a message and an event have this name");
    bot.on("event:newer_than_this", () => "…");
  });

  test("finds handlers that are added after the first message", async () => {
    const { bot, send } = talk();
    assert.equal(await send(wireText("x")), undefined);
    bot.on("text", () => "now");
    assert.equal(await send(wireText("x")), "now");
  });
});

describe("hears", () => {
  test("with a string answers exactly that text, space around it aside", async () => {
    const { bot, send } = talk();
    bot.hears("帮助", () => "help");
    assert.equal(await send(wireText(" 帮助\n")), "help");
    assert.equal(await send(wireText("帮助我")), undefined);
  });

  test("with an expression hands the match to its handler", async () => {
    const { bot, send } = talk();
    bot.hears(/^天气 (.+)$/, (_message, { match }) => match[1]);
    assert.equal(await send(wireText("天气 北京")), "北京");
  });

  test("with a global expression finds the same text again and again", async () => {
    const { bot, send } = talk();
    bot.hears(/a/g, () => "found");
    for (let time = 0; time < 3; time += 1) assert.equal(await send(wireText("a")), "found");
  });

  test("answers texts only", async () => {
    const { bot, send } = talk();
    bot.hears(/.*/, () => "heard");
    assert.equal(await send(other("image", { Content: "x" })), undefined);
  });
});

describe("click", () => {
  test("answers the button whose key it names", async () => {
    const { bot, send } = talk();
    bot.click("today", () => "today").click("week", () => "week");
    assert.equal(await send(event("CLICK", { EventKey: "week" })), "week");
    assert.equal(await send(event("CLICK", { EventKey: "month" })), undefined);
    assert.equal(await send(event("VIEW", { EventKey: "today" })), undefined);
  });
});

describe("The order", () => {
  test("of handlers is that in which they were added; the first that matches answers", async () => {
    const { bot, send } = talk();
    bot.hears("a", () => "heard").on("text", () => "text").on("*", () => "any");
    assert.equal(await send(wireText("a")), "heard");
    assert.equal(await send(wireText("b")), "text");
    assert.equal(await send(event("subscribe")), "any");
  });

  test("goes on to the next handler with next", async () => {
    const { bot, send } = talk();
    bot.on("text", async (_message, _context, next) => `1 ${String(await next())}`);
    bot.on("text", () => "2");
    assert.equal(await send(wireText("x")), "1 2");
  });

  test("ends with nothing when the last handler asks for the next", async () => {
    const { bot, send } = talk();
    bot.on("text", (_message, _context, next) => next());
    assert.equal(await send(wireText("x")), undefined);
  });

  test("puts middleware around all handlers, wherever it was added", async () => {
    const { bot, send } = talk();
    bot.on("text", () => "text");
    bot.use(async (_message, _context, next) => `(${String(await next())})`);
    bot.use(async (_message, _context, next) => `[${String(await next())}]`);
    assert.equal(await send(wireText("x")), "([text])");
  });

  test("lets middleware answer alone", async () => {
    const { bot, send } = talk();
    bot.use(() => "closed").on("text", () => assert.fail("it must not run"));
    assert.equal(await send(wireText("x")), "closed");
  });

  test("shares one context among all that run for a message", async () => {
    const { bot, send } = talk();
    bot.use((message, context, next) => {
      context.state["who"] = message.FromUserName;
      return next();
    });
    bot.on("text", (message, context) => {
      assert.equal(context.state["who"], context.openId);
      assert.equal(context.account, message.ToUserName);
      assert.equal(context.receivedAt, NOW);
      assert.equal(context.signal.aborted, false);
      return "same";
    });
    assert.equal(await send(wireText("x")), "same");
  });
});

describe("An answer", () => {
  test("of nothing, null or an empty string is success", async () => {
    for (const answer of [undefined, null, ""]) {
      const { bot, send } = talk();
      bot.on("text", () => answer);
      assert.equal(await send(wireText("x")), undefined);
    }
  });

  test("that is no answer is a failure, and the follower reads nothing", async () => {
    for (const answer of [42, {}, [[]], true, { MsgType: "hologram" }]) {
      const { bot, send, entries } = talk();
      bot.on("text", () => answer as unknown as string);
      assert.equal(await send(wireText("x")), undefined);
      assert.equal(entries[0]?.event, "failed");
      assert.match(String(entries[0]?.code), /^(?:ANSWER|REPLY)_INVALID$/);
    }
  });

  test("that comes as a promise is waited for", async () => {
    const { bot, send } = talk();
    bot.on("text", async () => "later");
    assert.equal(await send(wireText("x")), "later");
  });
});

describe("A handler that fails", () => {
  test("is logged with its stack, and the follower reads nothing", async () => {
    const { bot, send, entries } = talk();
    bot.on("text", () => {
      throw new Error("broken");
    });
    assert.equal(await send(wireText("x")), undefined);
    assert.equal(entries[0]?.event, "failed");
    assert.equal(entries[0]?.message, "broken");
    assert.match(String(entries[0]?.stack), /router\.test/);
  });

  test("is answered with what onError says", async () => {
    const { bot, send, entries } = talk();
    bot.on("text", () => Promise.reject(new Error("broken")));
    bot.onError((error, message: Message) => `${(error as Error).message} on ${message.kind}`);
    assert.equal(await send(wireText("x")), "broken on text");
    assert.equal(entries[0]?.event, "failed");
  });

  test("stays a failure when onError fails too", async () => {
    const { bot, send, entries } = talk();
    bot.on("text", () => {
      throw new Error("first");
    });
    bot.onError(() => {
      throw new Error("second");
    });
    assert.equal(await send(wireText("x")), undefined);
    assert.equal(entries[0]?.event, "failed");
  });

  test("may have thrown anything", async () => {
    for (const thrown of [undefined, null, 0, "text", Object.create(null)]) {
      const { bot, send, entries } = talk();
      bot.on("text", () => {
        throw thrown;
      });
      assert.equal(await send(wireText("x")), undefined);
      assert.equal(entries[0]?.event, "failed");
    }
  });

  test("is one that calls next twice", async () => {
    const { bot, send, entries } = talk();
    bot.on("text", async (_message, _context, next) => {
      await next();
      return next();
    });
    assert.equal(await send(wireText("x")), undefined);
    assert.equal(entries[0]?.code, "NEXT_CALLED_TWICE");
  });
});

describe("A mistake in making a bot", () => {
  const wrong = <T>(value: T): never => value as never;
  const mistakes: Readonly<Record<string, () => unknown>> = {
    "a handler that is no function": () => talk().bot.on("text", wrong("测试")),
    "middleware that is no function": () => talk().bot.use(wrong(undefined)),
    "an empty kind": () => talk().bot.on("", () => "x"),
    "a key that is no text": () => talk().bot.click(wrong(1), () => "x"),
    "a pattern that is neither text nor expression": () => talk().bot.hears(wrong(1), () => "x"),
    "an error handler that is no function": () => talk().bot.onError(wrong("x")),
  };
  for (const [what, make] of Object.entries(mistakes)) {
    test(`is refused at once: ${what}`, () => {
      assert.throws(make, (error: { code?: string }) => error.code === "SETTING_INVALID");
    });
  }
});
