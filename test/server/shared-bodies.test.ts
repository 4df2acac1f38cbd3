/** Bodies whose pieces somebody else sees too: a logger, a middleware that counts bytes. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { compose, leave, openFor, until } from "../support/http.ts";
import { ACCOUNT, plainDelivery, textMessage } from "./platform.ts";
import { PLAIN, tutorialBot } from "./serving.ts";

type Look = (request: IncomingMessage) => void;

/** A server around a bot, with something that is done to each request before it, and behind it. */
async function serveAround(context: TestContext, before: Look, behind: Look): Promise<number> {
  const { handler } = tutorialBot(PLAIN);
  const server = createServer((request, response) => {
    before(request);
    handler(request, response);
    behind(request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    leave(context);
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const nothing: Look = () => {};
const BODY = textMessage("在吗");

describe("The body of a request that somebody else listens to as well", () => {
  for (const [when, isBefore] of [["before the bot", true], ["behind the bot", false]] as const) {
    for (const [how, cutAt] of [["in the packet of its head", 0], ["later", 1], ["in two packets", 40]] as const) {
      test(`is read by both, who listens ${when}, and the body comes ${how}`, async (context) => {
        let seen = 0;
        let ends = 0;
        const look: Look = (request) => {
          request.on("data", (piece: Buffer) => (seen += piece.length));
          request.on("end", () => (ends += 1));
        };
        const port = await serveAround(context, isBefore ? look : nothing, isBefore ? nothing : look);
        const connection = await openFor(context, port);
        const bytes = compose(plainDelivery(ACCOUNT, BODY));
        const headEnd = bytes.indexOf("\r\n\r\n") + 4;
        const end = cutAt === 0 ? bytes.length : headEnd + cutAt - 1;
        connection.write(bytes.subarray(0, end));
        if (end < bytes.length) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          connection.write(bytes.subarray(end));
        }
        const answer = await connection.answer();
        assert.equal(answer.status, 200);
        assert.match(answer.body, /测试/);
        assert.equal(seen, Buffer.byteLength(BODY));
        // The next request of the connection finds everything as it should be.
        connection.write(bytes);
        assert.match((await connection.answer()).body, /测试/);
        assert.equal(seen, 2 * Buffer.byteLength(BODY));
        assert.ok(ends >= 1, "a body has an end for them too");
      });
    }
  }

  test("is read as text where somebody has asked for text", async (context) => {
    const port = await serveAround(context, (request) => void request.setEncoding("utf8"), nothing);
    const connection = await openFor(context, port);
    connection.write(compose(plainDelivery(ACCOUNT, BODY)));
    assert.match((await connection.answer()).body, /测试/);
  });
});

describe("The body of a request that the bot alone reads", () => {
  for (const how of ["in the packet of its head", "behind it"]) {
    test(`is read though somebody has paused it, and it comes ${how}`, async (context) => {
      let isPaused = false;
      const pause: Look = (request) => {
        request.pause();
        isPaused = true;
      };
      const port = await serveAround(context, pause, nothing);
      const connection = await openFor(context, port);
      const bytes = compose(plainDelivery(ACCOUNT, BODY));
      const cut = how === "behind it" ? 20 : 0;
      connection.write(bytes.subarray(0, bytes.length - cut));
      await until("the head to come", () => isPaused);
      if (cut > 0) connection.write(bytes.subarray(bytes.length - cut));
      assert.match((await connection.answer()).body, /测试/);
    });
  }

  for (const [how, cut, listeners] of [["in the packet of its head", 0, 0], ["behind it", 20, 1]] as const) {
    test(`has ${listeners} listeners when it comes ${how}, and is read to its end`, async (context) => {
      const requests: IncomingMessage[] = [];
      const port = await serveAround(context, (request) => void requests.push(request), nothing);
      const connection = await openFor(context, port);
      const bytes = compose(plainDelivery(ACCOUNT, BODY));
      connection.write(bytes.subarray(0, bytes.length - cut));
      await until("the head to come", () => requests.length === 1);
      await new Promise((resolve) => setImmediate(resolve));
      if (cut > 0) connection.write(bytes.subarray(bytes.length - cut));
      assert.match((await connection.answer()).body, /测试/);
      const [request] = requests;
      assert.deepEqual([request?.listenerCount("data"), request?.listenerCount("error")], [listeners, listeners]);
      await until("the body to end", () => request?.readableEnded === true);
    });
  }
});
