/** bot.fastify in as much of Fastify as it meets; the real one is tried by `make hosts`. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, describe, test } from "node:test";
import type { Bot, FastifyInstance } from "../../src/index.ts";
import { exchange } from "../support/http.ts";
import { ACCOUNT, field, openReply, plainDelivery, safeDelivery, textMessage, verification } from "./platform.ts";
import { PLAIN, SAFE, tutorialBot } from "./serving.ts";

const HELLO = textMessage("hello");

/**
 * A type of body has a parser or is refused with 415; a handler that comes back without an answer has
 * 204 sent for it, unless the reply was hijacked.
 */
async function listen(context: TestContext, bot: Bot, prefix = ""): Promise<number> {
  const parsers = new Set(["application/json"]);
  const routes = new Map<string, Parameters<FastifyInstance["all"]>[1]>();
  const instance: FastifyInstance = {
    removeAllContentTypeParsers: () => parsers.clear(),
    addContentTypeParser: (type: string, parser: unknown) => {
      parsers.add(type);
      (parser as (...words: unknown[]) => void)({}, {}, (error: unknown) => assert.equal(error, null));
    },
    all: (path, handler) => routes.set(prefix + path, handler),
  };
  let registered = 0;
  bot.fastify(instance, {}, () => (registered += 1));
  assert.equal(registered, 1);
  const server = createServer((raw, response) => {
    const path = decodeURI(raw.url?.split("?")[0] ?? "");
    const handler = routes.get(path) ?? routes.get(`${prefix}/*`);
    let isHijacked = false;
    if (handler === undefined) return response.writeHead(404).end();
    if (raw.method === "POST" && !parsers.has(raw.headers["content-type"] ?? "") && !parsers.has("*")) {
      return response.writeHead(415).end();
    }
    handler({ raw }, { raw: response, hijack: () => (isHijacked = true) });
    return isHijacked ? undefined : response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function isServed(port: number, path = "/wx"): Promise<void> {
  const account = { ...ACCOUNT, path };
  assert.equal((await exchange(port, verification(account, "same"))).body, "same");
  const answer = await exchange(port, plainDelivery(account, HELLO));
  assert.deepEqual([answer.status, field(answer.body, "Content")], [200, "测试"]);
}

describe("bot.fastify", () => {
  test("answers handshake and messages at the bot's path", async (context) => {
    const port = await listen(context, tutorialBot(PLAIN));
    await isServed(port);
    assert.equal((await exchange(port, { target: "/other" })).status, 404);
    const safe = await exchange(await listen(context, tutorialBot(SAFE)), safeDelivery(ACCOUNT, HELLO));
    assert.equal(field(openReply(ACCOUNT, safe).xml, "Content"), "测试");
  });

  test("answers a handler that is slow", async (context) => {
    const bot = tutorialBot(PLAIN).use(async (_message, _context, next) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return next();
    });
    await isServed(await listen(context, bot));
  });

  test("answers below the prefix with which it was registered", async (context) => {
    await isServed(await listen(context, tutorialBot(PLAIN), "/hooks"), "/hooks/wx");
  });

  test("answers on a path that is no word of ASCII, holds a colon, or is every path", async (context) => {
    const port = await listen(context, tutorialBot({ ...PLAIN, path: "/微信" }));
    await isServed(port, encodeURI("/微信"));
    // "::" is how Fastify writes a colon of the path.
    const paths: string[] = [];
    const noting = { ...INSTANCE, all: (path: string) => paths.push(path) };
    for (const path of ["/a:b", "*"]) tutorialBot({ ...PLAIN, path }).fastify(noting, {}, () => {});
    assert.deepEqual(paths, ["/a::b", "/*"]);
  });
});

const INSTANCE: FastifyInstance = {
  removeAllContentTypeParsers: () => {},
  addContentTypeParser: () => {},
  all: () => {},
};
