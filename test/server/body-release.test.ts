/** What a body holds is given back over either adapter, whatever becomes of its peer. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import type { Bot } from "../../src/index.ts";
import { exchange, openFor, until, withPatience } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { ACCOUNT, plainDelivery, textMessage } from "./platform.ts";
import { PLAIN, serve } from "./serving.ts";

const MIB = 1024 * 1024;
/** As many bodies of 4 MiB as large ones may have room for, and two more. */
const MORE_THAN_FIT = 8;

/** A bot whose handler never ends for one text, and tells that it runs. */
function hangingBot(onHang: () => void = () => {}): Bot {
  const options = { ...PLAIN, bodyLimitBytes: 4 * MIB, delivery: false, log: () => {} } as const;
  return echostr.createBot(options).on("text", ({ Content }) => {
    if (!Content.startsWith("hangs")) return "测试";
    onHang();
    return new Promise(() => {});
  });
}

function large(content: string): ReturnType<typeof plainDelivery> {
  return plainDelivery(ACCOUNT, textMessage(content + "x".repeat(4 * MIB - 1_000)));
}

function post(bot: Bot, init: RequestInit, content = "x"): Promise<Response> {
  const { target, body = "" } = large(content);
  return bot.fetch(new Request(`https://x${target}`, { method: "POST", body: String(body), ...init }));
}

describe("Over fetch a body does not count any more", () => {
  test("when its peer leaves while the handler hangs", async () => {
    let runs = 0;
    const bot = hangingBot(() => (runs += 1));
    for (let count = 1; count <= MORE_THAN_FIT; count += 1) {
      const peer = new AbortController();
      void post(bot, { signal: peer.signal }, "hangs");
      await until("the handler to run", () => runs === count);
      peer.abort();
    }
    assert.equal((await post(bot, {})).status, 200);
  });

  test("when its peer has left before the handler is waited for", async () => {
    let peer = new AbortController();
    const bot = hangingBot(() => peer.abort());
    for (let count = 0; count < MORE_THAN_FIT; count += 1) {
      peer = new AbortController();
      void post(bot, { signal: peer.signal }, "hangs");
      await until("the peer to leave", () => peer.signal.aborted);
    }
    assert.equal((await post(bot, {})).status, 200);
  });

  test("when it breaks off", async () => {
    const bot = hangingBot();
    for (let count = 0; count < MORE_THAN_FIT; count += 1) {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array(4 * MIB - 1)),
        pull: (controller) => controller.error(new Error("reset")),
      }, { highWaterMark: 4 * MIB });
      assert.equal((await post(bot, { body, duplex: "half" } as RequestInit)).status, 400);
    }
    assert.equal((await post(bot, {})).status, 200);
  });
});

test("Over node:http a body does not count when somebody else has answered, and the handler hangs", async (context) => {
  const bot = hangingBot();
  let handled = 0;
  const server = createServer(async (request: IncomingMessage & { body?: unknown }, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    request.body = Buffer.concat(parts);
    if (String(request.body).includes("hangs")) {
      response.writeHead(404).end();
      await once(response, "close");
    }
    bot.handler(request, response);
    handled += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (let count = 1; count <= MORE_THAN_FIT; count += 1) {
    assert.equal((await exchange(port, large("hangs"))).status, 404);
    await until("the handler to be called", () => handled === count);
  }
  assert.equal((await exchange(port, large("x"))).status, 200);
});

test("Over node:http a connection ends behind the answer to a body above 64 KiB, and stays for others", async (context) => {
  const port = await serve(context, hangingBot());
  const connection = await openFor(context, port);
  for (const [content, expected] of [["x", undefined], ["x".repeat(60_000), undefined], ["x".repeat(70_000), "close"]] as const) {
    connection.send(plainDelivery(ACCOUNT, textMessage(content)));
    const { status, headers } = await connection.answer();
    assert.equal(status, 200);
    assert.equal(headers["connection"] === "close" ? "close" : undefined, expected);
  }
  await withPatience("the end", connection.closed);
});
