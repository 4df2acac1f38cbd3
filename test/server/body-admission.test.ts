import assert from "node:assert/strict";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import type { BotOptions } from "../../src/index.ts";
import {
  type Connection,
  type Sent,
  chunk,
  exchange,
  openFor,
  withPatience,
} from "../support/http.ts";
import {
  ACCOUNT,
  type Query,
  addressOf,
  nowInSeconds,
  plainDelivery,
  safeDelivery,
  textMessage,
} from "./platform.ts";
import { acceptedSockets, areGone } from "./server-sockets.ts";
import { COMPAT, PLAIN, SAFE, readableLog, serve, tutorialBot } from "./serving.ts";

const KIB = 1024;
const ORIGIN = "https://wx.example.com";
const LONG_AGO = String(Number(nowInSeconds()) - 3_600);

/** A Request whose body comes from `pull`, without an announced length. */
function streamed(target: string, pull: (count: number) => string | undefined): Request {
  let count = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pull((count += 1));
      if (piece === undefined) controller.close();
      else controller.enqueue(Buffer.from(piece));
    },
  }, { highWaterMark: 0 });
  return new Request(ORIGIN + target, { method: "POST", body, duplex: "half" } as RequestInit);
}

describe("In plain mode a request is judged before its body is read", () => {
  const queries: Readonly<Record<string, { query: Query; status: number; code: string }>> = {
    "a signature made with another token": {
      query: { signature: "0".repeat(40) },
      status: 403,
      code: "SIGNATURE_MISMATCH",
    },
    "no signature": { query: { signature: undefined }, status: 403, code: "SIGNATURE_MISSING" },
    "no nonce": { query: { nonce: undefined }, status: 400, code: "QUERY_INVALID" },
    "a timestamp of an hour ago": {
      query: { timestamp: LONG_AGO },
      status: 403,
      code: "TIMESTAMP_SKEW",
    },
  };

  for (const [what, { query, status, code }] of Object.entries(queries)) {
    const { target } = plainDelivery(ACCOUNT, "", query);

    test(`${what} is refused before a byte of the body is there`, async (context) => {
      const log = readableLog();
      const port = await serve(context, tutorialBot({ ...PLAIN, log: log.log }));
      const connection = await openFor(context, port);
      connection.send({ method: "POST", target, headers: { "Content-Length": "1000000" } });
      const answer = await connection.answer();
      assert.deepEqual([answer.status, answer.headers["connection"]], [status, "close"]);
      assert.equal(log.cause(), code);
    });

    test(`bot.fetch does not read the body under ${what}`, async () => {
      let reads = 0;
      const request = streamed(target, () => {
        reads += 1;
        return "x";
      });
      assert.equal((await tutorialBot(PLAIN).fetch(request)).status, status);
      assert.equal(reads, 0);
    });
  }

  test("a client that sends all of a large body still reads the refusal", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const sent = plainDelivery(ACCOUNT, "x".repeat(1_000_000), { signature: "0".repeat(40) });
    assert.equal((await exchange(port, sent)).status, 403);
  });

  test("where sixteen bodies are drained, the next one is cut off behind its answer", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const { target } = plainDelivery(ACCOUNT, "", { signature: "0".repeat(40) });
    const refused = async (): Promise<Connection> => {
      const connection = await openFor(context, port);
      connection.send({ method: "POST", target, headers: { "Content-Length": "1000000" } });
      assert.equal((await connection.answer()).status, 403);
      return connection;
    };
    // Each is drained for half a second: on a busy machine the first may be over before the last begins.
    let isCutOff = false;
    for (let tries = 0; tries < 20 && !isCutOff; tries += 1) {
      const from = performance.now();
      const drained = await Promise.all(Array.from({ length: 16 }, refused));
      await withPatience("the end of the next one", (await refused()).closed);
      isCutOff = performance.now() - from < 400 && drained.every(({ ended }) => !ended);
      await Promise.all(drained.map(({ closed }) => withPatience("the end of the others", closed)));
    }
    assert.ok(isCutOff, "the next one was not cut off");
    assert.equal((await refused()).ended, false);
  });

  test("a client that asks whether to continue is told 403 at once", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    const { target } = plainDelivery(ACCOUNT, "", { signature: "0".repeat(40) });
    const headers = { Expect: "100-continue", "Content-Length": "10" };
    connection.send({ method: "POST", target, headers });
    assert.equal((await connection.answer()).status, 403);
  });
});

describe("A body above 64 KiB is read only under a valid signature", () => {
  const large = textMessage("x".repeat(64 * KIB));
  const unsigned: Query = { signature: undefined };
  const stale: Query = { timestamp: LONG_AGO };

  const cases: readonly (readonly [string, BotOptions, Sent, number])[] = [
    ["safe mode, signed", SAFE, safeDelivery(ACCOUNT, large), 200],
    ["compat mode, signed", COMPAT, safeDelivery(ACCOUNT, large), 200],
    ["safe mode, without signature", SAFE, safeDelivery(ACCOUNT, large, unsigned), 413],
    ["compat mode, without signature", COMPAT, safeDelivery(ACCOUNT, large, unsigned), 413],
    [
      "safe mode, with another signature",
      SAFE,
      safeDelivery(ACCOUNT, large, { signature: "0".repeat(40) }),
      413,
    ],
    ["safe mode, with a signature of an hour ago", SAFE, safeDelivery(ACCOUNT, large, stale), 413],
    ["safe mode, a small one without signature", SAFE, safeDelivery(ACCOUNT, "", unsigned), 400],
  ];

  for (const [what, options, sent, status] of cases) {
    test(`${what}: ${status}`, async (context) => {
      const port = await serve(context, tutorialBot(options));
      assert.equal((await exchange(port, sent)).status, status);
    });

    test(`${what}, in chunks: ${status}`, async (context) => {
      const port = await serve(context, tutorialBot(options));
      const headers = { "Transfer-Encoding": "chunked" };
      const body = chunk(String(sent.body)) + chunk("");
      assert.equal((await exchange(port, { ...sent, headers, body })).status, status);
    });

    test(`${what}, in bot.fetch: ${status}`, async () => {
      const bot = tutorialBot(options);
      const whole = { method: "POST", body: String(sent.body) };
      assert.equal((await bot.fetch(new Request(ORIGIN + sent.target, whole))).status, status);
      const pull = (count: number): string | undefined =>
        count === 1 ? String(sent.body) : undefined;
      assert.equal((await bot.fetch(streamed(sent.target, pull))).status, status);
    });
  }

  test("one that is announced is refused before it comes, and the log says why", async (context) => {
    const log = readableLog();
    const port = await serve(context, tutorialBot({ ...SAFE, log: log.log }));
    const connection = await openFor(context, port);
    const target = addressOf("/wx", { msg_signature: "0" });
    connection.send({ method: "POST", target, headers: { "Content-Length": "65537" } });
    assert.equal((await connection.answer()).status, 413);
    assert.equal(log.cause(), "BODY_TOO_LARGE");
    assert.match(log.text(), /at most 65536 bytes where signature does not show/);
  });

  test("one that a framework has read is held to the same", async (context) => {
    const bot = tutorialBot(SAFE);
    const server = createServer(async (request: IncomingMessage & { body?: unknown }, response) => {
      request.body = await text(request);
      bot.handler(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    assert.equal((await exchange(port, safeDelivery(ACCOUNT, large, unsigned))).status, 413);
    assert.equal((await exchange(port, safeDelivery(ACCOUNT, large))).status, 200);
  });
});

describe("A body that is cut into very small chunks is not read to its end", () => {
  const message = textMessage("x".repeat(20_000));
  const inBytes = Array.from(message, chunk).join("") + chunk("");
  const headers = { "Transfer-Encoding": "chunked" };
  const signed = plainDelivery(ACCOUNT, "").target;

  test("20,000 chunks of one byte are refused, and the log says why", async (context) => {
    const log = readableLog();
    const port = await serve(context, tutorialBot({ ...PLAIN, log: log.log }));
    const sent = { method: "POST", target: signed, headers, body: inBytes };
    assert.equal((await exchange(port, sent)).status, 400);
    assert.equal(log.cause(), "BODY_PIECES");
  });

  test("and nobody takes the rest of the packet that they came in", async (context) => {
    const bot = tutorialBot(PLAIN);
    let taken = 0;
    const server = createServer((request, response) => {
      bot.handler(request, response);
      request.on("data", () => (taken += 1));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const body = chunk("x").repeat(10_000);
    assert.equal((await exchange(port, { method: "POST", target: signed, headers, body })).status, 400);
    assert.ok(taken > 1_000 && taken < 1_100, `${taken} chunks were taken`);
  });

  test("in bot.fetch too", async () => {
    let reads = 0;
    const request = streamed(signed, () => {
      reads += 1;
      return reads > message.length ? undefined : message[reads - 1];
    });
    assert.equal((await tutorialBot(PLAIN).fetch(request)).status, 400);
    assert.ok(reads < 1_100, `${reads} pieces were read`);
  });

  test("hundreds of one byte are read, and so is a megabyte in pieces of 600", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    for (const [size, length] of [[1, 600], [600, 1_000_000]] as const) {
      const delivery = plainDelivery(ACCOUNT, textMessage("x".repeat(length)));
      const pieces = String(delivery.body).match(new RegExp(`.{1,${size}}`, "gs")) ?? [];
      const body = pieces.map(chunk).join("") + chunk("");
      assert.equal((await exchange(port, { ...delivery, headers, body })).status, 200);
    }
  });

  const targets: Readonly<Record<string, Sent>> = {
    "that is not signed": { method: "POST", target: "/wx" },
    "to elsewhere": { method: "POST", target: "/other" },
    "of a GET": { method: "GET", target: signed },
    "of a GET without a query": { method: "GET", target: "/wx" },
    "of a GET for /healthz": { method: "GET", target: "/healthz" },
    "of a method that is not served": { method: "PUT", target: "/wx" },
  };
  for (const [what, sent] of Object.entries(targets)) {
    test(`one ${what} ends its connection`, async (context) => {
      const sockets = acceptedSockets(context);
      const port = await serve(context, tutorialBot(PLAIN));
      const connection = await openFor(context, port);
      const before = performance.now();
      connection.send({ ...sent, headers, body: chunk("x").repeat(200_000) });
      await areGone(sockets);
      assert.ok((sockets[0]?.bytesRead ?? 0) < 200_000, `${sockets[0]?.bytesRead} bytes were read`);
      assert.ok(performance.now() - before < 2_000);
    });
  }
});
