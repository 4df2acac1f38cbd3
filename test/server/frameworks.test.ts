import assert from "node:assert/strict";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, describe, test } from "node:test";
import type { Bot } from "../../src/index.ts";
import { type Sent, exchange, until } from "../support/http.ts";
import {
  ACCOUNT,
  field,
  openReply,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
} from "./platform.ts";
import { PLAIN, SAFE, readableLog, tutorialBot } from "./serving.ts";

/** What Express and Connect add to a request of node:http. */
interface FrameworkRequest extends IncomingMessage {
  originalUrl?: string;
  baseUrl?: string;
  route?: { path: string };
  body?: unknown;
}

type Application = (request: FrameworkRequest, response: ServerResponse) => void;

const HELLO = textMessage("hello");

async function listen(context: TestContext, application: Application): Promise<number> {
  const server = createServer(application);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** What the application's own next handler says. */
function elsewhere(response: ServerResponse): (error?: unknown) => void {
  return (error) => response.writeHead(error === undefined ? 299 : 599).end("elsewhere");
}

/** As `app.use(mount, handler)` does: takes the mount off the address and keeps the whole one. */
function mounted(mount: string, bot: Bot): Application {
  return (request, response) => {
    const url = request.url ?? "";
    request.originalUrl = url;
    request.baseUrl = mount;
    if (!url.startsWith(mount)) {
      elsewhere(response)();
      return;
    }
    const rest = url.slice(mount.length);
    request.url = rest.startsWith("/") ? rest : `/${rest}`;
    bot.handler(request, response, elsewhere(response));
  };
}

/** As `app.all(path, handler)` does. */
function routed(path: string, bot: Bot): Application {
  return (request, response) => {
    const url = request.url ?? "";
    request.originalUrl = url;
    request.baseUrl = "";
    if (url.split("?")[0] !== path) {
      elsewhere(response)();
      return;
    }
    request.route = { path };
    bot.handler(request, response, elsewhere(response));
  };
}

/** As a body parser does: reads the body first and leaves what it made of it in `body`. */
function parsed(make: (bytes: Buffer) => unknown, bot: Bot): Application {
  return async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(part as Buffer);
    }
    const body = make(Buffer.concat(parts));
    if (body !== undefined) {
      request.body = body;
    }
    bot.handler(request, response, elsewhere(response));
  };
}

async function isServed(port: number, path: string): Promise<void> {
  const account = { ...ACCOUNT, path };
  assert.equal((await exchange(port, verification(account, "same"))).body, "same");
  const answer = await exchange(port, plainDelivery(account, HELLO));
  assert.equal(answer.status, 200);
  assert.equal(field(answer.body, "Content"), "测试");
}

describe("bot.handler answers in node:http", () => {
  test("as the listener of a server", async (context) => {
    const bot = tutorialBot(PLAIN);
    const port = await listen(context, bot.handler);
    await isServed(port, "/wx");
    const refused = plainDelivery({ ...ACCOUNT, token: "another" }, HELLO);
    assert.equal((await exchange(port, refused)).status, 403);
  });

  test("in safe mode", async (context) => {
    const port = await listen(context, tutorialBot(SAFE).handler);
    const answer = await exchange(port, safeDelivery(ACCOUNT, HELLO));
    assert.equal(field(openReply(ACCOUNT, answer).xml, "Content"), "测试");
  });

  test("404 for other paths, since nobody else is there", async (context) => {
    const port = await listen(context, tutorialBot(PLAIN).handler);
    assert.equal((await exchange(port, { target: "/other" })).status, 404);
    const posted = { method: "POST", target: "/other", body: HELLO };
    assert.equal((await exchange(port, posted)).status, 404);
  });

  test("its limits hold: 405, 413 and 415", async (context) => {
    const port = await listen(context, tutorialBot({ ...PLAIN, bodyLimitBytes: 1_000 }).handler);
    const delivery = plainDelivery(ACCOUNT, HELLO);
    assert.equal((await exchange(port, { ...delivery, method: "PUT" })).status, 405);
    assert.equal((await exchange(port, plainDelivery(ACCOUNT, "x".repeat(1_001)))).status, 413);
    const headers = { "Content-Encoding": "gzip" };
    assert.equal((await exchange(port, { ...delivery, headers })).status, 415);
  });

  test("it may be taken off the bot and passed around", async (context) => {
    const { handler } = tutorialBot(PLAIN);
    await isServed(await listen(context, (request, response) => handler(request, response)), "/wx");
  });
});

describe("bot.handler answers in Express and Connect", () => {
  test("without a mount it passes other paths on, untouched", async (context) => {
    const bot = tutorialBot(PLAIN);
    const port = await listen(context, (request, response) => {
      bot.handler(request, response, async () => {
        let body = "";
        for await (const part of request) {
          body += String(part);
        }
        response.writeHead(299).end(`elsewhere: ${body}`);
      });
    });
    await isServed(port, "/wx");
    const answer = await exchange(port, { method: "POST", target: "/other", body: "whole" });
    assert.equal(answer.status, 299);
    assert.equal(answer.body, "elsewhere: whole");
  });

  test("a mount that is the bot's path, with and without the slash", async (context) => {
    const port = await listen(context, mounted("/wx", tutorialBot(PLAIN)));
    await isServed(port, "/wx");
    await isServed(port, "/wx/");
  });

  test("a mount above the bot's path", async (context) => {
    const port = await listen(context, mounted("/api", tutorialBot(PLAIN)));
    await isServed(port, "/api/wx");
    assert.equal((await exchange(port, { target: "/api/other" })).status, 299);
  });

  test("a mount elsewhere, which is then the bot's address", async (context) => {
    const port = await listen(context, mounted("/hooks/wechat", tutorialBot(PLAIN)));
    await isServed(port, "/hooks/wechat");
    await isServed(port, "/hooks/wechat/");
    assert.equal((await exchange(port, { target: "/hooks/wechat/other" })).status, 299);
  });

  test("a mount passes the paths below the bot's on", async (context) => {
    const port = await listen(context, mounted("/wx", tutorialBot(PLAIN)));
    assert.equal((await exchange(port, { target: "/wx/other" })).status, 299);
  });

  test("a route is the bot's, whatever the bot's own path", async (context) => {
    const port = await listen(context, routed("/hooks/wechat", tutorialBot(PLAIN)));
    await isServed(port, "/hooks/wechat");
    assert.equal((await exchange(port, { target: "/wx" })).status, 299);
  });

  for (const [what, make] of Object.entries({
    "a string": (bytes: Buffer) => bytes.toString(),
    "a Buffer": (bytes: Buffer) => bytes,
    "an Uint8Array": (bytes: Buffer) => new Uint8Array(bytes),
  })) {
    test(`a body that was read before and is ${what} is used`, async (context) => {
      const port = await listen(context, parsed(make, tutorialBot(PLAIN)));
      await isServed(port, "/wx");
      const safe = await listen(context, parsed(make, tutorialBot(SAFE)));
      const answer = await exchange(safe, safeDelivery(ACCOUNT, HELLO));
      assert.equal(field(openReply(ACCOUNT, answer).xml, "Content"), "测试");
    });
  }

  test("a body that was read before is held to the limit as well", async (context) => {
    const bot = tutorialBot({ ...PLAIN, bodyLimitBytes: 1_000 });
    const port = await listen(context, parsed((bytes) => bytes.toString(), bot));
    const large = plainDelivery(ACCOUNT, textMessage("x".repeat(1_000)));
    assert.equal((await exchange(port, large)).status, 413);
  });

  test("a parsed body of which the raw bytes were kept is used", async (context) => {
    const bot = tutorialBot(PLAIN);
    const port = await listen(context, async (request: FrameworkRequest, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) {
        parts.push(part as Buffer);
      }
      Object.assign(request, { body: {}, rawBody: Buffer.concat(parts) });
      bot.handler(request, response);
    });
    await isServed(port, "/wx");
  });

  test("a parser that left the body alone and an empty object is no hindrance", async (context) => {
    const bot = tutorialBot(PLAIN);
    const port = await listen(context, (request: FrameworkRequest, response) => {
      // As express.json() in Express 4 does with every type that is not its own.
      request.body = {};
      bot.handler(request, response, elsewhere(response));
    });
    await isServed(port, "/wx");
  });

  const leftovers: Readonly<Record<string, unknown>> = {
    "an object": { xml: { ToUserName: ["gh_1"] } },
    "an empty object": {},
    "nothing": undefined,
    "null": null,
  };

  for (const [what, leftover] of Object.entries(leftovers)) {
    test(`a body that became ${what} is refused; the log names cause and fix`, async (context) => {
      const log = readableLog();
      const bot = tutorialBot({ ...PLAIN, log: log.log });
      const port = await listen(context, parsed(() => leftover, bot));
      const answer = await exchange(port, plainDelivery(ACCOUNT, HELLO));
      assert.ok(answer.status === 400 || answer.status === 500, String(answer.status));
      assert.equal(log.cause(), "BODY_PARSED");
      assert.match(log.text(), /body.?parser|parsed|read (the|its) body|consumed/i);
      assert.match(log.text(), /before|express\.(text|raw)|first|raw/i);
    });
  }

  test("a handler that throws outright reaches neither next nor the process", async (context) => {
    const bot = tutorialBot(PLAIN).use(() => {
      throw new Error("the bot's own fault");
    });
    const port = await listen(context, mounted("/wx", bot));
    assert.equal((await exchange(port, plainDelivery(ACCOUNT, HELLO))).body, "success");
  });
});

describe("bot.handler in Koa without bot.koa, where Koa answers first", () => {
  /** Koa answers when its middleware is through; the body comes after that. */
  function koa(bot: Bot): Application {
    return (request, response) => {
      bot.handler(request, response);
      if (!response.headersSent) response.writeHead(404).end("Not Found");
    };
  }

  async function told(context: TestContext, sent: Sent): Promise<readonly unknown[]> {
    const { log, entries } = readableLog();
    const bot = tutorialBot({ ...PLAIN, log });
    const { status } = await exchange(await listen(context, koa(bot)), sent);
    await until("a line of log", () => entries.length > 0);
    return [status, ...entries.map(({ level, event, answer, code }) => [level, event, answer, code])];
  }

  test("the log says that somebody else has, and with what", async (context) => {
    const line = ["error", "failed", "404", "RESPONSE_TAKEN"];
    assert.deepEqual(await told(context, plainDelivery(ACCOUNT, HELLO)), [404, line]);
  });

  test("and how to put it right", async (context) => {
    const log = readableLog();
    const port = await listen(context, koa(tutorialBot({ ...PLAIN, log: log.log })));
    await exchange(port, plainDelivery(ACCOUNT, HELLO));
    await until("a line of log", () => log.entries.length > 0);
    assert.match(log.entries[0]?.message ?? "", /status 404: in Koa use app\.use\(bot\.koa\)/);
  });

  test("a refusal keeps its cause, and tells what the peer got", async (context) => {
    const line = ["warn", "refused", "404", "XML_INVALID"];
    assert.deepEqual(await told(context, plainDelivery(ACCOUNT, "<xml>")), [404, line]);
  });

  test("what is answered at once is ours: a handshake, a refusal by the head", async (context) => {
    const verified = ["info", "verified", undefined, undefined];
    assert.deepEqual(await told(context, verification(ACCOUNT, "x")), [200, verified]);
    const refused = ["warn", "refused", "403", "SIGNATURE_MISMATCH"];
    const forged = plainDelivery({ ...ACCOUNT, token: "another" }, HELLO);
    assert.deepEqual(await told(context, forged), [403, refused]);
  });
});
