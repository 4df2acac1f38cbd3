import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LogEntry } from "../../src/index.ts";
import { exchange } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { wireSign } from "../support/wire.ts";
import {
  ACCOUNT,
  FOLLOWER,
  OFFICIAL,
  addressOf,
  field,
  imageMessage,
  message,
  nowInSeconds,
  plainDelivery,
  textMessage,
  verification,
} from "./platform.ts";
import { COMPAT, PLAIN, SAFE, readableLog, serve, tutorialBot } from "./serving.ts";

const MODES = { plain: PLAIN, compat: COMPAT, safe: SAFE };

const ODD_ECHOSTRS = {
  "nineteen digits, more than a number holds": "4375120948345356249",
  "leading zeros": "0000000000000000042",
  "the letters of base64": "ab+/cd==",
  "spaces at both ends": "  a b ",
  "quotes and markup": `"it's" <b>&amp;</b> \\ %`,
  "Chinese and an emoji": "测试回声🙂",
  "a line break": "one\r\ntwo\n",
  "a thousand characters": "1234567890".repeat(100),
};

describe("The platform verifies the server", () => {
  for (const [mode, options] of Object.entries(MODES)) {
    for (const [what, echo] of Object.entries(ODD_ECHOSTRS)) {
      test(`in ${mode} mode echostr comes back byte for byte: ${what}`, async (context) => {
        const port = await serve(context, tutorialBot(options));
        const answer = await exchange(port, verification(ACCOUNT, echo));
        assert.equal(answer.status, 200);
        assert.deepEqual(answer.bytes, Buffer.from(echo));
        assert.match(answer.headers["content-type"] ?? "", /^text\/plain\b/);
      });
    }
  }

  test("the official example is accepted at the time of that example", async (context) => {
    const clock = (): number => 1_714_036_504_000;
    const port = await serve(context, tutorialBot({ token: "AAAAA", clock }));
    const answer = await exchange(port, {
      target: "/wx?signature=f464b24fc39322e44b38aa78f5edd27bd1441696" +
        "&echostr=4375120948345356249&timestamp=1714036504&nonce=1514711492",
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.body, "4375120948345356249");
  });

  test("a space in echostr may be written as %20 and as +", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    for (const written of ["a%20b", "a+b"]) {
      const { target } = verification(ACCOUNT, "");
      const answer = await exchange(port, {
        target: target.replace("echostr=", `echostr=${written}`),
      });
      assert.equal(answer.body, "a b");
    }
  });

  test("a percent-encoded letter is that letter", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const { target } = verification(ACCOUNT, "x", { nonce: "1" });
    const written = target.replace("nonce=1", "nonce=%31").replace("echostr=x", "echostr=%78");
    assert.equal((await exchange(port, { target: written })).body, "x");
  });

  test("parameters come in any order, and unknown ones are ignored", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const [path = "", query = ""] = verification(ACCOUNT, "right").target.split("?");
    const target = `${path}?from=elsewhere&${query.split("&").reverse().join("&")}&x`;
    assert.equal((await exchange(port, { target })).body, "right");
  });

  for (const [mode, options] of Object.entries(MODES)) {
    test(`in ${mode} mode a wrong signature is refused without a word`, async (context) => {
      const port = await serve(context, tutorialBot(options));
      const timestamp = nowInSeconds();
      const nonce = "1514711492";
      const right = wireSign(ACCOUNT.token, timestamp, nonce);
      const wrongs = [
        wireSign("another token", timestamp, nonce),
        right.slice(0, 39),
        `${right}0`,
        right.toUpperCase(),
        `${right.slice(0, 39)}字`,
        "",
        "字".repeat(40),
      ];
      const bodies = new Set<string>();
      for (const signature of wrongs) {
        const refused = verification(ACCOUNT, "secret-echo", { timestamp, nonce, signature });
        const answer = await exchange(port, refused);
        assert.equal(answer.status, 403, signature);
        bodies.add(answer.body);
      }
      const [body = ""] = bodies;
      assert.equal(bodies.size, 1);
      assert.ok(body.length < 60);
      assert.doesNotMatch(body, /secret-echo|signature|token|echostr/i);
      assert.ok(!body.includes(ACCOUNT.token) && !body.includes(right));
    });
  }

  test("while a token is replaced, the current and the previous are accepted", async (context) => {
    const port = await serve(context, tutorialBot({ token: ["new-token", "old-token"] }));
    for (const token of ["new-token", "old-token"]) {
      const answer = await exchange(port, verification({ ...ACCOUNT, token }, token));
      assert.equal(answer.body, token);
    }
    const answer = await exchange(port, verification({ ...ACCOUNT, token: "older" }, "x"));
    assert.equal(answer.status, 403);
  });
});

describe("A follower sends a message in plain mode", () => {
  test("a text is answered with 测试, from the account to the follower", async (context) => {
    const clock = (): number => 1_714_037_059_999;
    const port = await serve(context, tutorialBot({ ...PLAIN, clock }));
    const delivery = plainDelivery(ACCOUNT, textMessage("hello"), { timestamp: "1714037059" });
    const answer = await exchange(port, delivery);
    assert.equal(answer.status, 200);
    assert.match(answer.headers["content-type"] ?? "", /^text\/xml\b/);
    assert.equal(field(answer.body, "Content"), "测试");
    assert.equal(field(answer.body, "MsgType"), "text");
    assert.equal(field(answer.body, "ToUserName"), FOLLOWER);
    assert.equal(field(answer.body, "FromUserName"), OFFICIAL);
    assert.equal(field(answer.body, "CreateTime"), "1714037059");
    assert.match(answer.body, /^<xml>.*<\/xml>$/s);
  });

  test("the length that the answer announces is counted in bytes", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const answer = await exchange(port, plainDelivery(ACCOUNT, textMessage("hello")));
    assert.equal(answer.headers["content-length"], String(answer.bytes.length));
  });

  test("an image, to which the bot says nothing, is answered with success", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const answer = await exchange(port, plainDelivery(ACCOUNT, imageMessage()));
    assert.equal(answer.status, 200);
    assert.equal(answer.body, "success");
    assert.match(answer.headers["content-type"] ?? "", /^text\/plain\b/);
  });

  test("a kind of message that nobody has heard of is answered with success", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    for (const fields of [{ MsgType: "hologram" }, { MsgType: "event", Event: "brand_new" }]) {
      const answer = await exchange(port, plainDelivery(ACCOUNT, message(fields)));
      assert.equal(answer.body, "success");
    }
  });

  test("the bot sees the text exactly as the follower wrote it", async (context) => {
    const seen: string[] = [];
    const bot = echostr.createBot({ ...PLAIN, log: () => {} }).on("text", (received) => {
      seen.push(received.Content);
    });
    const port = await serve(context, bot);
    const content = " <b>测试</b> & 🙂 \u0001 <!DOCTYPE x> ";
    const answer = await exchange(port, plainDelivery(ACCOUNT, textMessage(content)));
    assert.equal(answer.body, "success");
    assert.deepEqual(seen, [content]);
  });

  test("what the Content-Type says does not matter, and it may be missing", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    for (const type of ["application/x-www-form-urlencoded", "application/json", undefined]) {
      const delivery = plainDelivery(ACCOUNT, textMessage("hello"));
      const headers = type === undefined ? {} : { "Content-Type": type };
      const answer = await exchange(port, { ...delivery, headers });
      assert.equal(field(answer.body, "Content"), "测试");
    }
  });

  test("a mark of byte order and leading space before the body are read over", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    for (const before of ["\uFEFF", "\n  ", "\uFEFF\r\n"]) {
      const answer = await exchange(port, plainDelivery(ACCOUNT, before + textMessage("hello")));
      assert.equal(field(answer.body, "Content"), "测试");
    }
  });

  test("a message that comes again under the same nonce is answered again", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const delivery = plainDelivery(ACCOUNT, textMessage("hello"));
    for (let time = 1; time <= 4; time += 1) {
      assert.equal(field((await exchange(port, delivery)).body, "Content"), "测试");
    }
  });

  const thrown: Readonly<Record<string, unknown>> = {
    "an error": new Error("the bot's own fault"),
    "a text": "the bot's own fault",
    "nothing": undefined,
    "null": null,
    "a symbol": Symbol("fault"),
    "an object that cannot be shown": Object.create(null),
  };

  for (const [what, value] of Object.entries(thrown)) {
    test(`a handler that throws ${what} is heard as success and logged`, async (context) => {
      const log = readableLog();
      const bot = echostr.createBot({ ...PLAIN, log: log.log }).on("text", () => {
        throw value;
      });
      const delivery = plainDelivery(ACCOUNT, textMessage("hello"));
      const answer = await exchange(await serve(context, bot), delivery);
      assert.equal(answer.status, 200);
      assert.equal(answer.body, "success");
      assert.equal(log.cause(), "HANDLER_FAILED");
    });
  }

  test("a GET without a query is a browser, and gets a plain sentence", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const answer = await exchange(port, { target: addressOf("/wx", {}) });
    assert.equal(answer.status, 200);
    assert.match(answer.headers["content-type"] ?? "", /^text\/plain\b/);
    assert.match(answer.body, /\w+ \w+/);
    assert.ok(!answer.body.includes(ACCOUNT.token));
  });

  test("of which the log tells once, since a proxy may have dropped the query", async (context) => {
    const entries: LogEntry[] = [];
    const log = (entry: LogEntry): void => void entries.push(entry);
    const bot = echostr.createBot({ ...PLAIN, log });
    const port = await serve(context, bot);
    for (let time = 0; time < 3; time += 1) await exchange(port, { target: "/wx" });
    for (let time = 0; time < 3; time += 1) await bot.fetch(new Request("http://a.test/wx?"));
    const told = entries.map(({ level, event, path, message }) => [level, event, path, message]);
    const notice = [
      "info",
      "notice",
      "/wx",
      "GET without a query is answered as a browser's. If WeChat says that the URL is wrong, " +
        "a proxy may drop the query (logged once)",
    ];
    assert.deepEqual(told, [notice], "once for both of its doors");
  });
});
