/** A bot's entries called with what another one takes: a sentence says which, and what came. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { openFor } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { ACCOUNT, plainDelivery, textMessage } from "./platform.ts";

function quietBot() {
  return echostr.createBot({ token: "tok3n", log: () => {} });
}

const EVENT_HINT = "; events of cloud functions go to fromEvent(bot)";

describe("bot.fetch", () => {
  const wrong: Readonly<Record<string, readonly [request: unknown, got: string]>> = {
    nothing: [undefined, "undefined"],
    null: [null, "null"],
    "an address": ["http://localhost/wx", "string"],
    "a URL": [new URL("http://localhost/wx"), "object"],
    "an empty object": [{}, "object"],
    "an event of a cloud function": [{ httpMethod: "POST", path: "/wx", headers: {}, body: "" }, "object"],
    "an object around the request": [{ request: new Request("http://localhost/wx") }, "object"],
    "a path in place of the address": [{ url: "/wx", method: "GET", headers: new Headers() }, "object"],
  };
  for (const [what, [request, got]] of Object.entries(wrong)) {
    test(`is rejected with a sentence when it is called with ${what}`, async () => {
      await assert.rejects(quietBot().fetch(request as Request), {
        code: "SETTING_INVALID",
        message: `bot.fetch must be called with a Request, got ${got}${EVENT_HINT}`,
      });
    });
  }

  test("names bot.handler when it is called by node:http", async (context) => {
    const bot = quietBot();
    const failed = new Promise<unknown>((resolve) => {
      const server = createServer((request: IncomingMessage, response) => {
        bot.fetch(request as unknown as Request, response).catch(resolve);
        response.end();
      });
      context.after(() => server.close());
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo;
        void fetch(`http://127.0.0.1:${port}/wx?a=1`);
      });
    });
    assert.match(String(await failed), /got one as a Node server has it: bot\.handler takes those; /);
  });

  test("answers a request without a signal, as some hosts make it, also when it lapses", async () => {
    const never = (): Promise<string> => new Promise(() => {});
    for (const [handler, delivery, status] of [
      [() => "在", {}, 200],
      [never, { deadlineMs: 5, hardCapMs: 20 }, 503],
    ] as const) {
      const bot = echostr.createBot({ token: ACCOUNT.token, log: () => {}, delivery }).on("text", handler);
      const { target, body } = plainDelivery(ACCOUNT, textMessage("x"));
      const request = new Request(`http://localhost${target}`, { method: "POST", body: String(body) });
      Object.defineProperty(request, "signal", { value: undefined });
      assert.equal((await bot.fetch(request)).status, status);
    }
  });

  test("takes whatever is made like a Request", async () => {
    const { method, url, headers, signal } = new Request("http://localhost/wx");
    const response = await quietBot().fetch({ method, url, headers, signal } as Request);
    assert.equal(response.status, 200);
  });
});

describe("bot.handler", () => {
  const expected = "bot.handler must be called with a request and a response of a Node server, got ";
  for (const [what, args, got] of [
    ["a Request", [new Request("http://localhost/wx"), { waitUntil() {} }], "a Request: bot.fetch takes those"],
    ["nothing", [], "undefined"],
    ["a request alone", [{ url: "/wx", method: "GET" }], "undefined"],
  ] as const) {
    test(`throws a sentence when it is called with ${what}`, () => {
      const { handler } = quietBot();
      assert.throws(() => (handler as (...args: readonly unknown[]) => void)(...args), {
        code: "SETTING_INVALID",
        message: expected + got,
      });
    });
  }
});

/** As Express calls middleware: its request knows its response, and `next` is no object. */
const AS_EXPRESS = [{ url: "/wx", method: "GET", headers: {}, res: {} }, {}, () => {}] as const;

describe("Middleware of another framework", () => {
  for (const [name, message] of [
    ["koa", "bot.koa must be called by Koa, with its ctx, got something else: Express takes bot.handler"],
    [
      "fastify",
      "bot.fastify must be called by register of Fastify, got something else: write app.register(bot.fastify); " +
        "Express takes bot.handler",
    ],
  ] as const) {
    for (const [what, args] of [["Express", AS_EXPRESS], ["nobody", []]] as const) {
      test(`throws a sentence at once when ${what} calls it: bot.${name}`, () => {
        const call = quietBot()[name] as (...args: readonly unknown[]) => unknown;
        assert.throws(() => call(...args), { code: "SETTING_INVALID", message });
      });
    }
  }
});

describe("fromEvent", () => {
  for (const [what, bot, got] of [
    ["nothing", undefined, "undefined"],
    ["bot.fetch", quietBot().fetch, "a function: give the bot itself"],
    ["an application", {}, "object"],
  ] as const) {
    test(`throws a sentence at once when it is called with ${what}`, () => {
      const message = `fromEvent must be called with a bot, got ${got}`;
      assert.throws(() => echostr.fromEvent(bot as never), { code: "SETTING_INVALID", message });
    });
  }
});

describe("bot.callback", () => {
  const right = { method: "POST", query: "", body: "", receivedAt: 0 };
  const wrong: Readonly<Record<string, unknown>> = {
    "method, GET or POST": { ...right, method: "PUT" },
    "query, a text": { ...right, query: new URLSearchParams() },
    "body, a text or bytes": { ...right, body: { xml: {} } },
    "receivedAt, milliseconds since 1970": { ...right, receivedAt: NaN },
    "headers, an object with get(name)": { ...right, headers: { "content-type": "text/xml" } },
  };
  const cases = [...Object.entries(wrong), ...[undefined, null, {}].map((each) => ["method, GET or POST", each] as const)];
  for (const [part, request] of cases) {
    test(`refuses ${JSON.stringify(request)} for ${part}`, async () => {
      const { outcome, error } = await quietBot().callback(request as never);
      assert.equal(outcome, "refused");
      assert.throws(() => { throw error; }, {
        code: "SETTING_INVALID",
        message: `bot.callback needs a request with ${part}, got another`,
      });
    });
  }

  test("needs no body for a GET", async () => {
    const { error } = await quietBot().callback({ method: "GET", query: "", receivedAt: 0 } as never);
    assert.match(String(error), /Parameter signature expected/);
  });
});

test("A key that is empty, as an unset variable is, means plain mode", async () => {
  for (const encodingAesKey of ["", [""], [], undefined]) {
    const bot = echostr.createBot({ token: "tok3n", encodingAesKey, appId: "", log: () => {} });
    const { error } = await bot.callback({ method: "POST", query: "", body: "", receivedAt: 0 });
    assert.match(String(error), /Parameter signature expected/);
  }
});

/** On Bun a response that is destroyed before its head ends as `HTTP/1.1 200 OK` without a body. */
test("What lapses ends without a byte also where a destroyed response sends an empty 200", async (context) => {
  const bot = echostr.createBot({
    token: ACCOUNT.token,
    log: () => {},
    delivery: { deadlineMs: 5, hardCapMs: 20 },
  });
  bot.on("text", () => new Promise(() => {}));
  const server = createServer((request, response) => {
    response.destroy = () => response.end();
    bot.handler(request, response);
  });
  context.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const connection = await openFor(context, (server.address() as AddressInfo).port);
  connection.send(plainDelivery(ACCOUNT, textMessage("never")));
  assert.equal(await connection.closed, "");
});

describe("startServer", () => {
  const wrong: readonly (readonly [mounted: unknown, got: string])[] = [
    [undefined, "undefined"],
    [null, "null"],
    [{ token: "tok3n" }, "object"],
    [quietBot().handler, "function"],
    [echostr.createBot, "function"],
    [[quietBot(), undefined], "undefined"],
  ];
  for (const [mounted, got] of wrong) {
    test(`refuses what is no bot: ${Array.isArray(mounted) ? "a list with " : ""}${got}`, async () => {
      await assert.rejects(echostr.startServer(mounted as never, { port: 0 }), {
        code: "SETTING_INVALID",
        message: `bot must be an object with handler, got ${got}`,
      });
    });
  }
});
