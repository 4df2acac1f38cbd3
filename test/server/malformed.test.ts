import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compose, exchange, openFor } from "../support/http.ts";
import { ACCOUNT, plainDelivery, verification } from "./platform.ts";
import { PLAIN, isAlive, serve, tutorialBot } from "./serving.ts";

describe("What is not HTTP is refused", () => {
  const malformed: Readonly<Record<string, string>> = {
    "no HTTP at all": "hello\r\n\r\n",
    "a header without a colon": "GET /wx HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n",
    "two different lengths": "POST /wx HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n" +
      "Content-Length: 2\r\n\r\nab",
    "a length and chunks": "POST /wx HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n" +
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a negative length": "POST /wx HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "no Host": "GET /wx HTTP/1.1\r\n\r\n",
    "a chunk whose length is no number":
      `${compose({ ...plainDelivery(ACCOUNT, ""), body: "" }).toString()
        .replace(/Content-Length: 0/, "Transfer-Encoding: chunked")}zz\r\n`,
  };

  for (const [what, bytes] of Object.entries(malformed)) {
    test(`400 for ${what}`, async (context) => {
      const port = await serve(context, tutorialBot(PLAIN));
      const connection = await openFor(context, port);
      connection.write(bytes);
      assert.equal((await connection.answer()).status, 400);
      await isAlive(port);
    });
  }

  test("a TLS greeting on a port without TLS is refused", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    connection.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03));
    const answer = await connection.answer().catch(() => undefined);
    assert.ok(answer === undefined || answer.status === 400);
    await isAlive(port);
  });

  test("a query of thousands of parameters is read or refused at once", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const { target } = verification(ACCOUNT, "x");
    const before = performance.now();
    const answer = await exchange(port, { target: `${target}${"&a=%20".repeat(1_000)}` });
    assert.equal(answer.status, 200);
    assert.ok(performance.now() - before < 1_000);
    await isAlive(port);
  });

  test("a query of a megabyte is refused", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const answer = await exchange(port, { target: `/wx?${"a".repeat(1_000_000)}` });
    assert.ok([400, 414, 431].includes(answer.status), String(answer.status));
    await isAlive(port);
  });

  test("a head of more than 8 KiB is refused, one of 7 KiB is read", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const { target } = verification(ACCOUNT, "x");
    const statuses = [];
    for (const length of [7_000, 8_200]) {
      statuses.push((await exchange(port, { target, headers: { "X-Long": "a".repeat(length) } })).status);
    }
    assert.deepEqual(statuses, [200, 431]);
    await isAlive(port);
  });

  test("thousands of headers are refused", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const connection = await openFor(context, port);
    connection.write(`GET /wx HTTP/1.1\r\nHost: x\r\n${"X-Many: headers\r\n".repeat(5_000)}\r\n`);
    assert.equal((await connection.answer()).status, 431);
    await isAlive(port);
  });
});
