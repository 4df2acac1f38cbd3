/** Functions that are called with an event answer as the server does. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { sharing } from "../delivery/sharing-store.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import type { BotOptions, EventResponse, LateOptions } from "../../src/index.ts";
import { EVENT_HOSTS, eventFixture, eventHost } from "../support/events.ts";
import type { Answer, Sent } from "../support/http.ts";
import { typeLoader } from "../support/programs.ts";
import { echostr } from "../support/subject.ts";
import { watchProcess } from "../support/watched-process.ts";
import { raw } from "../support/wire.ts";
import {
  ACCOUNT,
  field,
  openReply,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
} from "./platform.ts";
import { PLAIN, readableLog, SAFE, tutorialBot } from "./serving.ts";

function handlerOf(options: BotOptions): ReturnType<typeof echostr.fromEvent> {
  return echostr.fromEvent(tutorialBot(options));
}

/** As a client sees it. */
function toAnswer({ statusCode, headers, multiValueHeaders, body }: EventResponse): Answer {
  const lists = Object.entries(multiValueHeaders ?? {}).map(([name, all]) => [name, all.join(", ")]);
  return { status: statusCode, headers: { ...headers, ...Object.fromEntries(lists) }, bytes: Buffer.from(body), body };
}

test("Every event of the fixtures has its origin, and every origin its event", () => {
  const folder = new URL("../fixtures/events/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const [, ...rows] = readFileSync(new URL("INDEX.tsv", folder), "utf8").trim().split("\n");
  assert.deepEqual(rows.map((row) => `${row.split("\t")[0]}.json`).sort(), files.sort());
  for (const row of rows) assert.match(row.split("\t")[2] ?? "", /^https:\/\//);
});

for (const host of EVENT_HOSTS) {
  describe(`The event of ${host.name}`, () => {
    test("is the handshake", async () => {
      const sent = verification(ACCOUNT, "70+12/ä=");
      const { status, headers, body } = toAnswer(await handlerOf(PLAIN)(host.event(sent), {}));
      assert.deepEqual([status, body], [200, "70+12/ä="]);
      assert.equal(headers["content-type"], "text/plain; charset=utf-8");
    });

    test("is a message in plain mode", async () => {
      const sent = plainDelivery(ACCOUNT, textMessage("你好"));
      const { status, headers, body } = toAnswer(await handlerOf(PLAIN)(host.event(sent), {}));
      assert.deepEqual([status, field(body, "Content")], [200, "测试"]);
      assert.equal(headers["content-type"], "text/xml; charset=utf-8");
      assert.equal(headers["content-length"], String(Buffer.byteLength(body)));
    });

    test("is a message in safe mode", async () => {
      const sent = safeDelivery(ACCOUNT, textMessage("你好"));
      const answer = toAnswer(await handlerOf(SAFE)(host.event(sent), {}));
      assert.equal(field(openReply(ACCOUNT, answer).xml, "Content"), "测试");
    });

    test("is refused where its signature is another's", async () => {
      const sent = plainDelivery({ ...ACCOUNT, token: "an0ther" }, textMessage("你好"));
      assert.equal((await handlerOf(PLAIN)(host.event(sent))).statusCode, 403);
    });

    test("is refused where its body is compressed, however the header is written", async () => {
      const sent = plainDelivery(ACCOUNT, textMessage("你好"));
      const headers = { ...sent.headers, "CONTENT-Encoding": "gzip" };
      assert.equal((await handlerOf(PLAIN)(host.event({ ...sent, headers }))).statusCode, 415);
    });

    test("is of another path, and gets 404", async () => {
      const sent = verification({ ...ACCOUNT, path: "/other" }, "7012");
      assert.equal((await handlerOf(PLAIN)(host.event(sent))).statusCode, 404);
      assert.equal((await handlerOf({ ...PLAIN, path: "*" })(host.event(sent))).body, "7012");
    });

    test("says in four fields what the host is to send, and no more", async () => {
      const response = await handlerOf(PLAIN)(host.event(verification(ACCOUNT, "7012")));
      const headers = host.name === "alb-multi-value" ? "multiValueHeaders" : "headers";
      assert.deepEqual(Object.keys(response).sort(), ["body", "isBase64Encoded", "statusCode", headers].sort());
      assert.equal(response.isBase64Encoded, false);
      assert.deepEqual(JSON.parse(JSON.stringify(response)), response);
    });

    if (host.keepsDoubles) {
      for (const name of ["nonce", "signature", "openid"]) {
        test(`is refused where ${name} stands twice, as on node:http`, async () => {
          const log = readableLog();
          const sent = plainDelivery(ACCOUNT, textMessage("你好"), { openid: "oA" });
          const twice = { ...sent, target: `${sent.target}&${name}=1` };
          const response = await handlerOf({ ...PLAIN, log: log.log })(host.event(twice));
          assert.deepEqual([response.statusCode, log.cause()], [400, "QUERY_INVALID"]);
        });
      }
    }
  });
}

describe("An event", () => {
  const scf = eventHost("scf-apigw");
  const sent: Sent = plainDelivery(ACCOUNT, textMessage("你好"));

  test("may come as an object, as text of JSON and as its bytes", async () => {
    const text = JSON.stringify(scf.event(verification(ACCOUNT, "7012")));
    for (const event of [JSON.parse(text) as unknown, text, Buffer.from(text), new TextEncoder().encode(text)]) {
      assert.equal((await handlerOf(PLAIN)(event)).body, "7012");
    }
  });

  test("may have a header twice", async () => {
    const event = eventHost("apigw-v1").event(sent) as { multiValueHeaders: Record<string, unknown> };
    Object.assign(event.multiValueHeaders, { "content-encoding": ["gzip", "identity"] });
    assert.equal((await handlerOf(PLAIN)(event)).statusCode, 415);
  });

  test("may have a list where a name stands twice", async () => {
    const event = scf.event(sent) as { queryString: Record<string, unknown> };
    const nonce = event.queryString["nonce"];
    Object.assign(event.queryString, { nonce: [nonce, nonce] });
    assert.equal((await handlerOf(PLAIN)(event)).statusCode, 400);
  });

  test("may have parameters that are none of WeChat's, with commas and twice", async () => {
    const target = `${sent.target}&tags=a,b&tags=c`;
    for (const host of EVENT_HOSTS) {
      assert.equal((await handlerOf(PLAIN)(host.event({ ...sent, target }))).statusCode, 200, host.name);
    }
  });

  test("may call true a text, as the documents of some hosts do", async () => {
    const event = eventHost("huawei-apig").event(sent) as object;
    assert.equal((await handlerOf(PLAIN)({ ...event, isBase64Encoded: "true" })).statusCode, 200);
  });

  // REST APIs and SCF leave the stage out of the path, HTTP APIs with a named stage do not.
  for (const [path, came] of [
    ["/wx", "/wx"],
    ["/wx", "/release/wx"],
    ["/release/wx", "/wx"],
    ["/release/wx", "/release/wx"],
  ] as const) {
    test(`of the stage release is of the bot's path ${path} where it came for ${came}`, async () => {
      const event = scf.event(verification({ ...ACCOUNT, path: came }, "7012"));
      assert.equal((await handlerOf({ ...PLAIN, path })(event)).body, "7012");
    });
  }

  test("of a stage is of no path that only begins like it", async () => {
    const { target } = verification({ ...ACCOUNT, path: "/releases/wx" }, "7012");
    assert.equal((await handlerOf(PLAIN)(scf.event({ target }))).statusCode, 404);
  });

  test("may have members that are null or not there", async () => {
    const event = { httpMethod: "GET", path: "/wx", headers: null, body: null, multiValueQueryStringParameters: null };
    const response = await handlerOf(PLAIN)(event);
    assert.equal(response.statusCode, 200);
    assert.match(response.body, /微信/);
    assert.equal((await handlerOf(PLAIN)({ ...event, httpMethod: "HEAD" })).body, "");
  });

  test("may have a header that no header can be, which is passed over", async () => {
    const event = scf.event(sent) as { headers: Record<string, unknown> };
    Object.assign(event.headers, { "": "x", "X-City": "深圳", "X-None": null });
    assert.equal((await handlerOf(PLAIN)(event)).statusCode, 200);
  });

  test("gets 405 where fetch does not take its method", async () => {
    for (const httpMethod of ["PUT", "TRACE", "connect", "TRACK", "G T", "GET\n", "取"]) {
      assert.equal((await handlerOf(PLAIN)({ httpMethod, path: "/wx" })).statusCode, 405, httpMethod);
    }
  });

  test("is not taken apart by what stands in its path", async () => {
    const event = scf.event({ ...verification(ACCOUNT, "7012") }) as object;
    assert.equal((await handlerOf(PLAIN)({ ...event, path: "/wx?nonce=2#" })).statusCode, 404);
    assert.equal((await handlerOf(PLAIN)({ ...event, path: "//wx" })).statusCode, 404);
    assert.equal((await handlerOf({ ...PLAIN, path: "*" })({ ...event, path: "wx" })).body, "7012");
  });
});

describe("What is no HTTP request is an error that says what was expected and what came", () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ["a timer", eventFixture("scf-timer"), /got one with Type, TriggerName, Time, Message/],
    ["a method without a path", { httpMethod: "GET" }, /path or rawPath, got one with httpMethod/],
    ["nothing at all", undefined, /got undefined/],
    ["an empty object", {}, /got one without fields/],
    ["a list", [1], /got an array/],
    ["a text that is no JSON", "hello", /got text that is not JSON/],
    ["bytes that are no JSON", Buffer.from("hello"), /got text that is not JSON/],
    ["a body that was parsed", { httpMethod: "POST", path: "/wx", body: {} }, /body as text, got object/],
  ];
  for (const [what, event, message] of cases) {
    test(what, async () => {
      await assert.rejects(handlerOf(PLAIN)(event), { name: "EchostrError", code: "EVENT_INVALID", message });
    });
  }

  test("and never holds a value", async () => {
    for (const each of [{ secret: "s3cretValue" }, '"s3cretValue"', "s3cretValue", ["s3cretValue"]]) {
      await assert.rejects(handlerOf(PLAIN)(each), (error: Error) => !error.message.includes("s3cret"));
    }
  });
});

describe("A host that stops the process after the answer", () => {
  const host = eventHost("lambda-url");

  /** A bot whose handler takes eight seconds of a clock that is turned. */
  function slowFunction(late: LateOptions) {
    const clock = new TurnedClock();
    const bot = echostr.createBot({ ...PLAIN, clock, log: () => {}, delivery: { hardCapMs: 1, late } });
    bot.on("text", () => clock.sleep(8000).then(() => "答"));
    const handler = echostr.fromEvent(bot);
    const timestamp = String(Math.floor(clock.now() / 1000));
    const sends = (text: string): Promise<EventResponse> => {
      const CreateTime = raw(String(Math.floor(clock.now() / 1000)));
      return handler(host.event(plainDelivery(ACCOUNT, textMessage(text, { CreateTime }), { timestamp })));
    };
    return { clock, sends };
  }

  test("gets the answer of a delivery that lapses only when the handler is through", async () => {
    const { clock, sends } = slowFunction({});
    const sent = sends("问");
    let isOver = false;
    void sent.then(() => (isOver = true));
    await clock.turn(7900);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(isOver, false);
    await clock.turn(200);
    assert.equal((await sent).statusCode, 503);
    await clock.turn(15_000);
    assert.equal(field((await sends("继续")).body, "Content"), "答");
  });

  test("gives an answer of 7 s with the second delivery, to another instance that has the same store", async () => {
    const clock = new TurnedClock();
    const store = sharing(echostr.openStore("memory", { clock: () => clock.now() }));
    let runs = 0;
    const instances = [1, 2].map(() => {
      const bot = echostr.createBot({ ...PLAIN, clock, store, log: () => {}, delivery: { hardCapMs: 1 } });
      bot.on("text", async () => {
        runs += 1;
        await clock.sleep(7000);
        return "答";
      });
      return echostr.fromEvent(bot);
    });
    const seconds = String(Math.floor(clock.now() / 1000));
    const body = textMessage("问", { CreateTime: raw(seconds) });
    const event = host.event(plainDelivery(ACCOUNT, body, { timestamp: seconds }));
    const first = instances[0]?.(event);
    await clock.turn(5000);
    const second = instances[1]?.(event);
    await clock.turn(3000);
    assert.equal(field((await second)?.body ?? "", "Content"), "答");
    assert.deepEqual([(await first)?.statusCode, runs], [503, 1]);
  });

  test("gets the notice at once", async () => {
    const { clock, sends } = slowFunction({ hold: false, notice: "正在思考，回复 1 获取答案" });
    const sent = sends("问");
    await clock.turn(4600);
    assert.match((await sent).body, /正在思考/);
  });

  // No socket is there, and the timers of a bot let a process end.
  test("is kept awake while a delivery waits", async () => {
    const library = new URL("../support/subject.ts", import.meta.url);
    const event = host.event(plainDelivery(ACCOUNT, textMessage("问")));
    const program = `
      const { echostr } = await import(${JSON.stringify(library)});
      const delivery = { deadlineMs: 20, late: { hold: false, notice: "稍候，回复 1 获取" } };
      const bot = echostr.createBot({ token: "${ACCOUNT.token}", log: () => {}, delivery });
      bot.on("text", () => new Promise(() => {}));
      console.log((await echostr.fromEvent(bot)(${JSON.stringify(event)})).statusCode);`;
    const words = [...typeLoader(), "--input-type=module", "--eval", program];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    watchProcess(child);
    const [said, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    assert.deepEqual([status, said], [0, "200\n"]);
  });

  test("is told of the work where its context has waitUntil", async () => {
    const works: unknown[] = [];
    const bot = echostr.createBot({ ...PLAIN, log: () => {} }).on("text", async () => "答");
    const context = { waitUntil: (work: unknown) => void works.push(work) };
    await echostr.fromEvent(bot)(host.event(plainDelivery(ACCOUNT, textMessage("问"))), context);
    assert.equal(works.length, 1);
  });
});
