/**
 * What handlers answer that is hardly meant as it stands, and kinds that are hardly meant: what the
 * follower reads, and what the log says.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BotOptions, LogEntry } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply, wireRequest, wireText } from "../support/wire.ts";

const TOKEN = "tok3nOfOddAnswers";

const MODES: readonly Partial<BotOptions>[] = [{}, { delivery: false }];

function bot(options: Partial<BotOptions> = {}) {
  const entries: LogEntry[] = [];
  const made = echostr.createBot({
    token: TOKEN,
    clock: () => 1_714_112_445_000,
    log: (entry) => entries.push(entry),
    ...options,
  });
  return {
    bot: made,
    entries,
    told: () => entries.filter(({ event }) => event === "notice").map(({ message }) => message),
    async ask(): Promise<string> {
      const { query, body } = wireRequest({ token: TOKEN, body: wireText("x") });
      const address = `http://localhost/wx?${query}`;
      const response = await made.fetch(new Request(address, { method: "POST", body }));
      assert.equal(response.status, 200);
      const answer = await response.text();
      return answer === "success" ? "" : String(wireReadReply(answer)["Content"]);
    },
  };
}

const SUCCESS_HINT =
  'A handler answered "success", which counts as no reply: it may return nothing instead. ' +
  'To send the word to the follower, return text("success") (logged once)';

// WeChat's page on passive replies: 直接回复success, for nothing to say.
describe('The answer "success"', () => {
  const answers: Readonly<Record<string, () => unknown>> = {
    "as it is": () => "success",
    "with a line end": () => "success\n",
    "as a promise": async () => "success",
    "in an array": () => ["success"],
  };
  for (const options of MODES) {
    for (const [how, handler] of Object.entries(answers)) {
      const where = options.delivery === false ? ", without delivery" : "";
      test(`${how}${where} is nothing to say, and the log tells of it`, async () => {
        const { bot: made, ask, told } = bot(options);
        made.on("text", handler as () => string);
        assert.equal(await ask(), "");
        assert.deepEqual(told(), [SUCCESS_HINT]);
      });
    }
  }

  test("is told of once", async () => {
    const { bot: made, ask, told } = bot({ delivery: false });
    made.on("text", () => "success");
    for (let time = 0; time < 3; time += 1) assert.equal(await ask(), "");
    assert.equal(told().length, 1);
  });

  test("of onError is nothing to say either", async () => {
    const { bot: made, ask, told } = bot();
    made.on("text", () => {
      throw new Error("broken");
    });
    made.onError(() => "success");
    assert.equal(await ask(), "");
    assert.deepEqual(told(), [SUCCESS_HINT]);
  });

  test("is sent when it is written as a text, and so are other words", async () => {
    for (const [answer, read] of [
      [echostr.text("success"), "success"],
      ["Success!", "Success!"],
      ["success or not", "success or not"],
    ] as const) {
      const { bot: made, ask, told } = bot();
      made.on("text", () => answer);
      assert.equal(await ask(), read);
      assert.deepEqual(told(), []);
    }
  });
});

describe("An answer in XML", () => {
  const xml = "<xml><ToUserName>o</ToUserName><MsgType><![CDATA[text]]></MsgType></xml>";
  const hint =
    "A handler answered XML, which the follower gets as text: return a string, or text(…), " +
    "image(…), news(…), and the bot writes the XML (logged once)";

  test("goes to the follower as it is, and the log tells of it once", async () => {
    const { bot: made, ask, told } = bot({ delivery: false });
    made.on("text", () => xml);
    assert.deepEqual([await ask(), await ask()], [xml, xml]);
    assert.deepEqual(told(), [hint]);
  });

  test("is told apart from a text about XML", async () => {
    for (const text of ["<xml>", "看这里：<xml><MsgType>", "<xml></xml>"]) {
      const { bot: made, ask, told } = bot();
      made.on("text", () => text);
      assert.equal(await ask(), text);
      assert.deepEqual(told(), []);
    }
  });
});

describe("An answer of nothing but white space", () => {
  for (const blank of [" ", "\n", "\u3000\t"]) {
    test(`${JSON.stringify(blank)} is nothing to say`, async () => {
      const { bot: made, ask, entries } = bot();
      made.on("text", () => blank);
      assert.equal(await ask(), "");
      assert.deepEqual(entries.map(({ event }) => event), ["delivery"]);
    });
  }
});

describe("A reply that lacks something", () => {
  const halves: Readonly<Record<string, object>> = {
    "Image of a reply must be an object with MediaId, got undefined": { MsgType: "image", MediaId: "m" },
    "Content must be a string, got undefined": { MsgType: "text" },
    "Content must be a string, got null": { MsgType: "text", Content: null },
    "MediaId must not be empty": echostr.image(""),
  };
  for (const options of MODES) {
    const where = options.delivery === false ? ", without delivery" : "";
    for (const [message, answer] of Object.entries(halves)) {
      test(`is a failure of its handler: ${message}${where}`, async () => {
        const { bot: made, ask, entries } = bot(options);
        made.on("text", () => answer as never);
        assert.equal(await ask(), "");
        const [entry] = entries;
        assert.deepEqual([entry?.event, entry?.code, entry?.message], ["failed", "REPLY_INVALID", message]);
      });
    }
  }

  test("is known before the others of its array go out, and onError answers instead", async () => {
    const { bot: made, ask } = bot();
    made.on("text", () => ["一", { MsgType: "image", MediaId: "m" } as never]);
    made.onError((error) => `出错了：${(error as Error).message}`);
    assert.equal(await ask(), "出错了：Image of a reply must be an object with MediaId, got undefined");
  });
});

describe("An answer that is none is named", () => {
  const named: readonly (readonly [answer: unknown, got: string])[] = [
    [Buffer.from("x"), "an object without MsgType (Buffer)"],
    [new Date(0), "an object without MsgType (Date)"],
    [new Map(), "an object without MsgType (Map)"],
    [{ text: "x" }, "an object without MsgType"],
    [Object.create(null), "an object without MsgType"],
    [{ constructor: null }, "an object without MsgType"],
    [{ title: "t", url: "u" }, "an article, which news([…]) takes"],
    [() => "x", "a function"],
    [0, "a number"],
    [false, "a boolean"],
    [
      { msgtype: "text", text: { content: "x" } },
      "a customer-service message, which api.customerService.send takes",
    ],
  ];
  for (const [answer, got] of named) {
    test(`: ${got}`, async () => {
      const { bot: made, ask, entries } = bot();
      made.on("text", () => answer as never);
      assert.equal(await ask(), "");
      const wanted = "Handler must answer with a string, a reply, an array of these or nothing";
      assert.deepEqual([entries[0]?.code, entries[0]?.message], ["ANSWER_INVALID", `${wanted}, got ${got}`]);
    });
  }
});

describe("A handler for a kind that no table knows", () => {
  const hints: Readonly<Record<string, string>> = {
    txt: "text",
    Picture: "image",
    "event.subscribe": "event:subscribe",
    event_scan: "event:scan",
    "event:nosuch": "event:scan",
    "event:subscribed": "event:subscribe",
    "event:SCANCODE": "event:scan",
    "event:unsubscibe": "event:unsubscribe",
    "event:TEMPLATESENDJOBFINISHED": "event:templatesendjobfinish",
    "event:user_get_cards": "event:user_get_card",
  };
  for (const [kind, nearest] of Object.entries(hints)) {
    test(`is allowed, and the log names ${nearest} at once: ${kind}`, () => {
      const { bot: made, entries } = bot();
      made.on(kind, () => "x");
      const message =
        `Kind "${kind}" is not known, so its handler may never run; the nearest known one is "${nearest}"`;
      assert.deepEqual(entries, [{ level: "warn", event: "notice", message }]);
    });
  }

  test("is told apart from those that a table knows", () => {
    const { bot: made, entries } = bot();
    for (const kind of ["text", "TEXT", "*", "event", "event:SCAN", "event:wificonnected"]) {
      made.on(kind, () => "x");
    }
    assert.deepEqual(entries, []);
  });

  test("may have a name of any length", () => {
    const { bot: made, entries } = bot();
    made.on(`event:${"x".repeat(1_000_000)}`, () => "x");
    assert.ok(String(entries[0]?.message).length < 300);
  });
});

test("A kind without the name of its event is refused", () => {
  assert.throws(() => bot().bot.on("event:", () => "x"), {
    code: "SETTING_INVALID",
    message: 'Kind must name its event after "event:", got "event:"',
  });
});

test("An empty text to hear is refused, since WeChat sends none", () => {
  for (const word of ["", " \n"]) {
    assert.throws(() => bot().bot.hears(word, () => "x"), {
      code: "SETTING_INVALID",
      message: "Text to hear must not be empty: WeChat sends no empty text",
    });
  }
});
