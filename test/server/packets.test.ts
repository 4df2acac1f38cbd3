/** After a body in tiny chunks, packets that are full of them are thrown away before they are parsed. */
import assert from "node:assert/strict";
import { Socket } from "node:net";
import { describe, test } from "node:test";
import { noteTinyChunks, watchPackets } from "../../src/server/packets.ts";
import { compose, exchange, openFor } from "../support/http.ts";
import { ACCOUNT, field, plainDelivery, textMessage } from "./platform.ts";
import { CERTIFICATE, PLAIN, readableLog, serve, tutorialBot } from "./serving.ts";

const chunked = { "Transfer-Encoding": "chunked" };
const { target } = plainDelivery(ACCOUNT, "");
const full = { method: "POST", target, headers: chunked, body: "1\r\nx\r\n".repeat(10_000) };

describe("For ten seconds after a body in tiny chunks", () => {
  test("new connections are watched, and none before or after", (context) => {
    let now = performance.now() + 1_000_000;
    context.mock.method(performance, "now", () => now);
    const isWatched = (): boolean => {
      const socket = new Socket();
      watchPackets(socket, () => {});
      return socket.listenerCount("data") > 0;
    };
    assert.equal(isWatched(), false);
    noteTinyChunks();
    assert.equal(isWatched(), true);
    now += 10_000;
    assert.equal(isWatched(), true);
    now += 1;
    assert.equal(isWatched(), false);
    now -= 2_000_000;
    noteTinyChunks();
  });

  for (const [over, tls] of [["plain", undefined], ["TLS", CERTIFICATE]] as const) {
    const options = tls === undefined ? {} : { tlsCa: tls.cert };

    test(`over ${over} a packet full of them is 400 and not parsed, and the log says why`, async (context) => {
      const log = readableLog();
      let requests = 0;
      const bot = tutorialBot({ ...PLAIN, log: () => (requests += 1) });
      const port = await serve(context, bot, { log: log.log, ...(tls && { tls }) });
      // The first one is read to find it out, by whichever copy of the library serves.
      await exchange(port, full, options);
      const told = log.entries.length;
      requests = 0;
      assert.equal((await exchange(port, full, options)).status, 400);
      assert.equal(requests, 0);
      assert.deepEqual(log.entries.slice(told).map(({ code }) => code), ["BODY_PIECES"]);
    });

    test(`over ${over} messages are answered, also one in hundreds of chunks and one of 900,000 bytes`, async (context) => {
      const port = await serve(context, tutorialBot(PLAIN), { ...(tls && { tls }) });
      noteTinyChunks();
      const short = plainDelivery(ACCOUNT, textMessage("x"));
      const pieces = Array.from(String(short.body), (byte) => `1\r\n${byte}\r\n`);
      const inChunks = { ...short, headers: chunked, body: `${pieces.join("")}0\r\n\r\n` };
      const long = plainDelivery(ACCOUNT, textMessage("x".repeat(900_000)));
      for (const sent of [short, inChunks, long]) {
        const { body } = await exchange(port, sent, options);
        assert.equal(field(body, "Content"), "测试");
      }
    });
  }

  test("many messages on one connection are answered, each in two packets", async (context) => {
    const connection = await openFor(context, await serve(context, tutorialBot(PLAIN)));
    for (let sent = 0; sent < 20; sent += 1) {
      noteTinyChunks();
      const bytes = compose(plainDelivery(ACCOUNT, textMessage(`message ${sent}`)));
      connection.write(bytes.subarray(0, bytes.length - 40));
      await new Promise((resolve) => setImmediate(resolve));
      connection.write(bytes.subarray(bytes.length - 40));
      assert.equal(field((await connection.answer()).body, "Content"), "测试");
    }
  });
});
