import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot, RunningServer, ListenOptions } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { exchange, open, openFor, until, withPatience } from "../support/http.ts";
import { ACCOUNT, field, plainDelivery, textMessage, verification } from "./platform.ts";
import { CERTIFICATE, PLAIN, tutorialBot } from "./serving.ts";

const HELLO = textMessage("hello");

/** A bot whose handlers wait until the test lets them finish. */
function waitingBot(): { bot: Bot; running: () => number; finish: () => void } {
  let running = 0;
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const bot = echostr.createBot({ ...PLAIN, log: () => {} }).on("text", async () => {
    running += 1;
    await finished;
    return "finished";
  });
  return { bot, running: () => running, finish };
}

function start(bot: Bot, options: ListenOptions = {}): Promise<RunningServer> {
  return echostr.startServer(bot, { port: 0, host: "127.0.0.1", ...options });
}

async function isOver(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  const later = new Promise((resolve) => setTimeout(resolve, 30, pending));
  return await Promise.race([promise, later]) !== pending;
}

describe("A server that is told to close", () => {
  test("finishes what is in flight before it is closed", async (context) => {
    const { bot, running, finish } = waitingBot();
    const server = await start(bot);
    const connection = await openFor(context, server.port);
    connection.send(plainDelivery(ACCOUNT, HELLO));
    await until("the handler to run", () => running() === 1);
    const closing = server.close();
    assert.equal(await isOver(closing), false);
    finish();
    assert.equal(field((await connection.answer()).body, "Content"), "finished");
    await withPatience("the server to close", closing);
    await withPatience("the end of the connection", connection.closed);
  });

  test("finishes a message whose body is still coming", async (context) => {
    const server = await start(tutorialBot(PLAIN));
    const connection = await openFor(context, server.port);
    const { target } = plainDelivery(ACCOUNT, "");
    const length = String(Buffer.byteLength(HELLO));
    connection.send({ method: "POST", target, headers: { "Content-Length": length } });
    connection.write(HELLO.slice(0, 20));
    // A whole exchange on another connection: by then the server has seen the first one.
    await exchange(server.port, verification(ACCOUNT, "x"));
    const closing = server.close();
    connection.write(HELLO.slice(20));
    assert.equal(field((await connection.answer()).body, "Content"), "测试");
    await withPatience("the server to close", closing);
  });

  test("answers what is asked on a connection that was made just before", async (context) => {
    for (const options of [{}, { tls: CERTIFICATE }]) {
      const secure = options.tls && { tlsCa: options.tls.cert };
      const server = await start(tutorialBot(PLAIN), options);
      const connection = await open(server.port, secure);
      context.after(() => connection.close());
      await exchange(server.port, verification(ACCOUNT, "x"), secure);
      const closing = server.close();
      connection.send(plainDelivery(ACCOUNT, HELLO));
      const { body, headers } = await connection.answer();
      assert.deepEqual([field(body, "Content"), headers["connection"]], ["测试", "close"]);
      await withPatience("the server to close", closing);
    }
  });

  test("answers it though its process was busy until the half second was over", async (context) => {
    const server = await start(tutorialBot(PLAIN));
    const connection = await openFor(context, server.port);
    await exchange(server.port, verification(ACCOUNT, "x"));
    const closing = server.close();
    connection.send(plainDelivery(ACCOUNT, HELLO));
    for (const end = performance.now() + 600; performance.now() < end; );
    assert.equal(field((await connection.answer()).body, "Content"), "测试");
    await withPatience("the server to close", closing);
  });

  test("takes no new connections", async (context) => {
    const { bot, running, finish } = waitingBot();
    const server = await start(bot);
    const connection = await openFor(context, server.port);
    connection.send(plainDelivery(ACCOUNT, HELLO));
    await until("the handler to run", () => running() === 1);
    const closing = server.close();
    await assert.rejects(
      exchange(server.port, verification(ACCOUNT, "x")),
      /ECONNREFUSED|ended|ECONNRESET/,
    );
    finish();
    await withPatience("the server to close", closing);
  });

  test("ends the connections on which nothing happens", async (context) => {
    const server = await start(tutorialBot(PLAIN));
    const used = await openFor(context, server.port);
    used.send(verification(ACCOUNT, "kept alive"));
    assert.equal((await used.answer()).body, "kept alive");
    const silent = await openFor(context, server.port);
    const before = performance.now();
    await withPatience("the server to close", server.close());
    await withPatience("the end of the used connection", used.closed);
    await withPatience("the end of the silent connection", silent.closed);
    assert.ok(performance.now() - before < 1_000);
  });

  test("tells a client that keeps its connection that this was the last", async (context) => {
    const { bot, running, finish } = waitingBot();
    const server = await start(bot);
    const connection = await openFor(context, server.port);
    connection.send(plainDelivery(ACCOUNT, HELLO));
    await until("the handler to run", () => running() === 1);
    const closing = server.close();
    finish();
    assert.equal((await connection.answer()).headers["connection"], "close");
    await withPatience("the server to close", closing);
  });

  test("says 503 at /healthz, where a connection was kept alive to ask on", async (context) => {
    const { bot, running, finish } = waitingBot();
    const server = await start(bot);
    const connection = await openFor(context, server.port);
    connection.send(plainDelivery(ACCOUNT, HELLO));
    await until("the handler to run", () => running() === 1);
    const asking = await openFor(context, server.port);
    asking.send({ target: "/healthz" });
    assert.equal((await asking.answer()).status, 200);
    asking.write("GET /healthz HTTP/1.1\r\nHost: x\r\n");
    // A whole exchange on another connection: by then the server has seen the beginning above.
    await exchange(server.port, verification(ACCOUNT, "x"));
    const closing = server.close();
    asking.write("\r\n");
    assert.equal((await asking.answer()).status, 503);
    finish();
    assert.equal((await connection.answer()).status, 200);
    await withPatience("the server to close", closing);
  });

  test("leaves when its time is over, though a handler has not finished", async (context) => {
    const { bot, running, finish } = waitingBot();
    const server = await start(bot, { shutdownTimeoutMs: 60 });
    const connection = await openFor(context, server.port);
    connection.send(plainDelivery(ACCOUNT, HELLO));
    await until("the handler to run", () => running() === 1);
    const before = performance.now();
    await withPatience("the server to close", server.close());
    assert.ok(performance.now() - before < 1_500);
    await withPatience("the end of the connection", connection.closed);
    finish();
  });

  test("is not held by a client that sends its headers slowly", async (context) => {
    const server = await start(tutorialBot(PLAIN), { shutdownTimeoutMs: 60 });
    const connection = await openFor(context, server.port);
    connection.write("POST /wx HTTP/1.1\r\nHost: x\r\n");
    await exchange(server.port, verification(ACCOUNT, "x"));
    await withPatience("the server to close", server.close(), 2_000);
    await withPatience("the end of the connection", connection.closed);
  });

  test("is not held by a client that never begins to speak TLS", async (context) => {
    const server = await start(tutorialBot(PLAIN), { tls: CERTIFICATE, shutdownTimeoutMs: 60 });
    const connection = await openFor(context, server.port);
    await exchange(server.port, verification(ACCOUNT, "x"), { tlsCa: CERTIFICATE.cert });
    await withPatience("the server to close", server.close(), 2_000);
    await withPatience("the end of the connection", connection.closed);
  });

  test("may be told so twice", async () => {
    const server = await start(tutorialBot(PLAIN));
    await withPatience("both", Promise.all([server.close(), server.close()]));
    await withPatience("once more", server.close());
  });

  test("gives its port back", async (context) => {
    const server = await start(tutorialBot(PLAIN));
    await server.close();
    const next = await start(tutorialBot(PLAIN), { port: server.port });
    context.after(() => next.close());
    assert.equal((await exchange(next.port, verification(ACCOUNT, "x"))).body, "x");
  });
});

describe("A server says where it is", () => {
  test("with the port that was chosen, and an address that can be opened", async (context) => {
    const server = await start(tutorialBot(PLAIN));
    context.after(() => server.close());
    assert.ok(server.port > 0);
    const url = new URL(server.url);
    assert.equal(url.port, String(server.port));
    assert.equal(await (await fetch(new URL("/healthz", url))).text(), "ok");
  });
});
