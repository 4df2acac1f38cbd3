import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { echostr } from "../support/subject.ts";
import {
  type Connection,
  chunk,
  compose,
  openFor,
  until,
  withPatience,
} from "../support/http.ts";
import { ACCOUNT, field, plainDelivery, textMessage, verification } from "./platform.ts";
import { CERTIFICATE, PLAIN, isAlive, readableLog, serve, tutorialBot } from "./serving.ts";

const HELLO = textMessage("hello");

/** The header of a delivery whose body is not there yet. */
function announce(body: string): string {
  const delivery = plainDelivery(ACCOUNT, body);
  return compose(delivery).toString().slice(0, -body.length);
}

describe("However a request is cut into packets, it is read whole", () => {
  test("a message whose body comes byte by byte is answered", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    const body = textMessage("测试");
    for (const byte of compose(plainDelivery(ACCOUNT, body))) {
      connection.write(Uint8Array.of(byte));
      // Lets the byte go out alone, and so cuts characters of several bytes.
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(field((await connection.answer()).body, "Content"), "测试");
  });

  test("the bot sees characters whole that were cut between two packets", async (context) => {
    const seen: string[] = [];
    // The same bytes again and again are one message, unless delivery is off.
    const options = { ...PLAIN, delivery: false, log: () => {} } as const;
    const bot = echostr.createBot(options).on("text", ({ Content }) => {
      seen.push(Content);
    });
    const connection = await openFor(context, await serve(context, bot));
    const bytes = compose(plainDelivery(ACCOUNT, textMessage("测试🙂")));
    for (let cut = bytes.indexOf("测") + 1; cut < bytes.indexOf("]]></Content>"); cut += 1) {
      connection.write(bytes.subarray(0, cut));
      await new Promise((resolve) => setTimeout(resolve, 5));
      connection.write(bytes.subarray(cut));
      assert.equal((await connection.answer()).body, "success");
    }
    assert.deepEqual(new Set(seen), new Set(["测试🙂"]));
    assert.ok(seen.length >= 9);
  });

  test("requests that come at once are answered in their order", async (context) => {
    const bot = echostr.createBot({ ...PLAIN, log: () => {} }).on("text", async ({ Content }) => {
      // The first is the last to be ready.
      await new Promise((resolve) => setTimeout(resolve, Content === "0" ? 50 : 1));
      return Content;
    });
    const connection = await openFor(context, await serve(context, bot));
    const contents = Array.from({ length: 4 }, (_, index) => String(index));
    connection.write(
      Buffer.concat(contents.map((each) => compose(plainDelivery(ACCOUNT, textMessage(each))))),
    );
    for (const content of contents) {
      assert.equal(field((await connection.answer()).body, "Content"), content);
    }
  });

  test("a refusal does not put the connection out of step", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    const refused = plainDelivery(ACCOUNT, "GET /wx HTTP/1.1\r\nHost: x\r\n\r\n", {
      signature: "0".repeat(40),
    });
    connection.write(Buffer.concat([compose(refused), compose(verification(ACCOUNT, "next"))]));
    assert.equal((await connection.answer()).status, 403);
    await nextIsRightOrNone(connection);
  });

  test("the body of a handshake, which has none, is never read as a request", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    const body = compose(verification(ACCOUNT, "smuggled"));
    connection.send({ ...verification(ACCOUNT, "first"), body });
    connection.send(verification(ACCOUNT, "next"));
    assert.equal((await connection.answer()).body, "first");
    await nextIsRightOrNone(connection);
  });

  test("nonsense behind a good request does not take the place of its answer", async (context) => {
    const bot = echostr.createBot({ ...PLAIN, log: () => {} }).on("text", async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return "good";
    });
    const connection = await openFor(context, await serve(context, bot));
    connection.send(plainDelivery(ACCOUNT, HELLO));
    connection.write("nonsense\r\n\r\n");
    const answer = await connection.answer().catch(() => undefined);
    assert.ok(answer === undefined || answer.status === 200, String(answer?.status));
  });

  test("a client of HTTP/1.0 is answered, and its connection ended", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    connection.write(`GET ${verification(ACCOUNT, "old").target} HTTP/1.0\r\n\r\n`);
    assert.equal((await connection.answer()).body, "old");
    await withPatience("the end of the connection", connection.closed);
  });

  test("a wish to speak another protocol is not granted, and nothing hangs", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    const { target } = verification(ACCOUNT, "x");
    const headers = { Connection: "Upgrade", Upgrade: "websocket" };
    connection.send({ target, headers });
    const answer = await connection.answer().catch(() => undefined);
    assert.ok(answer === undefined || answer.body === "x");
    const proxy = await openFor(context, port);
    proxy.write("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n");
    const refused = await proxy.answer().catch(() => undefined);
    assert.ok(refused === undefined || refused.status >= 400, String(refused?.status));
    await isAlive(port);
  });

  test("the body of a request to elsewhere is never read as a request", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    const smuggled = compose(verification(ACCOUNT, "smuggled")).toString();
    for (const target of ["/other", "/healthz"]) {
      connection.send({ method: "POST", target, body: smuggled });
    }
    connection.send(verification(ACCOUNT, "next"));
    assert.equal((await connection.answer()).status, 404);
    if (!connection.ended) {
      await connection.answer().catch(() => undefined);
    }
    await nextIsRightOrNone(connection);
    assert.doesNotMatch(connection.unread, /smuggled/);
  });
});

async function nextIsRightOrNone(connection: Connection): Promise<void> {
  const next = await connection.answer().catch(() => undefined);
  assert.ok(next === undefined || next.body === "next", `out of step: ${next?.body}`);
}

describe("Nobody can hold a connection for long", () => {
  test("a body that stops coming is refused when its time is over", async (context) => {
    const port = await serve(context, tutorialBot({ ...PLAIN, bodyTimeoutMs: 60 }));
    const connection = await openFor(context, port);
    const before = performance.now();
    connection.write(announce(HELLO) + HELLO.slice(0, 10));
    await ends(connection, 408);
    assert.ok(performance.now() - before < 1_500);
    await isAlive(port);
  });

  test("a body that trickles steadily is refused when its time is over", async (context) => {
    const port = await serve(context, tutorialBot({ ...PLAIN, bodyTimeoutMs: 100 }));
    const connection = await openFor(context, port);
    const before = performance.now();
    connection.write(announce(HELLO));
    const trickle = setInterval(() => connection.write("x"), 10);
    context.after(() => clearInterval(trickle));
    await ends(connection, 408);
    assert.ok(performance.now() - before < 1_500);
  });

  test("a chunked body that stops coming is refused when its time is over", async (context) => {
    const port = await serve(context, tutorialBot({ ...PLAIN, bodyTimeoutMs: 60 }));
    const connection = await openFor(context, port);
    const { target } = plainDelivery(ACCOUNT, "");
    connection.send({ method: "POST", target, headers: { "Transfer-Encoding": "chunked" } });
    connection.write(chunk("<xml>"));
    await ends(connection, 408);
  });

  test("headers that stop coming are refused when their time is over", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN), { headersTimeoutMs: 60 });
    const connection = await openFor(context, port);
    const before = performance.now();
    connection.write("GET /wx HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    await ends(connection, 408);
    assert.ok(performance.now() - before < 2_500);
    await isAlive(port);
  });

  test("a connection on which nothing is said is ended when its time is over", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN), { headersTimeoutMs: 60 });
    const connection = await openFor(context, port);
    await ends(connection, 408);
  });

  test("a connection on which TLS never begins is ended when its time is over", async (context) => {
    const options = { headersTimeoutMs: 60, tls: CERTIFICATE };
    const port = await serve(context, tutorialBot(PLAIN), options);
    const connection = await openFor(context, port);
    await ends(connection, 408);
  });

  test("a client that leaves in the middle of its body leaves nothing behind", async (context) => {
    const log = readableLog();
    const port = await serve(context, tutorialBot({ ...PLAIN, log: log.log }));
    for (let time = 0; time < 20; time += 1) {
      const connection = await openFor(context, port);
      connection.write(announce(HELLO) + HELLO.slice(0, time));
      await new Promise((resolve) => setImmediate(resolve));
      if (time % 2 === 0) {
        connection.socket.resetAndDestroy();
      } else {
        connection.close();
      }
    }
    await until("a line of log for a body that never came whole", () => log.entries.length > 0);
    await isAlive(port);
  });

  test("a client that leaves before its answer is ready harms nobody", async (context) => {
    let running = 0;
    let finish: () => void = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const bot = echostr.createBot({ ...PLAIN, log: () => {} }).on("text", async () => {
      running += 1;
      await finished;
      return "too late";
    });
    const port = await serve(context, bot);
    const connection = await openFor(context, port);
    connection.send(plainDelivery(ACCOUNT, HELLO));
    await until("the handler to run", () => running === 1);
    connection.socket.resetAndDestroy();
    finish();
    await isAlive(port);
  });

  test("a client that ends its side of the connection is still answered", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    connection.socket.end(compose(plainDelivery(ACCOUNT, HELLO)));
    assert.equal(field((await connection.answer()).body, "Content"), "测试");
  });
});

/** The connection comes to its end; when it says something before, then that status. */
async function ends(connection: Connection, status: number): Promise<void> {
  const answer = await connection.answer().catch(() => undefined);
  if (answer !== undefined) {
    assert.equal(answer.status, status);
  }
  const deadline = Date.now() + 2_000;
  while (!connection.ended && Date.now() < deadline) {
    connection.write("");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(connection.ended, "the connection is still open");
}
