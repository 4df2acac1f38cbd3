/**
 * The two ways to a server: an address, and a bot in the same process.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { createBotTarget } from "../../../lab/platform/bot-target.ts";
import { createHttpTarget } from "../../../lab/platform/http-target.ts";
import { isNoAnswer } from "../../../lab/platform/no-answer.ts";
import type { LabNoAnswer } from "../../../lab/platform/no-answer.ts";
import type { BotLike, LabRequest, Target } from "../../../lab/platform/types.ts";
import { fails } from "../../support/expect.ts";

const POST: LabRequest = {
  method: "POST",
  query: "signature=s&timestamp=1",
  headers: { "Content-Type": "text/xml" },
  body: "<xml>你好</xml>",
  timeoutMs: 2000,
};

async function listening(context: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/wx`;
}

async function serving(context: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  context.after(() => server.closeAllConnections());
  return listening(context, server);
}

async function noAnswer(target: Target, request: LabRequest = POST): Promise<LabNoAnswer> {
  try {
    await target.send(request);
  } catch (error) {
    assert.ok(isNoAnswer(error), String(error));
    return error;
  }
  return assert.fail("it was answered");
}

describe("A server at an address", () => {
  test("gets the query, the headers and the body, and its answer comes back whole", async (context) => {
    const address = await serving(context, (request, response) => {
      const chunks: Uint8Array[] = [];
      request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        response.writeHead(201, { "X-Seen": `${method} ${url} ${headers["content-type"]}` });
        response.write(Buffer.concat(chunks).subarray(0, 7));
        response.end(Buffer.concat(chunks).subarray(7));
      });
    });
    const { status, headers, body, ms } = await createHttpTarget(`${address}?a=1`).send(POST);
    assert.equal(status, 201);
    assert.equal(headers["x-seen"], "POST /wx?a=1&signature=s&timestamp=1 text/xml");
    assert.equal(Buffer.from(body).toString(), POST.body);
    assert.ok(ms >= 0 && ms < 2000);
  });

  test("gets each request on a connection of its own", async (context) => {
    const peers = new Set<number | undefined>();
    const address = await serving(context, (request, response) => {
      peers.add(request.socket.remotePort);
      response.end(request.headers.connection);
    });
    for (let count = 0; count < 3; count += 1) {
      const { body } = await createHttpTarget(address).send(POST);
      assert.equal(Buffer.from(body).toString(), "close");
    }
    assert.equal(peers.size, 3);
  });

  test("is not followed where it redirects", async (context) => {
    const address = await serving(context, (_request, response) => {
      response.writeHead(302, { Location: "/elsewhere" }).end();
    });
    const { status, headers } = await createHttpTarget(address).send(POST);
    assert.equal(status, 302);
    assert.equal(headers["location"], "/elsewhere");
  });

  test("that answers too late loses the connection at the limit", async (context) => {
    let isClosed = false;
    const address = await serving(context, (_request, response) => {
      response.write("<xml>");
      response.on("close", () => (isClosed = true));
    });
    const { reason, ms } = await noAnswer(createHttpTarget(address), { ...POST, timeoutMs: 60 });
    assert.equal(reason, "timeout");
    assert.ok(ms >= 55, `${ms} ms`);
    for (let tries = 0; tries < 200 && !isClosed; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.ok(isClosed, "the connection is dropped");
  });

  test("that closes the connection has reset it", async (context) => {
    const server = createTcpServer((socket) => socket.once("data", () => socket.destroy()));
    const { reason } = await noAnswer(createHttpTarget(await listening(context, server)));
    assert.equal(reason, "reset");
  });

  test("that breaks off in the middle of an answer has reset it", async (context) => {
    const address = await serving(context, (_request, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("<xml>", () => response.destroy());
    });
    assert.equal((await noAnswer(createHttpTarget(address))).reason, "reset");
  });

  test("that speaks no HTTP has reset it", async (context) => {
    const server = createTcpServer((socket) => {
      // The client resets it: nothing that the server has to hear of.
      socket.on("error", () => {});
      socket.once("data", () => socket.end("hello\r\n\r\n"));
    });
    const { reason } = await noAnswer(createHttpTarget(await listening(context, server)));
    assert.equal(reason, "reset");
  });

  test("that never stops answering is left", async (context) => {
    const address = await serving(context, (_request, response) => response.end("x".repeat(5000)));
    const target = createHttpTarget(address, { answerLimitBytes: 1000 });
    const { reason, message } = await noAnswer(target);
    assert.equal(reason, "failed");
    assert.match(message, /1000 bytes/);
  });

  test("that is not there refuses", async (context) => {
    const server = createTcpServer();
    const address = await listening(context, server);
    await new Promise((resolve) => server.close(resolve));
    assert.equal((await noAnswer(createHttpTarget(address))).reason, "refused");
  });

  test("whose name has no address is said to have none", async () => {
    const { reason } = await noAnswer(createHttpTarget("http://nobody.invalid/wx"));
    assert.equal(reason, "dns");
  });

  test("that speaks no TLS is said not to", async (context) => {
    const address = await serving(context, (_request, response) => response.end());
    const target = createHttpTarget(address.replace("http:", "https:"));
    assert.match((await noAnswer(target)).reason, /^(?:tls|reset)$/);
  });

  test("can be given up", async (context) => {
    const address = await serving(context, () => {});
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 20);
    const { reason } = await noAnswer(createHttpTarget(address), {
      ...POST,
      signal: ending.signal,
    });
    assert.equal(reason, "aborted");
    const aborted = AbortSignal.abort();
    const again = await noAnswer(createHttpTarget(address), { ...POST, signal: aborted });
    assert.equal(again.reason, "aborted");
  });

  test("must have an address of http or https", () => {
    for (const address of ["127.0.0.1:80", "ftp://a/", "wx", ""]) {
      fails(() => createHttpTarget(address), "LAB_INPUT_INVALID", address);
    }
  });
});

describe("A bot in the same process", () => {
  const bot = (answer: (request: Request) => Promise<Response>, path = "/wx"): BotLike => ({
    path,
    fetch: answer,
  });

  test("gets a request at its path, and its answer comes back whole", async () => {
    const target = createBotTarget(
      bot(async (request) => {
        const { pathname, search } = new URL(request.url);
        const seen = `${request.method} ${pathname}${search} ${request.headers.get("content-type")}`;
        return new Response(await request.text(), { status: 201, headers: { "X-Seen": seen } });
      }),
    );
    const { status, headers, body } = await target.send(POST);
    assert.equal(status, 201);
    assert.equal(headers["x-seen"], "POST /wx?signature=s&timestamp=1 text/xml");
    assert.equal(Buffer.from(body).toString(), POST.body);
  });

  test("that answers every path gets the root", async () => {
    const target = createBotTarget(bot(async ({ url }) => new Response(url), "*"));
    const { body } = await target.send({ ...POST, method: "GET", body: undefined, query: "" });
    assert.equal(new URL(Buffer.from(body).toString()).pathname, "/");
  });

  test("that takes too long is told that its peer has left", async () => {
    let hasLeft = false;
    const target = createBotTarget(
      bot((request) => {
        request.signal.addEventListener("abort", () => (hasLeft = true));
        return new Promise(() => {});
      }),
    );
    const { reason } = await noAnswer(target, { ...POST, timeoutMs: 10 });
    assert.equal(reason, "timeout");
    assert.ok(hasLeft);
  });

  test("that throws has reset the connection", async () => {
    const { reason, message } = await noAnswer(
      createBotTarget(bot(() => Promise.reject(new Error("on purpose")))),
    );
    assert.equal(reason, "reset");
    assert.match(message, /on purpose/);
  });

  test("can be given up", async () => {
    const target = createBotTarget(bot(() => new Promise(() => {})));
    const { reason } = await noAnswer(target, { ...POST, signal: AbortSignal.abort() });
    assert.equal(reason, "aborted");
  });
});
