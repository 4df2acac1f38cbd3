import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { describe, test } from "node:test";
import { exchange, openFor, withPatience } from "../support/http.ts";
import {
  ACCOUNT,
  field,
  plainDelivery,
  textMessage,
  verification,
} from "./platform.ts";
import { PLAIN, serve, tutorialBot } from "./serving.ts";

const HELLO = textMessage("hello");

describe("Only the callback's own path and methods are served", () => {
  for (const target of ["/", "/other", "/wxx", "/wx/more", "/WX", "/wx//", "//wx", "/wx%2F"]) {
    test(`404 for ${target}`, async (context) => {
      const port = await serve(context, tutorialBot(PLAIN));
      assert.equal((await exchange(port, { target })).status, 404);
      assert.equal((await exchange(port, { method: "POST", target, body: HELLO })).status, 404);
    });
  }

  for (const method of ["PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"]) {
    test(`405 for ${method}, with the methods that are allowed`, async (context) => {
      const port = await serve(context, tutorialBot(PLAIN));
      const answer = await exchange(port, { ...plainDelivery(ACCOUNT, HELLO), method });
      assert.equal(answer.status, 405);
      const allowed = (answer.headers["allow"] ?? "").split(/, ?/);
      assert.ok(allowed.includes("GET") && allowed.includes("POST"), String(allowed));
      assert.ok(!allowed.includes(method));
    });
  }

  test("the trailing slash makes no difference, and is never a redirect", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    for (const path of ["/wx", "/wx/"]) {
      const account = { ...ACCOUNT, path };
      assert.equal((await exchange(port, verification(account, "same"))).body, "same");
      const answer = await exchange(port, plainDelivery(account, HELLO));
      assert.equal(field(answer.body, "Content"), "测试");
    }
  });

  test("a path given with a trailing slash is served without it as well", async (context) => {
    const port = await serve(context, tutorialBot({ ...PLAIN, path: "/a/b/" }));
    for (const path of ["/a/b", "/a/b/"]) {
      assert.equal((await exchange(port, verification({ ...ACCOUNT, path }, "x"))).body, "x");
    }
  });

  test("a bot may have the root as its path", async (context) => {
    const port = await serve(context, tutorialBot({ ...PLAIN, path: "/" }));
    assert.equal((await exchange(port, verification({ ...ACCOUNT, path: "/" }, "x"))).body, "x");
    assert.equal((await exchange(port, { target: "/healthz" })).body, "ok");
  });

  test("the absolute form of a request's target is understood", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const path = "http://wx.example.com/wx";
    const account = { ...ACCOUNT, path };
    assert.equal((await exchange(port, verification(account, "proxied"))).body, "proxied");
    assert.equal((await exchange(port, { target: "http://example.com/other" })).status, 404);
  });

  test("HEAD is answered without a body, and the connection stays in step", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    connection.send({ ...verification(ACCOUNT, "x"), method: "HEAD" });
    connection.send(verification(ACCOUNT, "next"));
    const head = await connection.answer("HEAD");
    assert.ok(head.status === 200 || head.status === 405, String(head.status));
    assert.equal((await connection.answer()).body, "next");
  });

  test("GET /healthz says ok, and only GET and HEAD may ask", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const answer = await exchange(port, { target: "/healthz" });
    assert.equal(answer.status, 200);
    assert.equal(answer.body, "ok");
    assert.equal((await exchange(port, { target: "/healthz?x=1" })).status, 200);
    const posted = await exchange(port, { method: "POST", target: "/healthz", body: "x" });
    assert.equal(posted.status, 405);
  });
});

describe("A body may not be larger than the limit", () => {
  const limits = { ...PLAIN, bodyLimitBytes: 2_000 };

  function messageOf(bytes: number): string {
    return textMessage("x".repeat(bytes - Buffer.byteLength(textMessage(""))));
  }

  test("a body of exactly the limit is read", async (context) => {
    const port = await serve(context, tutorialBot(limits));
    const body = messageOf(2_000);
    assert.equal(Buffer.byteLength(body), 2_000);
    const answer = await exchange(port, plainDelivery(ACCOUNT, body));
    assert.equal(field(answer.body, "Content"), "测试");
  });

  test("a body of one byte more is refused", async (context) => {
    const port = await serve(context, tutorialBot(limits));
    assert.equal((await exchange(port, plainDelivery(ACCOUNT, messageOf(2_001)))).status, 413);
  });

  test("the limit is a mebibyte unless it is set", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const answer = await exchange(port, plainDelivery(ACCOUNT, messageOf(1_048_576)));
    assert.equal(field(answer.body, "Content"), "测试");
    const refused = await exchange(port, plainDelivery(ACCOUNT, messageOf(1_048_577)));
    assert.equal(refused.status, 413);
  });

  test("a Content-Length above the limit is refused before the body comes", async (context) => {
    const port = await serve(context, tutorialBot(limits));
    const connection = await openFor(context, port);
    const { target } = plainDelivery(ACCOUNT, "");
    connection.send({ method: "POST", target, headers: { "Content-Length": "2001" } });
    const answer = await connection.answer();
    assert.equal(answer.status, 413);
    assert.equal(answer.headers["connection"], "close");
  });

  test("a client that sends its large body at once still reads the answer", async (context) => {
    const port = await serve(context, tutorialBot(limits));
    const delivery = plainDelivery(ACCOUNT, messageOf(900_000));
    assert.equal((await exchange(port, delivery)).status, 413);
  });

  test("a client that reads only when all is sent still reads the answer", async (context) => {
    const port = await serve(context, tutorialBot(limits));
    for (const target of [plainDelivery(ACCOUNT, "").target, "/other"]) {
      const connection = await openFor(context, port);
      connection.socket.pause();
      connection.send({ method: "POST", target, headers: { "Content-Length": "1000000" } });
      for (let sent = 0; sent < 1_000_000; sent += 100_000) {
        const piece = "x".repeat(100_000);
        await withPatience("a piece of the body to be taken", new Promise((resolve) => {
          connection.socket.write(piece, resolve);
        }));
        // Long since refused, and a connection that was reset would now fail to take more.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      connection.socket.resume();
      assert.equal((await connection.answer()).status, target === "/other" ? 404 : 413);
    }
  });

  test("a client that was refused and never stops sending is cut off", async (context) => {
    const port = await serve(context, tutorialBot(limits));
    const connection = await openFor(context, port);
    const { target } = plainDelivery(ACCOUNT, "");
    connection.send({ method: "POST", target, headers: { "Transfer-Encoding": "chunked" } });
    const endless = setInterval(() => connection.write(`64\r\n${"x".repeat(100)}\r\n`), 2);
    context.after(() => clearInterval(endless));
    assert.equal((await connection.answer()).status, 413);
    await withPatience("the end of the connection", connection.closed, 2_000);
  });

  test("a chunked body is refused at the limit, wherever it ends", async (context) => {
    const port = await serve(context, tutorialBot(limits));
    const connection = await openFor(context, port);
    const { target } = plainDelivery(ACCOUNT, "");
    connection.send({ method: "POST", target, headers: { "Transfer-Encoding": "chunked" } });
    for (let sent = 0; sent < 2_100; sent += 100) {
      connection.write(`64\r\n${"x".repeat(100)}\r\n`);
    }
    assert.equal((await connection.answer()).status, 413);
  });

  test("a chunked body within the limit is read", async (context) => {
    const port = await serve(context, tutorialBot(limits));
    const connection = await openFor(context, port);
    const { target } = plainDelivery(ACCOUNT, "");
    connection.send({ method: "POST", target, headers: { "Transfer-Encoding": "chunked" } });
    for (const piece of HELLO.match(/[\s\S]{1,7}/g) ?? []) {
      connection.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
    }
    connection.write("0\r\n\r\n");
    assert.equal(field((await connection.answer()).body, "Content"), "测试");
  });

  test("a compressed body is refused, and an identity one is not compressed", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    for (const coding of ["gzip", "deflate", "br", "GZIP", "identity, gzip"]) {
      const delivery = plainDelivery(ACCOUNT, HELLO);
      const headers = { ...delivery.headers, "Content-Encoding": coding };
      assert.equal((await exchange(port, { ...delivery, headers })).status, 415, coding);
    }
    for (const coding of ["identity", "Identity"]) {
      const delivery = plainDelivery(ACCOUNT, HELLO);
      const headers = { ...delivery.headers, "Content-Encoding": coding };
      assert.equal((await exchange(port, { ...delivery, headers })).status, 200, coding);
    }
  });

  test("a client that asks whether to continue is told to, and then answered", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    const { target } = plainDelivery(ACCOUNT, "");
    const length = String(Buffer.byteLength(HELLO));
    const headers = { Expect: "100-continue", "Content-Length": length };
    connection.send({ method: "POST", target, headers });
    assert.equal((await connection.answer()).status, 100);
    connection.write(HELLO);
    assert.equal(field((await connection.answer()).body, "Content"), "测试");
  });

  test("a client that asks to continue with too much is told 413 at once", async (context) => {
    const port = await serve(context, tutorialBot(limits));
    const connection = await openFor(context, port);
    const { target } = plainDelivery(ACCOUNT, "");
    const headers = { Expect: "100-continue", "Content-Length": "2001" };
    connection.send({ method: "POST", target, headers });
    assert.equal((await connection.answer()).status, 413);
  });

  test("a client that asks whether to continue elsewhere is told 404 at once", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    const headers = { Expect: "100-continue", "Content-Length": "10" };
    connection.send({ method: "POST", target: "/other", headers });
    assert.equal((await connection.answer()).status, 404);
  });
});

test("Of a head with 300 headers some hundred are kept; newer versions of Node refuse it", async (context) => {
  let kept = 0;
  const note = (message: unknown): void => {
    kept = (message as { request: IncomingMessage }).request.rawHeaders.length / 2;
  };
  subscribe("http.server.request.start", note);
  context.after(() => unsubscribe("http.server.request.start", note));
  const connection = await openFor(context, await serve(context, tutorialBot(PLAIN)));
  const { target } = verification(ACCOUNT, "echo");
  connection.write(`GET ${target} HTTP/1.1\r\nHost: x\r\n${"a:\r\n".repeat(300)}\r\n`);
  const { status } = await connection.answer();
  assert.ok(status === 431 || (status === 200 && kept < 200), `${status}, ${kept} headers`);
});
