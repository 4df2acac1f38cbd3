/** bot.koa in as much of Koa as it meets; the real one is tried by `make hosts`. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, describe, test } from "node:test";
import type { Bot, KoaContext } from "../../src/index.ts";
import { exchange, openFor, until } from "../support/http.ts";
import { ACCOUNT, field, openReply, plainDelivery, safeDelivery, textMessage, verification } from "./platform.ts";
import { PLAIN, SAFE, readableLog, tutorialBot } from "./serving.ts";

const HELLO = textMessage("hello");

interface Context extends KoaContext {
  request: { body?: unknown; rawBody?: unknown };
  _matchedRoute?: string;
  status?: number;
}
type Middleware = (context: Context, next: () => Promise<unknown>) => Promise<unknown>;

/** Runs the middleware, and answers when it is through, unless it was told not to. */
async function listen(context: TestContext, ...stack: readonly Middleware[]): Promise<number> {
  const respond = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const ctx: Context = { req, res, request: {}, originalUrl: req.url ?? "" };
    res.statusCode = 404;
    const run = async (index: number): Promise<unknown> => stack[index]?.(ctx, () => run(index + 1));
    await run(0).catch(() => (ctx.status = 500));
    if (ctx.respond !== false && !res.writableEnded) res.writeHead(ctx.status ?? 404).end("Koa");
  };
  const server = createServer((req, res) => void respond(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** As a body parser does: the body is read, and what it made of it lies in `ctx.request`. */
function parsed(make: (text: string) => Context["request"]): Middleware {
  return async (ctx, next) => {
    let text = "";
    for await (const part of ctx.req) text += String(part);
    ctx.request = make(text);
    await next();
  };
}

async function isServed(port: number, path = "/wx"): Promise<void> {
  const account = { ...ACCOUNT, path };
  assert.equal((await exchange(port, verification(account, "same"))).body, "same");
  const answer = await exchange(port, plainDelivery(account, HELLO));
  assert.deepEqual([answer.status, field(answer.body, "Content")], [200, "测试"]);
}

describe("bot.koa", () => {
  test("answers handshake and messages, and Koa says nothing", async (context) => {
    await isServed(await listen(context, tutorialBot(PLAIN).koa));
    const safe = await exchange(await listen(context, tutorialBot(SAFE).koa), safeDelivery(ACCOUNT, HELLO));
    assert.equal(field(openReply(ACCOUNT, safe).xml, "Content"), "测试");
  });

  test("waits for a handler that is slow, and so does the middleware before it", async (context) => {
    const steps: string[] = [];
    const bot: Bot = tutorialBot(PLAIN).use(async (_message, _context, next) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      steps.push("handler");
      return next();
    });
    const port = await listen(context, async (_ctx, next) => {
      await next();
      steps.push("middleware");
    }, bot.koa);
    await isServed(port);
    await until("both", () => steps.length === 3);
    assert.deepEqual(steps, ["middleware", "handler", "middleware"]);
  });

  test("leaves other paths to what comes behind it", async (context) => {
    const port = await listen(context, tutorialBot(PLAIN).koa, async (ctx) => {
      ctx.status = 299;
    });
    await isServed(port);
    assert.equal((await exchange(port, { target: "/other" })).status, 299);
  });

  test("waits for what comes behind it, though the peer has left", async (context) => {
    const steps: string[] = [];
    const port = await listen(context, async (_ctx, next) => {
      await next();
      steps.push("before");
    }, tutorialBot(PLAIN).koa, async (ctx) => {
      connection.close();
      await once(ctx.res, "close");
      await new Promise((resolve) => setTimeout(resolve, 10));
      steps.push("behind");
    });
    const connection = await openFor(context, port);
    connection.send({ target: "/other" });
    await until("both", () => steps.length === 2);
    assert.deepEqual(steps, ["behind", "before"]);
  });

  test("hands on what is thrown there", async (context) => {
    const port = await listen(context, tutorialBot(PLAIN).koa, async () => {
      throw new Error("elsewhere");
    });
    assert.equal((await exchange(port, { target: "/other" })).status, 500);
  });

  test("answers below a mount, and as a route", async (context) => {
    const mounted = await listen(context, async (ctx, next) => {
      ctx.req.url = (ctx.req.url ?? "").replace("/hooks", "") || "/";
      if (ctx.req.url.startsWith("?")) ctx.req.url = `/${ctx.req.url}`;
      await next();
    }, tutorialBot(PLAIN).koa);
    await isServed(mounted, "/hooks/wx");
    await isServed(mounted, "/hooks");
    const routed = await listen(context, async (ctx, next) => {
      ctx._matchedRoute = "/another";
      await next();
    }, tutorialBot(PLAIN).koa);
    await isServed(routed, "/another");
  });

  const bodies: Readonly<Record<string, (text: string) => Context["request"]>> = {
    "as text": (text) => ({ body: text }),
    "beside what was parsed": (text) => ({ body: {}, rawBody: text }),
  };
  for (const [how, make] of Object.entries(bodies)) {
    test(`takes a body that a parser has kept ${how}`, async (context) => {
      await isServed(await listen(context, parsed(make), tutorialBot(PLAIN).koa));
    });
  }

  test("names the cause when a parser has kept nothing", async (context) => {
    const log = readableLog();
    const port = await listen(context, parsed(() => ({ body: {} })), tutorialBot({ ...PLAIN, log: log.log }).koa);
    assert.equal((await exchange(port, plainDelivery(ACCOUNT, HELLO))).status, 500);
    assert.equal(log.cause(), "BODY_PARSED");
    assert.match(log.text(), /left object data in request\.body/);
  });

  test("says nothing for a delivery that lapses, nor does Koa", async (context) => {
    const bot = tutorialBot({ ...PLAIN, delivery: { deadlineMs: 5, hardCapMs: 20 } });
    bot.use(() => new Promise(() => {}));
    const through: unknown[] = [];
    const port = await listen(context, async (ctx, next) => {
      await next();
      through.push(ctx.respond);
    }, bot.koa);
    const connection = await openFor(context, port);
    connection.send(plainDelivery(ACCOUNT, HELLO));
    assert.equal(await connection.closed, "");
    await until("the middleware to end", () => through.length === 1);
    assert.deepEqual(through, [false]);
  });
});
