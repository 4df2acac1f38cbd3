import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { describe, test } from "node:test";
import { exchange, openFor, until, withPatience } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { ACCOUNT, field, plainDelivery, textMessage, verification } from "./platform.ts";
import { acceptedSockets, areGone, openHolding } from "./server-sockets.ts";
import { CERTIFICATE, PLAIN, isAlive, readableLog, serve, tutorialBot } from "./serving.ts";

/** Node and we look for slow connections as often as this is long, so that nobody waits for seconds. */
const SHORT = { headersTimeoutMs: 60 };

describe("A client that ignores how it was refused does not keep its connection", () => {
  const clients: Readonly<Record<string, string>> = {
    "one that says nothing": "",
    "one that sends half a head": "GET /wx HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "one that speaks no HTTP": "nonsense\r\n\r\n",
    "one whose head is too large": `GET /wx HTTP/1.1\r\nX: ${"x".repeat(20_000)}`,
    "one that is refused before its body comes":
      "POST /wx HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n",
    "one that asks for what cannot be expected":
      "POST /wx HTTP/1.1\r\nHost: x\r\nExpect: more\r\nContent-Length: 9\r\n\r\n",
  };

  for (const [over, tls] of [["plain", false], ["TLS", true]] as const) {
    for (const [what, bytes] of Object.entries(clients)) {
      test(`over ${over} ${what}`, async (context) => {
        const options = { ...SHORT, ...(tls && { tls: CERTIFICATE }) };
        const sockets = acceptedSockets(context);
        const port = await serve(context, tutorialBot(PLAIN), options);
        const client = await openHolding(context, port, { tls });
        client.write(bytes);
        await areGone(sockets);
      });
    }
  }

  test("nor does one that says nothing where TLS is spoken", async (context) => {
    const sockets = acceptedSockets(context);
    const port = await serve(context, tutorialBot(PLAIN), { ...SHORT, tls: CERTIFICATE });
    await openHolding(context, port, { tls: false });
    await areGone(sockets);
  });

  test("nor one that stops in the middle of its TLS greeting", async (context) => {
    const sockets = acceptedSockets(context);
    const port = await serve(context, tutorialBot(PLAIN), { ...SHORT, tls: CERTIFICATE });
    const client = await openHolding(context, port, { tls: false });
    client.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03));
    await areGone(sockets);
  });
});

describe("A client that never reads does not keep its connection", () => {
  for (const [over, tls] of [["plain", false], ["TLS", true]] as const) {
    test(`over ${over}, once an answer cannot be sent`, async (context) => {
      const sockets = acceptedSockets(context);
      const options = { headersTimeoutMs: 200, ...(tls && { tls: CERTIFICATE }) };
      let socket: Socket | undefined;
      let answers = 0;
      const handler = (request: IncomingMessage, response: ServerResponse): void => {
        ({ socket } = request);
        answers += 1;
        response.end("x".repeat(1_000_000));
      };
      const port = await serve(context, { path: "/wx", handler }, options);
      const client = await openHolding(context, port, { tls });
      // One answer that waits, and no more requests: too many of those would end it at once.
      let isStuck = false;
      for (let sent = 1; sent <= 100 && !isStuck; sent += 1) {
        client.write("GET /wx HTTP/1.1\r\nHost: x\r\n\r\n");
        await until("the request to be answered", () => answers === sent);
        await new Promise((resolve) => setTimeout(resolve, 20));
        isStuck = Number(socket?.writableLength) > 0;
      }
      assert.ok(isStuck, "an answer waits");
      await areGone(sockets);
    });
  }
});

describe("Requests that wait on one connection are few", () => {
  for (const [what, make] of Object.entries({
    GET: () => verification(ACCOUNT, "x"),
    POST: () => plainDelivery(ACCOUNT, textMessage("x")),
  })) {
    test(`the fifth ${what} ends it, with one line in the log, and is not answered`, async (context) => {
      const log = readableLog();
      const sockets = acceptedSockets(context);
      let runs = 0;
      const bot = tutorialBot({ ...PLAIN, log: () => {} });
      bot.use(async () => {
        runs += 1;
        await new Promise(() => {});
      });
      const port = await serve(context, bot, { log: log.log });
      const connection = await openFor(context, port);
      for (let sent = 0; sent < 100; sent += 1) connection.send(make());
      await areGone(sockets);
      assert.deepEqual(log.entries.map(({ code }) => code), ["HTTP_INVALID"]);
      assert.ok(runs <= 4, `${runs} handlers ran`);
      await isAlive(port);
    });
  }
});

describe("Where all connections are taken, a new one has the place of another", () => {
  test("of the oldest that has asked nothing", async (context) => {
    const log = readableLog();
    const port = await serve(context, tutorialBot(PLAIN), { maxConnections: 3, log: log.log });
    const used = await openFor(context, port);
    used.send(verification(ACCOUNT, "used"));
    assert.equal((await used.answer()).body, "used");
    const older = await openFor(context, port);
    older.write("GET /wx HTTP/1.1\r\nX-Half: ");
    const newer = await openFor(context, port);
    await isAlive(port);
    await withPatience("the end of the older one", older.closed);
    assert.equal(newer.ended, false);
    used.send(verification(ACCOUNT, "still"));
    assert.equal((await used.answer()).body, "still");
    assert.match(log.text(), /All 3 connections are in use/);
    assert.equal(log.entries.length, 1);
  });

  test("else of one that rests between two requests", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN), { maxConnections: 1 });
    const used = await openFor(context, port);
    used.send(verification(ACCOUNT, "used"));
    assert.equal((await used.answer()).body, "used");
    await isAlive(port);
    await withPatience("the end of the one that rests", used.closed);
  });

  test("but not of one that waits for an answer", async (context) => {
    let answerIt: () => void = () => {};
    let runs = 0;
    const bot = echostr.createBot({ ...PLAIN, log: () => {} }).on("text", async () => {
      runs += 1;
      await new Promise<void>((resolve) => {
        answerIt = resolve;
      });
      return "waited";
    });
    const port = await serve(context, bot, { maxConnections: 1 });
    const waiting = await openFor(context, port);
    waiting.send(plainDelivery(ACCOUNT, textMessage("x")));
    await until("the handler to run", () => runs === 1);
    const refused = await openFor(context, port);
    await withPatience("the end of the newcomer", refused.closed);
    answerIt();
    assert.equal(field((await waiting.answer()).body, "Content"), "waited");
  });

  for (const [over, tls] of [["plain", undefined], ["TLS", CERTIFICATE]] as const) {
    test(`over ${over} 50 silent clients on 20 connections do not lock WeChat out`, async (context) => {
      const port = await serve(context, tutorialBot(PLAIN), { maxConnections: 20, tls });
      for (let client = 0; client < 50; client += 1) {
        await openHolding(context, port, { tls: false });
      }
      const echo = verification(ACCOUNT, "alive");
      const answer = await exchange(port, echo, tls === undefined ? {} : { tlsCa: tls.cert });
      assert.equal(answer.body, "alive");
    });
  }
});
