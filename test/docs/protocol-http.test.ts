/** The table of docs/protocol.md on HTTP itself: what our server makes of a push that is sent so. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import type { RunningServer } from "../../src/index.ts";
import { BODY_BUDGET_BYTES, UNSIGNED_BODY_BYTES } from "../../src/server/body.ts";
import { prepareListen } from "../../src/server/listen-options.ts";
import { chunk, compose, openFor } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { wireHandshake, wireRequest, wireText } from "../support/wire.ts";
import { readDocument, tableUnder } from "./markdown.ts";

const TOKEN = "AAAAA";
const TIMESTAMP = "1714112445";

interface Push {
  readonly target: string;
  readonly body: string;
}

/** A push that is right; each is a message of its own. */
function push(): Push {
  const body = wireText("你好");
  const { query } = wireRequest({ token: TOKEN, timestamp: TIMESTAMP, body });
  return { target: `/wx?${query}`, body };
}

/** With more headers. */
function withHeaders(...headers: readonly string[]): string {
  const whole = compose({ method: "POST", ...push() }).toString();
  return whole.replace("\r\nHost", () => `\r\n${headers.join("\r\n")}\r\nHost`);
}

/** With these headers, and none that says where the body ends. */
function framedBy(body: string, ...headers: readonly string[]): string {
  const head = [`POST ${push().target} HTTP/1.1`, "Host: a", ...headers];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

const right = (): string => withHeaders("X: a");

/** What each row sends, on a connection for each. */
const SENT: Readonly<Record<string, () => readonly string[]>> = {
  "`HTTP/1.0`": () => [right().replace("HTTP/1.1", "HTTP/1.0")],
  "no `Host` in HTTP/1.1": () => [right().replace(/Host: .*\r\n/, "")],
  "`Expect: 100-continue`": () => [withHeaders("Expect: 100-continue")],
  "`Expect: 100-continue`, and something wrong in the head": () => [
    withHeaders("Expect: 100-continue").replace("signature=", "signature=0"),
  ],
  "`Expect: something`": () => [withHeaders("Expect: something")],
  "`Content-Encoding: identity`": () => [withHeaders("Content-Encoding: identity")],
  "`Content-Encoding: gzip`": () => [withHeaders("Content-Encoding: gzip")],
  "`Transfer-Encoding: gzip`, `Transfer-Encoding: identity`": () =>
    ["gzip", "identity"].map((coding) => framedBy(push().body, `Transfer-Encoding: ${coding}`)),
  "`Transfer-Encoding: gzip, chunked`": () => [
    framedBy(chunk("\u001f\u008b") + chunk(""), "Transfer-Encoding: gzip, chunked"),
  ],
  "`Transfer-Encoding: chunked` and `Content-Length: 5`": () => [
    framedBy(chunk("<xml>") + chunk(""), "Transfer-Encoding: chunked", "Content-Length: 5"),
  ],
  "`Content-Length: 5` and `Content-Length: 6`, `Content-Length: abc`": () => [
    framedBy("<xml> ", "Content-Length: 5", "Content-Length: 6"),
    framedBy("", "Content-Length: abc"),
  ],
  "a head above 8 KiB": () => [
    withHeaders(`X: ${"a".repeat(9000)}`),
    right().replace("POST /wx?", `POST /wx?a=${"a".repeat(9000)}&`),
  ],
  "no HTTP at all, such as TLS on this port": () => [
    "hello\r\n\r\n",
    "\u0016\u0003\u0001\u0002\u0000",
  ],
  "a chunk without a size": () => [
    framedBy("zz\r\n<xml>\r\n0\r\n\r\n", "Transfer-Encoding: chunked"),
  ],
  "a GET with a body": () => {
    const query = wireHandshake({ token: TOKEN, timestamp: TIMESTAMP });
    return [compose({ target: `/wx?${query}`, body: "abc" }).toString()];
  },
};

async function serve(context: TestContext): Promise<RunningServer> {
  const clock = (): number => Number(TIMESTAMP) * 1000;
  const bot = echostr.createBot({ token: TOKEN, clock, log: () => {} }).on("text", () => "ok");
  const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1" });
  context.after(() => server.close());
  return server;
}

describe("What docs/protocol.md says of HTTP", () => {
  const [, ...rows] = tableUnder(readDocument("docs/protocol.md"), "In a right delivery");
  const others = [
    "more than 100 headers",
    "a body that ends before its length",
    "five requests in one packet",
    "nothing more for 65 s",
  ];

  test("is tried, row by row", () => {
    const names = rows.map(([sent = ""]) => sent).filter((sent) => !others.includes(sent));
    assert.deepEqual(names, Object.keys(SENT));
  });

  for (const [name = "", expected = "", then = ""] of rows) {
    for (const [index, sent] of (SENT[name]?.() ?? []).entries()) {
      test(`holds for ${name} (${index + 1})`, async (context) => {
        const connection = await openFor(context, (await serve(context)).port);
        connection.write(sent);
        for (const status of expected.match(/\d+/g) ?? []) {
          assert.equal((await connection.answer()).status, Number(status));
        }
        if (then.startsWith("closed")) assert.equal(await connection.closed, "");
      });
    }
  }

  test("holds for more than 100 headers", async (context) => {
    const connection = await openFor(context, (await serve(context)).port);
    // Behind the others: where some are passed over, Host must not be one of them.
    const more = Array.from({ length: 120 }, (_, index) => `\r\nX${index}: a`).join("");
    connection.write(right().replace("\r\n\r\n", `${more}\r\n\r\n`));
    assert.ok([200, 431].includes((await connection.answer()).status));
  });

  test("has the times and sizes that are those of our server", () => {
    const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = prepareListen({});
    const { text } = readDocument("docs/protocol.md");
    assert.ok(text.includes(`nothing more for ${keepAliveTimeoutMs / 1000} s`));
    const seconds = [headersTimeoutMs, requestTimeoutMs].map((ms) => ms / 1000);
    assert.ok(text.includes(`larger than ${UNSIGNED_BODY_BYTES / 1024} KiB without a right`));
    assert.ok(text.includes(`hold ${BODY_BUDGET_BYTES / 1024 / 1024} MiB together`));
    assert.ok(text.includes(` within ${seconds[0]} s, whole request within ${seconds[1]} s`));
  });

  test("holds for a body that ends before its length", async (context) => {
    const connection = await openFor(context, (await serve(context)).port);
    connection.write(framedBy("<xml>", "Content-Length: 500"));
    connection.socket.end();
    assert.equal((await connection.answer()).status, 400);
  });

  test("holds for five requests in one packet", async (context) => {
    const connection = await openFor(context, (await serve(context)).port);
    connection.write(Array.from({ length: 5 }, right).join(""));
    const answers = (await connection.closed).match(/HTTP\/1\.1 200/g) ?? [];
    assert.ok(answers.length <= 4, `${answers.length} were answered`);
  });
});
