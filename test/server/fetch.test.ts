import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Sent, withPatience } from "../support/http.ts";
import {
  ACCOUNT,
  addressOf,
  field,
  openReply,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
} from "./platform.ts";
import { PLAIN, SAFE, readableLog, tutorialBot } from "./serving.ts";

const HELLO = textMessage("hello");

describe("bot.fetch answers a Request with a Response", () => {
  const origin = "https://wx.example.com";

  function post({ target, body = "" }: Sent): Request {
    return new Request(origin + target, { method: "POST", body: String(body) });
  }

  test("the handshake and a text", async () => {
    const bot = tutorialBot(PLAIN);
    const echo = await bot.fetch(new Request(origin + verification(ACCOUNT, "测试 1").target));
    assert.equal(echo.status, 200);
    assert.equal(await echo.text(), "测试 1");
    assert.match(echo.headers.get("content-type") ?? "", /^text\/plain\b/);
    const answer = await bot.fetch(post(plainDelivery(ACCOUNT, HELLO)));
    assert.match(answer.headers.get("content-type") ?? "", /^text\/xml\b/);
    assert.equal(field(await answer.text(), "Content"), "测试");
  });

  test("it may be taken off the bot and passed around", async () => {
    const { fetch } = tutorialBot(PLAIN);
    assert.equal((await fetch(post(plainDelivery(ACCOUNT, HELLO)))).status, 200);
  });

  test("a text in safe mode", async () => {
    const response = await tutorialBot(SAFE).fetch(post(safeDelivery(ACCOUNT, HELLO)));
    const body = await response.text();
    const bytes = Buffer.from(body);
    const { xml } = openReply(ACCOUNT, { status: response.status, headers: {}, body, bytes });
    assert.equal(field(xml, "Content"), "测试");
  });

  test("refusals have the same status as on the server", async () => {
    const bot = tutorialBot({ ...PLAIN, bodyLimitBytes: 1_000 });
    const hello = plainDelivery(ACCOUNT, HELLO);
    const address = origin + hello.target;
    const stranger = plainDelivery({ ...ACCOUNT, token: "another" }, HELLO);
    const expected: readonly (readonly [number, Request])[] = [
      [404, new Request(`${origin}/other`)],
      [405, new Request(address, { method: "PUT", body: HELLO })],
      [403, post(stranger)],
      [400, post(plainDelivery(ACCOUNT, "<xml>"))],
      [400, new Request(`${origin}/wx?signature=%zz`)],
      [413, post(plainDelivery(ACCOUNT, "x".repeat(1_001)))],
      [415, new Request(address, {
        method: "POST",
        body: HELLO,
        headers: { "Content-Encoding": "gzip" },
      })],
      [200, new Request(origin + addressOf("/wx", {}))],
    ];
    for (const [status, request] of expected) {
      const response = await bot.fetch(request);
      assert.equal(response.status, status, `${request.method} ${request.url}`);
    }
    const put = await bot.fetch(new Request(address, { method: "PUT", body: HELLO }));
    assert.match(put.headers.get("allow") ?? "", /GET.*POST/);
  });

  test("HEAD is answered without a body", async () => {
    const { target } = verification(ACCOUNT, "x");
    const request = new Request(origin + target, { method: "HEAD" });
    const response = await tutorialBot(PLAIN).fetch(request);
    assert.ok(response.status === 200 || response.status === 405);
    assert.equal(await response.text(), "");
  });

  test("a body without an end is given up at the limit", async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(100));
      },
      cancel() {
        cancelled = true;
      },
    });
    const bot = tutorialBot({ ...PLAIN, bodyLimitBytes: 1_000 });
    const { target } = plainDelivery(ACCOUNT, "");
    const request = new Request(origin + target, {
      method: "POST",
      body: endless,
      duplex: "half",
    } as RequestInit);
    const response = await withPatience("an answer", bot.fetch(request));
    assert.equal(response.status, 413);
    assert.ok(pulled < 30, `${pulled} pieces were read`);
    assert.ok(cancelled);
  });

  test("a body that stops coming is given up when its time is over", async () => {
    const bot = tutorialBot({ ...PLAIN, bodyTimeoutMs: 50 });
    const { target } = plainDelivery(ACCOUNT, "");
    const request = new Request(origin + target, {
      method: "POST",
      body: new ReadableStream<Uint8Array>({}),
      duplex: "half",
    } as RequestInit);
    const response = await withPatience("an answer", bot.fetch(request), 2_000);
    assert.equal(response.status, 408);
  });

  test("a body that was read before is refused, and the log names the cause", async () => {
    const log = readableLog();
    const request = post(plainDelivery(ACCOUNT, HELLO));
    await request.text();
    const response = await tutorialBot({ ...PLAIN, log: log.log }).fetch(request);
    assert.ok(response.status === 400 || response.status === 500, String(response.status));
    assert.equal(log.cause(), "BODY_PARSED");
  });
});
